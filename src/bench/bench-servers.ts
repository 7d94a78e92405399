/**
 * `npm run bench`: Apache ZooKeeper and zoospec, side by side under the same loads. Prints a table of medians with the
 * ratios and their targets; without Apache it measures zoospec alone and says so.
 */
import { parseArgs } from 'node:util'
import { hasApache } from './contenders.js'
import { benchEnsembles } from './ensemble-rounds.js'
import { ensembleLoads, loads } from './loads.js'
import { rows, table } from './report.js'
import { type Plan, runRounds } from './rounds.js'

const help = `npm run bench -- [ensemble] [options]
  ensemble          three servers of each in place of one: loads, a killed leader, a follower far behind, memory
  --quick           one round, short loads, a tenth of the sessions and znodes
  --rounds N        rounds of each contender (5)
  --seconds N       how long each load is measured (3)
  --warm-up N       seconds each load runs before that (2)
  --processes N     generator processes that share a load (2 with one request outstanding, else 1)
  --only TEXT       only loads whose name contains TEXT; memory and start are measures of their own
  --zoospec-only    without Apache
  --json            the rows and every round's values, as JSON on standard output
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    'warm-up': { type: 'string' },
    processes: { type: 'string' },
    only: { type: 'string' },
    'zoospec-only': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function number(given: string | undefined, name: string, otherwise: number): number {
  if (given === undefined) return otherwise
  const value = Number(given)
  if (!(value > 0)) throw new RangeError(`--${name} is "${given}"; expected a number above 0`)
  return value
}

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const isAlone = values['zoospec-only'] || !hasApache
  if (!hasApache) say('Apache ZooKeeper is not installed (Debian: zookeeper): zoospec is measured alone')
  const { only, quick } = values
  const isAsked = (name: string) => only === undefined || name.includes(only)
  const plan: Plan = {
    contenders: isAlone ? ['zoospec'] : ['apache', 'zoospec'],
    loads: loads.filter(({ name }) => isAsked(name)),
    rounds: number(values.rounds, 'rounds', quick ? 1 : 5),
    warmUpMs: number(values['warm-up'], 'warm-up', quick ? 1 : 2) * 1000,
    measureMs: number(values.seconds, 'seconds', quick ? 1 : 3) * 1000,
    processes: values.processes === undefined ? null : number(values.processes, 'processes', 1),
    scale: quick ? 0.1 : 1,
    measures: { memory: isAsked('memory'), startup: isAsked('start') },
    progress: say,
  }
  const [what, ...more] = positionals
  if (more.length > 0 || (what !== undefined && what !== 'ensemble'))
    throw new RangeError(`"${positionals.join(' ')}" is nothing to measure; expected "ensemble" or nothing`)
  if (what === 'ensemble') {
    const lines = await benchEnsembles({ ...plan, loads: ensembleLoads.filter(({ name }) => isAsked(name)) })
    process.stdout.write(
      values.json ? `${JSON.stringify(lines, null, 2)}\n` : `\n${table(lines, { ceiling: new Map() })}`,
    )
    return
  }
  const results = await runRounds(plan)
  const lines = rows(plan, results)
  if (!values.json) {
    process.stdout.write(`\n${table(lines, results)}`)
    return
  }
  const plainly = (_key: string, value: unknown) =>
    value instanceof Map ? (Object.fromEntries(value) as unknown) : value
  process.stdout.write(`${JSON.stringify({ rows: lines, rounds: results }, plainly, 2)}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

/**
 * `npm run mutants`: makes each mistake of the list in a copy of the build, runs the comparison against it, and prints
 * which test noticed. Exits 1 when a mistake goes unnoticed that the list doesn't excuse.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { mutants } from './list/index.js'
import { type Mutant } from './mutant.js'
import { runSuite, type Verdict } from './suite.js'
import { formatTable, type Row } from './table.js'
import { makeWorkspace } from './workspace.js'

const comparison = ['dist/test/compare/**/*.test.js', 'dist/test/scenario/**/*.test.js']

const usage = `usage: npm run mutants -- [options]
  --only TEXT     only mutants whose id or rule contains TEXT
  --jobs N        how many at once (default: half the processors)
  --seconds N     a build that takes longer counts as hung (default 120)
  --json          print the table as JSON`

async function judge(mutant: Mutant | undefined, seconds: number): Promise<Verdict> {
  const workspace = await makeWorkspace(process.cwd(), mutant)
  try {
    return await runSuite(workspace.folder, { files: mutant?.tests ?? comparison, seconds })
  } finally {
    await workspace.remove()
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      jobs: { type: 'string', default: String(Math.max(1, availableParallelism() >> 1)) },
      seconds: { type: 'string', default: '120' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const seconds = Number(values.seconds)
  const jobs = Number(values.jobs)
  if (!(seconds > 0) || !Number.isInteger(jobs) || jobs < 1) {
    console.error(`--seconds and --jobs take positive numbers\n${usage}`)
    return 2
  }
  const only = values.only
  const chosen = mutants.filter(
    (mutant) =>
      only === undefined || mutant.id.includes(only) || mutant.rules.some((rule) => rule.includes(only)),
  )
  if (chosen.length === 0) {
    console.error(`no mutant's id or rule contains ${JSON.stringify(only)}`)
    return 2
  }

  console.error('the unchanged build first: its tests must pass, or a failure would say nothing')
  const base = await judge(undefined, seconds * 3)
  if (base.outcome !== 'passed') {
    console.error(
      `the unchanged build: ${base.outcome}`,
      'by' in base ? base.by : 'why' in base ? base.why : '',
    )
    return 1
  }
  console.error(
    `  ${base.tests} tests passed in ${base.seconds} s; ${chosen.length} mutants, ${jobs} at once`,
  )

  const rows: Row[] = []
  const waiting = [...chosen]
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const verdict = await judge(mutant, seconds)
      rows.push({ mutant, verdict })
      const left = chosen.length - rows.length
      console.error(
        `  ${verdict.outcome === 'passed' ? 'SURVIVED' : 'killed  '} ${mutant.id} (${verdict.seconds} s, ${left} left)`,
      )
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  rows.sort((a, b) => chosen.indexOf(a.mutant) - chosen.indexOf(b.mutant))

  console.log(values.json ? JSON.stringify(rows, undefined, 2) : formatTable(rows))
  return rows.some(
    (row) =>
      row.verdict.outcome === 'broken' ||
      (row.verdict.outcome === 'passed') === (row.mutant.survives === undefined),
  )
    ? 1
    : 0
}

process.exitCode = await main()

/** `zoospec simulate`: whole ensembles of the real server, with faults, on a simulated clock, network and disk. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Logger } from '../platform/logger.js'
import { faultTypes } from '../simulate/ensemble/draw-schedule.js'
import type { Fault, Schedule } from '../simulate/ensemble/fault.js'
import { type RunResult, runSchedule } from '../simulate/ensemble/run-schedule.js'
import { readSchedule, ScheduleError, scheduleText } from '../simulate/ensemble/schedule-file.js'
import { search } from '../simulate/ensemble/search.js'
import { shrink } from '../simulate/ensemble/shrink.js'
import { type Output, terminal } from './output.js'
import { simulateFlags, simulateHelp } from './simulate-help.js'
import { parseArguments, UsageError } from './usage.js'

/** Runs that shrinking may take. */
const mostShrinking = 200

type Flags = ReadonlyMap<string, string | true>

export async function simulate(args: readonly string[], output: Output = terminal()): Promise<number> {
  const { flags } = parseArguments(args, simulateFlags, 0, simulateHelp)
  const file = flags.get('schedule')
  if (file !== undefined) {
    const other = [...flags.keys()].find((name) => !['schedule', 'log', 'json'].includes(name))
    if (other !== undefined)
      throw new UsageError(`--${other} is nothing beside --schedule, which says all of a run`, simulateHelp)
    return again(String(file), flags, output)
  }
  const size = {
    servers: whole(flags, 'servers', 3, 1, 9),
    observers: whole(flags, 'observers', 0, 0, 9),
    clients: whole(flags, 'clients', 4, 1, 50),
    duration: whole(flags, 'minutes', 2, 1, 100_000) * 60_000,
  }
  const seed = whole(flags, 'seed', 1, 0, 2 ** 31)
  const seeds = whole(flags, 'seeds', 1, 1, 1_000_000)
  if (flags.has('log') && seeds > 1)
    throw new UsageError('--log is for one run; expected --seeds 1, or --schedule FILE', simulateHelp)
  const started = Date.now()
  let simulated = 0
  let reached = 0
  const progress = (time: number) => {
    if (process.stderr.isTTY) output.aside.write(`\r${(time / 60_000).toFixed(1)} simulated minutes `)
  }
  const options = {
    progress,
    only: faultsOf(flags),
    ...(flags.has('log') ? { logger: logLines(output) } : {}),
  }
  for await (const run of search(size, seed, seeds, options)) {
    simulated += run.result.time
    reached = run.reached
    if (process.stderr.isTTY) output.aside.write('\r')
    report(run.schedule, run.result, flags, output, seeds === 1 ? '' : `, ${run.added} new turns`)
    if (run.result.violation !== undefined) return fails(run.schedule, run.result, flags, output)
  }
  if (flags.has('json')) return 0
  const seconds = (Date.now() - started) / 1000
  output.write(
    `${seeds} ${seeds === 1 ? 'run' : 'runs'}, no rule broken: ${(simulated / 3_600_000).toFixed(2)} simulated hours in ` +
      `${seconds.toFixed(1)} s (${Math.round(simulated / 1000 / seconds)} times as fast as time passes), ` +
      `${reached} turns of servers' machines with faults reached\n`,
  )
  return 0
}

/** The kinds of faults that are asked for. */
function faultsOf(flags: Flags): readonly Fault['type'][] | undefined {
  const given = flags.get('faults')
  if (given === undefined) return undefined
  const known = faultTypes()
  const asked = String(given).split(',')
  const wrong = asked.find((name) => !known.some((each) => each === name))
  if (wrong === undefined) return known.filter((name) => asked.includes(name))
  throw new UsageError(`--faults has "${wrong}"; expected names of ${known.join(', ')}`, simulateHelp)
}

/** Runs a schedule from a file. */
async function again(file: string, flags: Flags, output: Output): Promise<number> {
  let schedule: Schedule
  try {
    schedule = readSchedule(readFileSync(file, 'utf8'))
  } catch (error) {
    if (!(error instanceof ScheduleError) && (error as NodeJS.ErrnoException).code === undefined) throw error
    throw new UsageError(`${file}: ${(error as Error).message}`, simulateHelp)
  }
  const result = await runSchedule(schedule, flags.has('log') ? { logger: logLines(output) } : {})
  report(schedule, result, flags, output, '')
  if (result.violation === undefined) return 0
  if (!flags.has('json')) output.write(`${ruleOf(result)}: ${result.violation.message}\n`)
  return 1
}

function report(
  { seed, faults }: Schedule,
  result: RunResult,
  flags: Flags,
  output: Output,
  more: string,
): void {
  const { violation, time, commits, elections, answers, judged, unjudged, expired, recovery, events } = result
  if (flags.has('json')) {
    const broken = violation === undefined ? null : { rule: violation.rule, message: violation.message }
    const line = { seed, faults: faults.length, time: Math.round(time), events, elections, commits, answers }
    const rest = { judgedReads: judged, unjudgedReads: unjudged, expired, recovery: Math.round(recovery) }
    return output.write(`${JSON.stringify({ ...line, ...rest, violation: broken })}\n`)
  }
  const verdict = violation === undefined ? 'no rule broken' : `${ruleOf(result)} broken`
  const reads = unjudged === 0 ? `${judged} reads judged` : `${judged} reads judged, ${unjudged} not`
  output.write(
    `seed ${seed}: ${verdict}; ${faults.length} faults, ${elections} elections, ${commits} writes, ` +
      `${answers} answers, ${reads}, ${expired} sessions expired${more}\n`,
  )
}

/** Says what is wrong, makes the schedule short, and writes it. */
async function fails(schedule: Schedule, result: RunResult, flags: Flags, output: Output): Promise<number> {
  const shrunk = flags.has('no-shrink')
    ? { schedule, result }
    : await shrink(schedule, result, mostShrinking, (runs, faults) => {
        if (process.stderr.isTTY) output.aside.write(`\rmade shorter: run ${runs}, ${faults} faults `)
      })
  const file = String(flags.get('out') ?? `simulation-${schedule.seed}.json`)
  writeFileSync(file, scheduleText(shrunk.schedule))
  if (flags.has('json')) return 1
  output.write(
    `\n${ruleOf(shrunk.result)}: ${shrunk.result.violation!.message}\n` +
      `after ${(shrunk.result.time / 1000).toFixed(1)} simulated seconds and ${shrunk.schedule.faults.length} faults ` +
      `(${schedule.faults.length} before it was made short)\n` +
      `see it again: zoospec simulate --schedule ${file} --log\n`,
  )
  return 1
}

function ruleOf({ violation }: RunResult): string {
  return violation!.rule === 'none' ? 'an error of the server itself' : violation!.rule
}

function logLines(output: Output): (sid: bigint) => Logger {
  return (sid) => {
    const line = (level: string) => (fields: object, message: string) =>
      output.write(`server ${sid} ${level}: ${message} ${JSON.stringify(fields, plain)}\n`)
    return { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') }
  }
}

function plain(_: string, value: unknown): unknown {
  if (value instanceof Error) return value.message
  return typeof value === 'bigint' ? String(value) : value
}

function whole(flags: Flags, name: string, usual: number, least: number, most: number): number {
  const text = String(flags.get(name) ?? usual)
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`--${name} is "${text}"; expected a whole number of ${least} to ${most}`, simulateHelp)
}

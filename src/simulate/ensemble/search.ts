/**
 * Runs one seed after the other. Half of the runs draw a schedule from their seed alone; the others vary the schedule of a run
 * that reached something new, so that the search goes on where there was something to find.
 */
import { Random } from '../../random/random.js'
import { drawSchedule, type Size } from './draw-schedule.js'
import type { Fault, Schedule } from './fault.js'
import { type RunOptions, type RunResult, runSchedule } from './run-schedule.js'

/** Schedules that are varied: the ones that added something last. */
const kept = 50
const stream = 3

export interface SearchRun {
  readonly schedule: Schedule
  readonly result: RunResult
  /** Turns that no run before had reached, and all that were. */
  readonly added: number
  readonly reached: number
}

export interface SearchOptions extends RunOptions {
  /** The kinds of faults that there are; all where it is not said. */
  readonly only?: readonly Fault['type'][] | undefined
}

/** @param first the first seed; the next ones follow */
export async function* search(
  size: Size,
  first: number,
  count: number,
  options: SearchOptions = {},
): AsyncGenerator<SearchRun> {
  const reached = new Set<string>()
  const basis: Schedule[] = []
  for (let seed = first; seed < first + count; seed++) {
    const random = new Random(seed, stream)
    const isVaried = basis.length > 0 && random.below(2) === 0
    const drawn = drawSchedule(seed, size, options.only)
    const schedule = isVaried ? vary(basis[random.below(basis.length)]!, drawn, random) : drawn
    const result = await runSchedule(schedule, options)
    const before = reached.size
    for (const turn of result.reached) reached.add(turn)
    const added = reached.size - before
    if (added > 0) basis.push(schedule)
    if (basis.length > kept) basis.shift()
    yield { schedule, result, added, reached: reached.size }
  }
}

/** Most faults of a schedule, at other moments, and some of another. */
function vary(of: Schedule, other: Schedule, random: Random): Schedule {
  const own = of.faults.filter(() => random.below(5) > 0)
  const foreign = other.faults.filter(() => random.below(3) === 0)
  const faults = [...own, ...foreign]
    .map(({ at, fault }) => ({ at: Math.max(0, Math.round(at + (random.part() - 0.5) * 200)), fault }))
    .sort((a, b) => a.at - b.at)
  return { ...of, seed: other.seed, faults }
}

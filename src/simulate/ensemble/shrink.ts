/** Makes the schedule of a failing run short enough to read: fewer faults, a shorter run, the same rule broken. */
import type { Schedule, Timed } from './fault.js'
import { type RunResult, runSchedule } from './run-schedule.js'

export interface Shrunk {
  readonly schedule: Schedule
  readonly result: RunResult
  /** Runs that it took. */
  readonly runs: number
}

/** @param most runs; `progress` is told of each */
export async function shrink(
  schedule: Schedule,
  result: RunResult,
  most: number,
  progress: (runs: number, faults: number) => void,
  run: (schedule: Schedule) => Promise<RunResult> = runSchedule,
): Promise<Shrunk> {
  const rule = result.violation!.rule
  let best = { schedule, result }
  let runs = 0
  const isShorter = async (tried: Schedule): Promise<boolean> => {
    if (runs === most) return false
    runs++
    const found = await run(tried)
    progress(runs, tried.faults.length)
    if (found.violation?.rule !== rule) return false
    best = { schedule: tried, result: found }
    return true
  }
  const early = { ...schedule, faults: schedule.faults.filter(({ at }) => at <= result.time) }
  // What came after the violation has no part in it.
  await isShorter({ ...early, duration: Math.min(schedule.duration, Math.ceil(result.time)) })
  for (
    let size = Math.ceil(best.schedule.faults.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let from = 0; from < best.schedule.faults.length && runs < most;) {
      const faults = without(best.schedule.faults, from, size)
      if (!(await isShorter({ ...best.schedule, faults }))) from += size
    }
  return { ...best, runs }
}

function without(faults: readonly Timed[], from: number, count: number): Timed[] {
  return [...faults.slice(0, from), ...faults.slice(from + count)]
}

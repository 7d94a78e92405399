/** What a test that was written from a counterexample calls: `zoospec/replay`. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engine } from './engine.js'
import type { Counterexample, Violation } from '../../check/model/counterexample.js'
import { locateRequest } from './counterexample-files.js'
import { noPaint } from '../../text/paint.js'
import { replay } from '../../check/replay/replay-counterexample.js'
import { formatReplay } from '../../check/report/format-replay.js'

export type { Counterexample } from '../../check/model/counterexample.js'

/** What is broken at the end of a replay, and the replay in words. */
export interface ReplayVerdict {
  /** Null when the violation is gone. */
  readonly violation: Violation | null
  readonly told: string
}

/**
 * Replays a counterexample on the spec as it is now.
 * @param from the caller's `import.meta.url`: files that the counterexample names are found from there
 */
export async function replayCounterexample(
  counterexample: Counterexample,
  from: string,
): Promise<ReplayVerdict> {
  const request = locateRequest(counterexample.request, [dirname(fileURLToPath(from)), '.'])
  const replayed = replay(counterexample, await engine.replayable(request))
  return {
    violation: replayed.violation,
    told: formatReplay(counterexample, replayed, { width: 100, paint: noPaint }),
  }
}

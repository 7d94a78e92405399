/** What a run of the checker tells: as it goes, and at its end. */
import type { Counterexample } from './counterexample.js'

/** Where a run stands. */
export interface CheckProgress {
  readonly generated: number
  readonly distinct: number
  readonly queue: number
  readonly depth: number
  readonly ratePerSecond: number
  readonly memoryBytes: number
  /** An estimate in words, `about 40 s`. */
  readonly left?: string
}

/** What came of a run. */
export interface CheckResult {
  /** `incomplete`: it was stopped, or ran out of something, before it had seen all that it was asked for. */
  readonly verdict: 'holds' | 'violated' | 'incomplete'
  readonly generated: number
  readonly distinct: number
  readonly depth: number
  readonly seconds: number
  /** Whether every reachable state within the bounds was visited. */
  readonly exhausted: boolean
  /** What kept the run from visiting more, in words: `servers are alike (symmetry)`. */
  readonly reductions: readonly string[]
  /** That some state was taken for another: an upper bound. */
  readonly collisionProbability: number
  readonly violations: readonly Counterexample[]
}

/** What a run of the checker tells: as it goes, and at its end. */
import type { Counterexample } from '../counterexample.js'

/** Where a run stands. */
export interface CheckProgress {
  readonly generated: number
  readonly distinct: number
  readonly queue: number
  readonly depth: number
  readonly ratePerSecond: number
  readonly memoryBytes: number
  /** Distinct states still to come, guessed; null where nothing can be guessed. */
  readonly left: number | null
}

/** What came of a run. */
export interface CheckResult {
  /** `holds`: nothing is broken, as far as the bounds go. `unfinished`: nothing so far, and something stopped the run. */
  readonly verdict: 'holds' | 'violated' | 'unfinished'
  readonly generated: number
  readonly distinct: number
  readonly depth: number
  readonly seconds: number
  /** Whether every reachable state was visited. */
  readonly exhausted: boolean
  /** What kept it from that: `depth 20`, `walks`. */
  readonly bounds: readonly string[]
  /** Why the run stopped early, in words; null when it didn't. */
  readonly stopped: string | null
  /** What made the space smaller: `symmetry`. */
  readonly reductions: readonly string[]
  /** The probability that a state was taken for another. */
  readonly collision: number
  readonly memoryBytes: number
  readonly violations: readonly Counterexample[]
}

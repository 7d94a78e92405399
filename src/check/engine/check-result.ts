/** The options of a run, its progress and its result. */
import type { Counterexample, ModelRequest } from '../model/counterexample.js'

/** What a run is asked for. */
export interface CheckOptions {
  /** Named in counterexamples and checkpoints. */
  readonly request: ModelRequest
  /** Threads (1). More than one need a `SpaceSource`. */
  readonly workers?: number
  /** Steps from an initial state, none by default; states at this depth are found, and not expanded. */
  readonly maxDepth?: number
  /** Distinct states after which the run stops, about; none by default. */
  readonly maxStates?: number
  /** Different violations (rule and name) after which the run stops (1). */
  readonly maxViolations?: number
  /** Whether the goal must stay possible from every state (false). Costs 4 bytes a step. */
  readonly liveness?: boolean
  /** Aborting it stops the run, with what it found so far. */
  readonly signal?: AbortSignal
  readonly progress?: (progress: Progress) => void
  /** Seconds between two calls of `progress` (1). */
  readonly progressEvery?: number
  /** A directory that is written at the end of a level, when so many seconds (60) have passed, and at the run's end. */
  readonly checkpoint?: { readonly directory: string; readonly every?: number }
  /** A directory that an earlier run wrote: goes on from there. */
  readonly resume?: string
  /** States that the table takes at first (1,000,000); it doubles by itself. */
  readonly room?: number
  /** Bytes that the process may take; by default most of the machine's. */
  readonly memoryLimit?: number
  /** Bits of each half of a fingerprint that count (32). For tests of collisions. */
  readonly fingerprintBits?: number
}

/** How far a run is. */
export interface Progress {
  /** States generated, repeated ones too. */
  readonly generated: number
  readonly distinct: number
  /** States found and not yet expanded. */
  readonly queue: number
  /** Steps from an initial state to the states that are expanded. */
  readonly depth: number
  /** States generated a second, since the last call. */
  readonly ratePerSecond: number
  readonly memoryBytes: number
  /** Distinct states still to come, guessed from how the levels grow; null while they don't grow slower. */
  readonly left: number | null
}

/**
 * `holds`: nothing is broken, as far as the bounds go. `found nothing`: nor did random walks meet anything, which proves
 * nothing. `unfinished`: nothing so far, and something stopped the run.
 */
export type Verdict = 'holds' | 'found nothing' | 'violated' | 'unfinished'

/** The outcome of a run. */
export interface CheckResult {
  readonly verdict: Verdict
  readonly generated: number
  readonly distinct: number
  /** Steps to the farthest state that was found. */
  readonly depth: number
  readonly seconds: number
  /** Whether every reachable state was expanded. */
  readonly exhausted: boolean
  /** The bounds that kept it from that: `depth 20`, `1000000 states`. */
  readonly bounds: readonly string[]
  /** Why the run stopped early, in words; null when it didn't. */
  readonly stopped: string | null
  /** State-space reductions applied: `symmetry`. */
  readonly reductions: readonly string[]
  /** The probability that a state was missed because its fingerprint was another's, if fingerprints are random. */
  readonly collision: number
  readonly memoryBytes: number
  /** New states at each depth. */
  readonly levels: readonly number[]
  readonly violations: readonly Counterexample[]
}

/** What to expect of collisions, as TLC reckons it: distinct * (generated - distinct) / 2^bits. */
export function collisionProbability(distinct: number, generated: number, bits: number): number {
  return Math.min(1, (distinct * Math.max(0, generated - distinct)) / 2 ** bits)
}

/** Guesses the states still to come from the sizes of the levels so far; null while each grows at least as fast as the one before. */
export function statesLeft(levels: readonly number[]): number | null {
  const [before, last, now] = levels.slice(-3)
  if (before === undefined || last === undefined || now === undefined || last === 0 || before === 0)
    return null
  let growth = now / last
  const slowing = Math.min(growth / (last / before), 1)
  if (slowing === 1 && growth >= 1) return null
  let size = now
  let left = 0
  for (let level = 0; level < 10_000 && size >= 1; level++) {
    growth *= slowing
    size *= growth
    left += size
    if (left > 1e15) return null
  }
  return Math.round(left)
}

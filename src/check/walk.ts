/** Random walks through a space, and what they meet made short: the run behind `zoospec check --walks`. */
import { makeSpace } from './check.js'
import type { Counterexample, ModelRequest } from './counterexample.js'
import { keyOf } from './findings.js'
import { minimize } from './minimize.js'
import { counterexample } from './replay.js'
import type { Space, SpaceSource } from './space.js'
import { Walker } from './walker.js'

/** What walks are asked for. */
export interface WalkOptions {
  readonly request: ModelRequest
  /** A walk's way depends on this, its number and the model alone. */
  readonly seed: number
  /** How many walks. */
  readonly walks: number
  /** Steps of a walk. */
  readonly depth: number
  /** The number of the first walk (0): to go on, or to take one again. */
  readonly first?: number
  /** Whether each walk prefers some kinds of steps and avoids others (true). */
  readonly swarm?: boolean
  /** Different violations (rule and name) after which the walks stop (1). */
  readonly maxViolations?: number
  readonly signal?: AbortSignal
  readonly progress?: (progress: WalkProgress) => void
  /** Seconds between two calls of `progress` (1). */
  readonly progressEvery?: number
}

/** How far the walks are. */
export interface WalkProgress {
  readonly walks: number
  readonly generated: number
  readonly ratePerSecond: number
}

/** What walks met. */
export interface WalkResult {
  readonly verdict: 'violated' | 'nothing met' | 'unfinished'
  readonly seed: number
  /** Walks taken. */
  readonly walks: number
  readonly generated: number
  readonly seconds: number
  readonly violations: readonly MetByWalk[]
}

/** A violation, made short, and the walk that met it: with the seed enough to take it again. */
export interface MetByWalk {
  readonly walk: number
  /** Steps of the walk before it was made short. */
  readonly walked: number
  readonly counterexample: Counterexample
}

/** Milliseconds between two looks at the signal. */
const turn = 25

/** Takes walks until they are done, enough is met, or the signal says so. What the model throws is a violation. */
export async function walk(given: Space | SpaceSource, options: WalkOptions): Promise<WalkResult> {
  const space = 'module' in given ? await makeSpace(given) : given
  const { seed, first = 0, signal, maxViolations = 1 } = options
  const walker = new Walker(space, seed, options.swarm ?? true)
  const started = performance.now()
  const met = new Map<string, MetByWalk>()
  const tell = teller(options, started)
  let number = first
  let turnEnds = started + turn
  while (number < first + options.walks && met.size < maxViolations && !signal?.aborted) {
    const key = walkOnce(space, walker, number++, options, met)
    if (key === null && performance.now() < turnEnds) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    turnEnds = performance.now() + turn
    tell(number - first, walker.generated)
  }
  const ended = signal?.aborted ? 'unfinished' : 'nothing met'
  return {
    verdict: met.size > 0 ? 'violated' : ended,
    seed,
    walks: number - first,
    generated: walker.generated,
    seconds: (performance.now() - started) / 1000,
    violations: [...met.values()],
  }
}

/** Takes a walk, and keeps what it met unless the same was met before. Its key, or null. */
function walkOnce(
  space: Space,
  walker: Walker,
  number: number,
  { depth, request }: WalkOptions,
  met: Map<string, MetByWalk>,
): string | null {
  const walked = walker.walk(number, depth)
  if (walked === null) return null
  const key = keyOf(walked.violation)
  if (met.has(key)) return key
  const { start, codes, violation } = minimize(space, walked)
  const actions = codes.map((code) => space.action(code))
  const short = counterexample(space.plain, request, space.decode(start), actions, violation)
  met.set(key, { walk: number, walked: walked.codes.length, counterexample: short })
  return key
}

function teller({ progress, progressEvery = 1 }: WalkOptions, started: number) {
  let [at, before] = [started, 0]
  return (walks: number, generated: number): void => {
    const now = performance.now()
    if (progress === undefined || now - at < progressEvery * 1000) return
    progress({ walks, generated, ratePerSecond: ((generated - before) / (now - at)) * 1000 })
    at = now
    before = generated
  }
}

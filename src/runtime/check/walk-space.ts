/** Random walks through a space, and what they meet made short: the run behind `zoospec check --walk`. */
import type { Counterexample, ModelRequest } from '../../check/model/counterexample.js'
import { startThread } from './worker-pool.js'
import { keyOf } from '../../check/model/findings.js'
import { makeSpace } from './make-space.js'
import { minimize } from '../../check/engine/minimize.js'
import { counterexampleFrom } from '../../check/replay/model-walk.js'
import type { Verdict } from '../../check/engine/check-result.js'
import {
  counterAt,
  makeSharedCounters,
  type SharedCounters,
  stopAll,
  total,
} from '../../check/engine/shared-counters.js'
import type { Space, SpaceSource } from '../../check/model/space.js'
import { Walker } from '../../check/engine/walker.js'

/** What walks are asked for. */
export interface WalkOptions {
  readonly request: ModelRequest
  /** A walk's way depends on this, its number and the model alone. */
  readonly seed: number
  /** How many walks. */
  readonly walks: number
  /** Steps of a walk. */
  readonly depth: number
  /** Threads (1). More than one need a `SpaceSource`. */
  readonly workers?: number
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
  readonly verdict: Exclude<Verdict, 'holds'>
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

/** What a thread that takes walks is started with: every `stride`th walk, from its own first. */
export interface WalkStart {
  readonly task: 'walk'
  readonly source: SpaceSource
  readonly options: PlainWalkOptions
  readonly first: number
  readonly stride: number
  readonly thread: number
  readonly shared: SharedCounters
}

type PlainWalkOptions = Omit<WalkOptions, 'signal' | 'progress'>

/** Takes walks until they are done, enough is met, or the signal says so. What the model throws is a violation. */
export async function walk(given: Space | SpaceSource, options: WalkOptions): Promise<WalkResult> {
  const { signal, progress, workers = 1, seed, maxViolations = 1, ...others } = options
  const started = performance.now()
  const shared = makeSharedCounters(workers)
  const stop = () => stopAll(shared)
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop)
  const timer =
    progress && setInterval(teller(shared, progress, started), (options.progressEvery ?? 1) * 1000)
  const plain = { ...others, seed, maxViolations }
  try {
    const met = (await Promise.all(shares(given, plain, workers, shared))).flat()
    const violations = differentOf(met).slice(0, maxViolations)
    const ended = signal?.aborted ? 'unfinished' : 'found nothing'
    return {
      verdict: violations.length > 0 ? 'violated' : ended,
      seed,
      walks: total(shared, 1),
      generated: total(shared, 0),
      seconds: (performance.now() - started) / 1000,
      violations,
    }
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/** Each thread's walks. */
function shares(
  given: Space | SpaceSource,
  options: PlainWalkOptions,
  workers: number,
  shared: SharedCounters,
): Promise<MetByWalk[]>[] {
  const { first = 0 } = options
  const source = 'module' in given ? given : null
  if (workers > 1 && source === null) throw new Error('several workers need the source of the space')
  const start = { task: 'walk', options, stride: workers, shared } as const
  if (workers === 1) {
    const space = source === null ? Promise.resolve(given as Space) : makeSpace(source)
    return [space.then((space) => takeWalks(space, { ...start, first, thread: 0 }))]
  }
  return Array.from({ length: workers }, (_, thread) =>
    walkInThread({ ...start, source: source!, first: first + thread, thread }),
  )
}

function walkInThread(start: WalkStart): Promise<MetByWalk[]> {
  const worker = startThread(start)
  return new Promise((resolve, reject) => {
    worker.on('message', (met: MetByWalk[]) => resolve(met))
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('a thread of the walks ended')))
  })
}

/** Takes a thread's share of the walks, here. */
export async function takeWalks(space: Space, start: Omit<WalkStart, 'source'>): Promise<MetByWalk[]> {
  const { options, shared, stride, thread } = start
  const { walks, first = 0, maxViolations = 1 } = options
  const walker = new Walker(space, options.seed, options.swarm ?? true)
  const met = new Map<string, MetByWalk>()
  let turnEnds = performance.now() + turn
  for (let number = start.first; number < first + walks && shared.stop[0] === 0; number += stride) {
    walkOnce(space, walker, number, options, met)
    shared.counts[counterAt(thread, 0)] = walker.generated
    shared.counts[counterAt(thread, 1)]!++
    if (met.size >= maxViolations) stopAll(shared)
    if (performance.now() < turnEnds) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    turnEnds = performance.now() + turn
  }
  return [...met.values()]
}

/** The first of those that break the same thing, by the number of the walk. */
function differentOf(met: readonly MetByWalk[]): MetByWalk[] {
  const different = new Map<string, MetByWalk>()
  for (const one of met.toSorted((a, b) => a.walk - b.walk)) {
    const key = keyOf(one.counterexample.violation)
    if (!different.has(key)) different.set(key, one)
  }
  return [...different.values()]
}

/** Takes a walk, and keeps what it met unless the same was met before. */
function walkOnce(
  space: Space,
  walker: Walker,
  number: number,
  { depth, request }: PlainWalkOptions,
  met: Map<string, MetByWalk>,
): void {
  const walked = walker.walk(number, depth)
  if (walked === null || met.has(keyOf(walked.violation))) return
  const { start, codes, violation } = minimize(space, walked)
  const actions = codes.map((code) => space.action(code))
  const short = counterexampleFrom(space.plain, request, space.decode(start), actions, violation)
  met.set(keyOf(violation), { walk: number, walked: walked.codes.length, counterexample: short })
}

function teller(shared: SharedCounters, progress: (progress: WalkProgress) => void, started: number) {
  let [at, before] = [started, 0]
  return (): void => {
    const [now, generated] = [performance.now(), total(shared, 0)]
    progress({
      walks: total(shared, 1),
      generated,
      ratePerSecond: ((generated - before) / (now - at)) * 1000,
    })
    at = now
    before = generated
  }
}

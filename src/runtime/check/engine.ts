/**
 * Where the command meets the engine: what its verbs ask for, and what answers. The verbs take an {@link Engine}, so that
 * tests can give them another.
 */
import type { ModelRequest } from '../../check/model/counterexample.js'
import { check } from './explore-space.js'
import { checkMutant } from './check-mutant.js'
import type { CheckMutant } from '../../check/mutate/run-mutants.js'
import type { ModelOption } from '../../check/model/model-options.js'
import type { Replayable } from '../../check/replay/replayable.js'
import { ModelWalk } from '../../check/replay/model-walk.js'
import type { CheckResult, Progress } from '../../check/engine/check-result.js'
import { sourceOf, spaceOf } from './requested-space.js'
import { systems } from '../../check/systems/systems-table.js'
import { walk } from './walk-space.js'

/** How to explore; what to explore is the request's. */
export interface CheckOptions {
  /** Seeded random walks instead of every state. */
  readonly walk: boolean
  readonly seed: number
  /** Worker threads. */
  readonly workers: number
  /** Where to keep a checkpoint. */
  readonly checkpoint?: string
  /** Whether to go on from the checkpoint. */
  readonly resume: boolean
  /** How many different violations to collect before stopping. */
  readonly maxViolations: number
  /** The longest path; absent: no limit. */
  readonly depth?: number
  /** The most distinct states, or in walks the most steps; absent: no limit. */
  readonly states?: number
}

export interface Engine {
  readonly models: readonly ModelOption[]
  /** Explores. Ends early, with `unfinished`, when the signal is given. Throws an {@link InputError} for what it can't do. */
  runCheck(
    request: ModelRequest,
    options: CheckOptions,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<CheckResult>
  /** The spec that a request is about, to be walked. */
  replayable(request: ModelRequest): Promise<Replayable>
  /** Ids of the machines that are mutated when none is named. */
  readonly mutated: readonly string[]
  /** Checks the spec with a mutant in place, at the bounds for mutants. */
  readonly checkMutant: CheckMutant
}

/** Steps of a walk where nothing else is asked for. */
const usualDepth = 200
/** Steps of all walks where nothing else is asked for. */
const usualSteps = 2_000_000

/** The engine of this package. */
export const engine: Engine = {
  models: systems,
  runCheck: (request, options, onProgress, signal) =>
    options.walk
      ? walks(request, options, onProgress, signal)
      : explore(request, options, onProgress, signal),
  async replayable(request) {
    return new ModelWalk((await spaceOf(request)).plain)
  },
  mutated: ['election', 'leader', 'follower', 'server'],
  checkMutant,
}

async function explore(
  request: ModelRequest,
  { workers, checkpoint, resume, maxViolations, depth, states }: CheckOptions,
  progress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<CheckResult> {
  // A model that can't be made is the asker's mistake: found out here, before threads are started.
  const space = await spaceOf(request)
  const isBounded = depth !== undefined || states !== undefined
  return check(workers > 1 ? sourceOf(request) : space, {
    request,
    workers,
    maxViolations,
    signal,
    progress,
    liveness: !isBounded && space.plain.goal !== undefined && checkpoint === undefined,
    ...(depth === undefined ? {} : { maxDepth: depth }),
    ...(states === undefined ? {} : { maxStates: states }),
    ...(checkpoint === undefined ? {} : { checkpoint: { directory: checkpoint } }),
    ...(resume && checkpoint !== undefined ? { resume: checkpoint } : {}),
  })
}

async function walks(
  request: ModelRequest,
  { workers, seed, maxViolations, depth = usualDepth, states = usualSteps }: CheckOptions,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<CheckResult> {
  const space = await spaceOf(request)
  const result = await walk(workers > 1 ? sourceOf(request) : space, {
    request,
    seed,
    walks: Math.ceil(states / depth),
    depth,
    workers,
    maxViolations,
    signal,
    progress: ({ generated, ratePerSecond }) => onProgress({ ...unknown, generated, ratePerSecond }),
  })
  return {
    ...unknown,
    verdict: result.verdict,
    generated: result.generated,
    depth,
    seconds: result.seconds,
    exhausted: false,
    bounds: [`${result.walks} random walks of ${depth} steps, seed ${seed}`],
    stopped: result.verdict === 'unfinished' ? 'interrupted' : null,
    reductions: [],
    collision: 0,
    violations: result.violations.map(({ counterexample }) => counterexample),
  }
}

/** What walks know nothing of. */
const unknown = { distinct: 0, queue: 0, depth: 0, memoryBytes: 0, left: null, levels: [] }

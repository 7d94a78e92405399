/**
 * Where the command meets the engine: what its verbs ask for, and what answers. The verbs take an {@link Engine}, so that
 * tests can give them another.
 */
import type { ModelRequest } from './counterexample.js'
import { isModelFile } from './files/files.js'
import { InputError } from './input-error.js'
import { loadModel } from './model-file.js'
import type { CheckMutant } from './mutate/run.js'
import { modelOptions, type ModelOption } from './model-options.js'
import type { Replayable } from './replay/replayable.js'
import { replayModel } from './replay/replay-model.js'
import type { CheckProgress, CheckResult } from './report/result.js'

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
    onProgress: (progress: CheckProgress) => void,
    signal: AbortSignal,
  ): Promise<CheckResult>
  /** The spec that a request is about, to be walked. */
  replayable(request: ModelRequest): Promise<Replayable>
  /** Ids of the machines that are mutated when none is named. */
  readonly mutated: readonly string[]
  /** Checks the spec with a mutant in place, at the bounds for mutants. */
  readonly checkMutant: CheckMutant
}

/** The engine of this package. */
export const engine: Engine = {
  models: modelOptions,
  runCheck: async ({ model }) => {
    throw new InputError(`this build can't check ${model} yet: the engine is not connected`)
  },
  async replayable(request) {
    if (!isModelFile(request.model)) throw new InputError(`this build can't replay ${request.model} yet`)
    if (request.variant !== undefined)
      throw new InputError('a model from a file takes no variant: it is no machine')
    return replayModel(await loadModel(request))
  },
  mutated: ['election', 'leader', 'follower'],
  checkMutant: async () => {
    throw new InputError("this build can't check mutants yet: the engine is not connected")
  },
}

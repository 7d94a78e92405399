/** An engine for tests of the verbs: explores the lease model breadth first, in one thread, with nothing clever. */
import type { CheckOptions, Engine } from '../../src/runtime/check/engine.js'
import type { Counterexample, ModelRequest } from '../../src/check/model/counterexample.js'
import type { Model } from '../../src/check/model/model.js'
import type { ModelOption } from '../../src/check/model/model-options.js'
import { ModelWalk } from '../../src/check/replay/model-walk.js'
import { canonical } from '../../src/check/values/canonical.js'
import type { CheckResult } from '../../src/check/engine/check-result.js'
import type { Output } from '../../src/cli/output.js'
import { noPaint } from '../../src/text/paint.js'
import { model } from './lease-model.js'
import { counterexampleOf } from './lease-paths.js'

export const smallModels: readonly ModelOption[] = [
  {
    name: 'lease',
    about: 'two clients and a lock',
    machines: ['session'],
    bounds: {
      lease: { default: false, about: 'whether the lease ends while its holder works' },
      servers: { default: 1, min: 1, about: 'servers' },
    },
  },
  {
    name: 'quiet',
    about: 'a lock that nobody breaks',
    machines: ['tree'],
    bounds: { servers: { default: 1, about: 'servers' } },
  },
]

/** Every request that an engine was given, with its options. */
export type Asked = { readonly request: ModelRequest; readonly options: CheckOptions }[]

export function smallEngine(asked: Asked = []): Engine {
  return {
    models: smallModels,
    mutated: ['lamp'],
    checkMutant: async () => ({ killedBy: null, states: 1, seconds: 1 }),
    replayable: async ({ bounds }) => new ModelWalk(model(bounds)),
    async runCheck(request, options, onProgress, signal) {
      asked.push({ request, options })
      const result = explore(model(request.bounds), request, signal)
      const { generated, distinct, depth } = result
      onProgress({
        generated,
        distinct,
        depth,
        queue: 0,
        ratePerSecond: generated,
        memoryBytes: 0,
        left: null,
      })
      return result
    },
  }
}

function explore<State, Action>(
  of: Model<State, Action>,
  request: ModelRequest,
  signal: AbortSignal,
): CheckResult {
  const seen = new Set<string>()
  const queue: { state: State; path: readonly Action[] }[] = of
    .initial()
    .map((state) => ({ state, path: [] }))
  const violations: Counterexample[] = []
  let generated = 0
  let depth = 0
  for (let at = queue.shift(); at !== undefined && !signal.aborted; at = queue.shift()) {
    const { state, path } = at
    generated++
    if (seen.has(canonical(state))) continue
    seen.add(canonical(state))
    depth = path.length
    if (of.invariants.some((invariant) => invariant.broken(state) !== null)) {
      violations.push(counterexampleOf(of, request, path))
      break
    }
    for (const action of of.actions(state))
      queue.push({ state: of.next(state, action), path: [...path, action] })
  }
  const verdict = violations.length > 0 ? 'violated' : signal.aborted ? 'unfinished' : 'holds'
  return {
    verdict,
    generated,
    distinct: seen.size,
    depth,
    seconds: 1,
    exhausted: verdict === 'holds',
    reductions: [],
    bounds: [],
    stopped: signal.aborted ? 'it was interrupted' : null,
    collision: 0,
    levels: [],
    memoryBytes: 0,
    violations,
  }
}

/** An output whose text is kept. */
export function kept(): Output & { readonly text: () => string; readonly said: () => string } {
  const text: string[] = []
  const said: string[] = []
  return {
    write: (each) => void text.push(each),
    aside: { write: (each) => said.push(each) },
    look: { width: 100, paint: noPaint },
    text: () => text.join(''),
    said: () => said.join(''),
  }
}

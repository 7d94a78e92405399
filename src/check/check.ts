/** Explores a space, level by level, to its end or to the bounds: the run behind `zoospec check`. */
import type { ModelRequest } from './counterexample.js'
import { localMember, type Member } from './crew.js'
import { type ExplorerOptions, narrowing, type Shared } from './explorer.js'
import { heapIsFull } from './memory.js'
import type { CheckOptions, CheckResult } from './result.js'
import { Run } from './run.js'
import type { Space, SpaceMaker, SpaceSource } from './space.js'
import { Visited } from './visited.js'

/** States that the first table takes before it grows. */
const firstRoom = 100_000

/**
 * Checks a space: invariants, deadlocks, and with `liveness` that the goal stays possible. Shortest counterexamples.
 * Throws an Error for options that don't go together, for a checkpoint of another model or of other bounds, and when a
 * path cannot be rebuilt because fingerprints collided. What the model throws is a violation.
 */
export async function check(given: Space | SpaceSource, options: CheckOptions): Promise<CheckResult> {
  const space = 'module' in given ? await makeSpace(given) : given
  const settings = settingsOf(options)
  const shared = sharedOf(1)
  const visited = Visited.make(firstRoom, false)
  const members: Member[] = [localMember(space, visited, settings, shared, heapIsFull)]
  return new Run(space, members, visited, shared, settings, options).run()
}

/** The space that a source makes. Throws an Error when the module has no such export. */
export async function makeSpace(source: SpaceSource): Promise<Space> {
  const module = (await import(source.module)) as Readonly<Record<string, SpaceMaker | undefined>>
  const make = module[source.export]
  if (make === undefined) throw new Error(`${source.module} exports no ${source.export}`)
  return make(source.argument)
}

/** A request for a space that has no name of its own: in tests. */
export function requestOf(model: string): ModelRequest {
  return { model, bounds: {} }
}

function settingsOf(options: CheckOptions): ExplorerOptions & { readonly narrow: number } {
  const fingerprintBits = options.fingerprintBits ?? 32
  return {
    fingerprintBits,
    narrow: narrowing(fingerprintBits),
    liveness: options.liveness ?? false,
    maxStates: options.maxStates ?? Infinity,
    maxViolations: options.maxViolations ?? 1,
  }
}

function sharedOf(workers: number): Shared {
  return {
    stop: new Int32Array(new SharedArrayBuffer(4)),
    counts: new Float64Array(new SharedArrayBuffer(16 * workers)),
  }
}

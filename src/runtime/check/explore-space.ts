/** Explores a space, level by level, to its end or to the bounds: the run behind `zoospec check`. */
import { readCheckpoint } from './checkpoint-files.js'
import type { Identity } from '../../check/engine/checkpoint-format.js'
import type { ModelRequest } from '../../check/model/counterexample.js'
import { localWorker, threadWorker } from './worker-pool.js'
import { narrowing } from '../../check/engine/explorer.js'
import { makeSpace } from './make-space.js'
import { thisThread } from './memory.js'
import type { CheckOptions, CheckResult } from '../../check/engine/check-result.js'
import { Exploration, type Settings } from './exploration.js'
import { makeSharedCounters } from '../../check/engine/shared-counters.js'
import type { Space, SpaceSource } from '../../check/model/space.js'
import { digestsOf } from './source-digest.js'
import { ExplorerWorker } from '../../check/engine/worker.js'
import { Visited } from '../../check/engine/visited.js'

/** States that the first table takes before it grows, unless the run is told. */
const firstRoom = 1_000_000

/**
 * Checks a space: invariants, deadlocks, and with `liveness` that the goal stays possible. Shortest counterexamples.
 * Throws an Error for options that don't go together, for a checkpoint of another model or of other bounds, and when a
 * path cannot be rebuilt because fingerprints collided. What the model throws is a violation.
 */
export async function check(given: Space | SpaceSource, options: CheckOptions): Promise<CheckResult> {
  const { workers = 1 } = options
  const source = 'module' in given ? given : null
  if (workers > 1 && source === null) throw new Error('several workers need the source of the space')
  const space = source === null ? (given as Space) : await makeSpace(source)
  const settings = settingsOf(options)
  const shared = makeSharedCounters(workers)
  const isKept = options.checkpoint !== undefined || options.resume !== undefined
  const identity = identityOf(space, settings, options.request, isKept)
  const saved = options.resume === undefined ? null : readCheckpoint(options.resume, identity, workers > 1)
  const visited = saved?.visited ?? Visited.make(options.room ?? firstRoom, workers > 1)
  const pool = Array.from({ length: workers }, (_, number) =>
    workers === 1
      ? localWorker(new ExplorerWorker(space, visited.buffer, settings, shared, number, thisThread))
      : threadWorker({
          task: 'explore',
          source: source!,
          table: visited.buffer,
          options: settings,
          shared,
          number,
        }),
  )
  return new Exploration(space, pool, visited, shared, settings, options, identity).run(saved)
}

/** A request for a space that has no name of its own: in tests. */
export function requestOf(model: string): ModelRequest {
  return { model, bounds: {} }
}

/** What tells this space from others: two that start alike, of the same name and shape, are taken for the same. */
function identityOf(space: Space, settings: Settings, request: ModelRequest, isKept: boolean): Identity {
  const starts: string[] = []
  try {
    space.initial(() => starts.push(`${(space.high >>> 0).toString(16)}-${(space.low >>> 0).toString(16)}`))
  } catch {
    // The run meets the same error and reports it.
  }
  return {
    request,
    // Only a checkpoint needs them.
    files: isKept ? digestsOf(request) : {},
    space: `${space.plain.name}, ${space.slots} slots, from ${starts.join(' ')}`,
    reductions: space.reductions,
    fingerprintBits: settings.fingerprintBits,
    liveness: settings.liveness,
  }
}

function settingsOf(options: CheckOptions): Settings {
  const fingerprintBits = options.fingerprintBits ?? 32
  return {
    fingerprintBits,
    narrow: narrowing(fingerprintBits),
    liveness: options.liveness ?? false,
    maxStates: options.maxStates ?? Infinity,
    maxViolations: options.maxViolations ?? 1,
  }
}

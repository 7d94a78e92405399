/** Explores a space, level by level, to its end or to the bounds: the run behind `zoospec check`. */
import { type Identity, readCheckpoint } from './checkpoint.js'
import type { ModelRequest } from '../../check/counterexample.js'
import { localMember, remoteMember } from './crew.js'
import { narrowing } from '../../check/explorer.js'
import { makeSpace } from './make-space.js'
import { thisThread } from './memory.js'
import type { CheckOptions, CheckResult } from '../../check/result.js'
import { Run, type Settings } from './run.js'
import { makeShared } from '../../check/shared.js'
import type { Space, SpaceSource } from '../../check/space.js'
import { digestsOf } from './source-digest.js'
import { Station } from '../../check/station.js'
import { Visited } from '../../check/visited.js'

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
  const shared = makeShared(workers)
  const isKept = options.checkpoint !== undefined || options.resume !== undefined
  const identity = identityOf(space, settings, options.request, isKept)
  const saved = options.resume === undefined ? null : readCheckpoint(options.resume, identity, workers > 1)
  const visited = saved?.visited ?? Visited.make(options.room ?? firstRoom, workers > 1)
  const members = Array.from({ length: workers }, (_, member) =>
    workers === 1
      ? localMember(new Station(space, visited.buffer, settings, shared, member, thisThread))
      : remoteMember({
          task: 'explore',
          source: source!,
          table: visited.buffer,
          options: settings,
          shared,
          member,
        }),
  )
  return new Run(space, members, visited, shared, settings, options, identity).run(saved)
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
    // Nobody reads them where nothing is kept.
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

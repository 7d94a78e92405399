/** The tests' systems as sources, which any thread can make spaces of. */
import { links, type LinksBounds } from '../../../src/bench/links.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import type { Space, SpaceSource } from '../../../src/check/model/space.js'
import { alternatingBit } from './alternating-bit.js'
import { philosophers } from './philosophers.js'
import { twoPhase } from './two-phase.js'

/** Which system, and how large. */
export type System =
  | { readonly system: 'links'; readonly bounds: LinksBounds; readonly symmetry?: boolean }
  | { readonly system: 'commit'; readonly managers: number; readonly mutant?: 'hasty' | 'patient' }
  | { readonly system: 'philosophers'; readonly count: number }
  | { readonly system: 'bits'; readonly mutant?: 'deaf' | 'mute' }

/** Makes the space of a system. */
export function makeSystem(argument: unknown): Space {
  const system = argument as System
  switch (system.system) {
    case 'links':
      return networkSpace(links(system.bounds), { symmetry: system.symmetry ?? false })
    case 'commit':
      return modelSpace(twoPhase(system.managers, system.mutant))
    case 'philosophers':
      return modelSpace(philosophers(system.count, false))
    case 'bits':
      return networkSpace(alternatingBit(3, 2, system.mutant))
  }
}

/** The source of a system. */
export function sourceOf(system: System): SpaceSource {
  return { module: import.meta.url, export: 'makeSystem', argument: system }
}

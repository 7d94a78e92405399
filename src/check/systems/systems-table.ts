/** What the checker can explore: each system of the spec by its name, with its bounds and how its space is made of them. */
import { defaultBroadcastBounds, type BroadcastBounds } from './broadcast/broadcast-network.js'
import { majority } from '../../../spec/quorum/quorum.js'
import { electionMachine } from '../../../spec/election/election-machine.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import type { ModelRequest } from '../model/counterexample.js'
import type { ModelOption } from '../model/model-options.js'
import { modelSpace } from '../spaces/model-space.js'
import { networkSpace } from '../spaces/network-space.js'
import type { Space } from '../model/space.js'
import { broadcast } from './broadcast-system.js'
import { composed } from './composed-system.js'
import { electionSystem } from './election-system.js'
import { type Bounds, type ComposedBounds, defaultBounds, defaultComposedBounds } from './ensemble-bounds.js'
import { ensemble } from './ensemble-system.js'
import { subsystems, type GivenBounds, type Subsystem } from './subsystems.js'

/** A system: what can be asked of it, and its space. */
export interface System extends ModelOption {
  make(bounds: ModelRequest['bounds'], variant: Variant | undefined): Space
}

const about: Readonly<Record<keyof Bounds | keyof BroadcastBounds | keyof ComposedBounds, string>> = {
  servers: 'servers that vote',
  observers: 'servers that do not',
  epochs: 'elections that name a leader',
  rounds: 'the last round of an election that a server may begin',
  transactions: 'writes that clients ask the leader for',
  forwarded: 'writes that clients ask a learner for',
  crashes: 'crashes; a crashed server may start again',
  partitions: 'links that are cut; they may heal',
  snapshots: 'snapshots that servers take while they serve',
  errors: 'writes to a log that fail',
  history: 'writes that all servers have from the start',
  committed: 'writes that an earlier epoch committed',
  uncommitted: 'writes that each earlier epoch also proposed, and no quorum has',
  saved: 'what earlier epochs left may be in snapshots',
  snap: 'every learner is sent a snapshot',
  symmetry: 'take states that differ only in the names of servers for one',
  capacity: 'notifications that a channel holds',
}

/** Servers, rounds and capacities: there is at least one. */
const atLeastOne = ['servers', 'rounds', 'capacity']

/** Bounds with their defaults, as they can be asked for. */
function boundsFrom(defaults: Bounds | BroadcastBounds | ComposedBounds): System['bounds'] {
  return Object.fromEntries(
    Object.entries(defaults).map(([name, value]: [string, number | boolean]) => [
      name,
      {
        default: value,
        about: about[name as keyof typeof about],
        ...(atLeastOne.includes(name) ? { min: 1 } : {}),
      },
    ]),
  )
}

const ensembleSystem: System = {
  name: 'ensemble',
  about: 'leader, learners, crashes, cut links: broadcast with elections as one step',
  machines: ['server', 'leader', 'follower'],
  bounds: boundsFrom(defaultBounds),
  make: (bounds, variant) => networkSpace(ensemble(bounds, variant)),
}

const broadcastAlone: System = {
  name: 'broadcast',
  about: 'one epoch of a leader and its learners, from all that earlier epochs may have left on their disks',
  machines: ['server', 'leader', 'follower'],
  bounds: boundsFrom(defaultBroadcastBounds),
  make: (bounds, variant) => networkSpace(broadcast(bounds, variant)),
}

const composedSystem: System = {
  name: 'composed',
  about: 'the ensemble with its elections message by message: all machines of its servers together',
  machines: ['election', 'server', 'leader', 'follower'],
  bounds: boundsFrom(defaultComposedBounds),
  onlyByName: true,
  make: (bounds, variant) => networkSpace(composed(bounds, variant)),
}

const electionAlone: System = {
  name: 'election',
  about: 'fast leader election alone: notifications, rounds, crashes, servers that lose touch',
  machines: ['election'],
  bounds: {
    servers: { default: 3, min: 1, about: 'servers that vote' },
    observers: { default: 0, about: 'servers that do not' },
    rounds: { default: 1, min: 1, about: 'the last round that a server may begin' },
    crashes: { default: 0, about: 'crashes; a crashed server may start again' },
    lapses: { default: 0, about: 'times that a server loses touch with a leader that leads' },
    epochs: { default: 0, about: 'leaders that are established' },
    capacity: { default: 1, min: 1, about: 'notifications that a channel holds' },
    repeats: { default: false, about: 'a server that starts is sent the last notification again' },
  },
  make(bounds, variant) {
    const { servers, observers, repeats, ...others } = bounds as unknown as ElectionBoundsGiven
    const all = Array.from({ length: servers + observers }, (_, at) => at + 1)
    const ensemble = { quorums: [majority(all.slice(0, servers))], observers: all.slice(servers) }
    const histories = all.map(() => ({ zxid: 0, peerEpoch: 0 }))
    return networkSpace(
      electionSystem({ ensemble, histories, repeats, ...others }, varied(electionMachine, variant)),
    )
  },
}

interface ElectionBoundsGiven {
  readonly servers: number
  readonly observers: number
  readonly rounds: number
  readonly crashes: number
  readonly lapses: number
  readonly epochs: number
  readonly capacity: number
  readonly repeats: boolean
}

/** A subsystem alone, as a plain model. */
const alone = ({ make, ...option }: Subsystem): System => ({
  ...option,
  make: (bounds, variant) => modelSpace(make(bounds as GivenBounds, variant)),
})

export const systems: readonly System[] = [
  ensembleSystem,
  broadcastAlone,
  electionAlone,
  composedSystem,
  ...subsystems.map(alone),
]

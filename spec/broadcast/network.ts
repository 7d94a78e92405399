/**
 * One epoch of an ensemble, from the election's result on: a leader and its learners, whose disks have what earlier epochs
 * may have left. The servers, the network and what fails are those of `ensemble`; only where they begin is another place.
 */
import { defaultBounds as ensembleBounds, ensembleNetwork, type Seen } from '../ensemble/network.js'
import type { Event, Machines, Server } from '../ensemble/server.js'
import { showTxns } from '../ensemble/show.js'
import type { View, World, WorldAction, WorldStep } from '../ensemble/world.js'
import { pastsOf, requestsOf, type Past, type PastBounds } from './past.js'
import { restore } from './store.js'
import type { Disk } from './types.js'

/** What an epoch is explored with. Numbers of times, where nothing else is said. */
export interface BroadcastBounds extends PastBounds {
  /** Participants. */
  readonly servers: number
  readonly observers: number
  /** Writes that clients ask the leader for. */
  readonly transactions: number
  readonly forwarded: number
  readonly crashes: number
  /** Links that are cut. */
  readonly partitions: number
  /** Snapshots that servers take while they serve. */
  readonly snapshots: number
  /** Writes to a log that fail. */
  readonly errors: number
  /** Every learner is sent a snapshot. */
  readonly snap: boolean
  /** Servers are alike but for their names: ties between votes are anybody's. */
  readonly symmetry: boolean
}

export const defaultBroadcastBounds: BroadcastBounds = {
  servers: 3,
  observers: 0,
  committed: 1,
  uncommitted: 1,
  saved: true,
  transactions: 1,
  forwarded: 0,
  crashes: 0,
  partitions: 0,
  snapshots: 0,
  errors: 0,
  snap: false,
  symmetry: true,
}

/** A server is found with a disk that earlier epochs left. */
export type BroadcastEvent = Event | { readonly type: 'PAST'; readonly disk: Disk }
export type BroadcastAction = WorldAction | { readonly do: 'past'; readonly disks: readonly Disk[] }

/** A step of an ensemble's world, or the choice of a past. */
export type BroadcastStep = Omit<WorldStep, 'action' | 'events'> & {
  readonly action: BroadcastAction
  readonly events: readonly { readonly process: number; readonly event: BroadcastEvent }[]
}

export function broadcastNetwork(
  machines: Machines,
  { committed, uncommitted, saved, ...bounds }: BroadcastBounds,
) {
  const ensemble = ensembleNetwork(machines, { ...ensembleBounds, ...bounds, epochs: 1, history: 0 })
  const past: PastBounds = { committed, uncommitted, saved }
  const all = ensemble.initial().locals[0]!.peer.ensemble
  const pasts = pastsOf(all, past, bounds.symmetry)

  return {
    ...ensemble,
    name: 'broadcast',

    step(process: number, server: Server, event: BroadcastEvent) {
      if (event.type !== 'PAST') return ensemble.step(process, server, event)
      const notes: readonly Seen[] = []
      return { local: found(server, event.disk), sends: [], closes: [], notes, rules: ['BROADCAST-12'] }
    },

    // First a past, then the election, then all that may happen to an ensemble that elects nobody else.
    worldSteps(world: World, views: readonly View[]): readonly BroadcastStep[] {
      if (world.established.length === 0) return pasts.map((each) => begin(world, each, requestsOf(past)))
      const steps = ensemble.worldSteps(world, views)
      return world.left.elections === 0 ? steps : steps.filter(({ action }) => action.do === 'elect')
    },

    tell(
      process: number,
      before: Server,
      event: BroadcastEvent,
      step: { readonly rules: readonly string[]; readonly did?: string },
    ) {
      if (event.type !== 'PAST') return ensemble.tell(process, before, event, step)
      return { text: `server ${process + 1} ${tellDisk(event.disk)}`, rules: step.rules, process }
    },
  }
}

function found(server: Server, disk: Disk): Server {
  const database = restore(disk, server.peer.ensemble)
  return { ...server, peer: { ...server.peer, disk, database } } as Server
}

function begin(
  world: World,
  { disks, established, committed, proposed }: Past,
  requests: number,
): BroadcastStep {
  return {
    action: { do: 'past', disks },
    world: {
      ...world,
      requests,
      committed,
      proposed,
      // Whoever led then: sid 0 is nobody's.
      established: established.map((epoch) => ({ epoch, leader: 0 })),
    },
    events: disks.map((disk, process) => ({ process, event: { type: 'PAST', disk } as const })),
    crashed: [],
    cut: [],
    isFault: false,
    text: `earlier epochs have left: ${disks.map((disk, at) => `server ${at + 1} ${tellDisk(disk)}`).join('; ')}`,
    rules: ['BROADCAST-12'],
  }
}

function tellDisk({ acceptedEpoch, currentEpoch, snapshot, log }: Disk): string {
  const saved = snapshot.txns.length > 0 ? `snapshot [${showTxns(snapshot.txns)}], ` : ''
  return `has ${saved}log [${showTxns(log)}], epochs ${acceptedEpoch}/${currentEpoch}`
}

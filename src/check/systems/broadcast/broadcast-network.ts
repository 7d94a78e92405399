/**
 * One epoch of an ensemble, from the election's result on: a leader and its learners, whose disks have what earlier epochs
 * may have left. The servers, the network and what fails are those of `ensemble`; only where they begin is another place.
 */
import type { Seen } from '../../../../spec/ensemble/ensemble-network.js'
import type { Event, Machines, Server } from '../../../../spec/ensemble/ensemble-server.js'
import { formatTxns } from '../../../../spec/ensemble/format-ensemble.js'
import type { View, WorldAction } from '../../../../spec/ensemble/ensemble-world.js'
import type { Step } from '../../model/network.js'
import type { BudgetedStep, BudgetedWorld, Counts } from '../ensemble-bounds.js'
import { ensembleOf } from '../ensemble-system.js'
import { initialDisksOf, requestsOf, type InitialDisks, type InitialDisksBounds } from './initial-disks.js'
import { restore } from '../../../../spec/broadcast/store.js'
import type { Disk, Packet } from '../../../../spec/broadcast/broadcast-types.js'

/** What an epoch is explored with. */
export interface BroadcastBounds extends InitialDisksBounds, Counts {
  /** Participants. */
  readonly servers: number
  readonly observers: number
  /** Every learner is sent a snapshot. */
  readonly snap: boolean
  /** Servers are alike but for their names: states that differ only in names are one, and equal votes may go either way. */
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
export type BroadcastEvent = Event | { readonly type: 'FIND'; readonly disk: Disk }
export type BroadcastAction = WorldAction | { readonly do: 'find'; readonly disks: readonly Disk[] }

/** A step of an ensemble's world, or the choice of what the disks have at first. */
export type BroadcastStep = Omit<BudgetedStep, 'action' | 'events'> & {
  readonly action: BroadcastAction
  readonly events: readonly { readonly process: number; readonly event: BroadcastEvent }[]
}

export function broadcastNetwork(
  machines: Machines,
  { committed, uncommitted, saved, ...bounds }: BroadcastBounds,
) {
  const ensemble = ensembleOf(machines, { ...bounds, epochs: 1, history: 0 })
  const diskBounds: InitialDisksBounds = { committed, uncommitted, saved }
  const all = ensemble.initial().locals[0]!.peer.ensemble
  const choices = initialDisksOf(all, diskBounds, bounds.symmetry)

  return {
    ...ensemble,
    name: 'broadcast',

    step(process: number, server: Server, event: BroadcastEvent) {
      if (event.type !== 'FIND') return ensemble.step(process, server, event)
      const notes: readonly Seen[] = []
      return { local: found(server, event.disk), sends: [], closes: [], notes, rules: ['BROADCAST-12'] }
    },

    // First the disks, then the election, then all that may happen to an ensemble without another election.
    worldSteps(world: BudgetedWorld, views: readonly View[]): readonly BroadcastStep[] {
      if (world.established.length === 0)
        return choices.map((each) => begin(world, each, requestsOf(diskBounds)))
      const steps = ensemble.worldSteps(world, views)
      return world.left.elections === 0 ? steps : steps.filter(({ action }) => action.do === 'elect')
    },

    tell(process: number, before: Server, event: BroadcastEvent, step: Step<Server, Packet, Seen>) {
      if (event.type !== 'FIND') return ensemble.tell(process, before, event, step)
      return { text: `server ${process + 1} ${formatDisk(event.disk)}`, rules: step.rules, process }
    },
  }
}

function found(server: Server, disk: Disk): Server {
  const database = restore(disk, server.peer.ensemble)
  return { ...server, peer: { ...server.peer, disk, database } } as Server
}

function begin(
  world: BudgetedWorld,
  { disks, established, committed, proposed }: InitialDisks,
  requests: number,
): BroadcastStep {
  return {
    action: { do: 'find', disks },
    world: {
      ...world,
      requests,
      committed,
      proposed,
      // The leaders of earlier epochs do not matter: no server has sid 0.
      established: established.map((epoch) => ({ epoch, leader: 0 })),
    },
    events: disks.map((disk, process) => ({ process, event: { type: 'FIND', disk } as const })),
    crashed: [],
    cut: [],
    isFault: false,
    text: `earlier epochs have left: ${disks.map((disk, at) => `server ${at + 1} ${formatDisk(disk)}`).join('; ')}`,
    rules: ['BROADCAST-12'],
  }
}

function formatDisk({ acceptedEpoch, currentEpoch, snapshot, log }: Disk): string {
  const saved = snapshot.txns.length > 0 ? `snapshot [${formatTxns(snapshot.txns)}], ` : ''
  return `has ${saved}log [${formatTxns(log)}], epochs ${acceptedEpoch}/${currentEpoch}`
}

/**
 * The ensemble as processes, channels and a world: what a checker explores, a walk walks, a scenario plays. Process p is
 * server p + 1.
 */
import type { LeaderContext } from '../broadcast/leader-context.js'
import { isQuorum } from '../broadcast/majority-quorum.js'
import type { Arrival, Ensemble, Note, Packet, Snapshot, Txn } from '../broadcast/broadcast-types.js'
import { lastCounter, makeZxid, type Sid } from '../broadcast/zxid.js'
import { lastLogged } from '../broadcast/store.js'
import { electionSteps } from './elections.js'
import * as invariants from './ensemble-invariants.js'
import { newServer, stepServer, type Event, type Machines, type Server } from './ensemble-server.js'
import { formatPacket, formatServer, formatWorld } from './format-ensemble.js'
import { learn, newWorld, reaches, type View, type World } from './ensemble-world.js'
import { worldSteps } from './world-steps.js'

/** How an ensemble is made up, and what it begins with. */
export interface EnsembleSetup {
  /** Participants. */
  readonly servers: number
  readonly observers: number
  /** Writes of epoch 1 that all servers have from the start. */
  readonly history: number
  /** Every learner is sent a snapshot. */
  readonly snap: boolean
  /** Servers are alike but for their names: any of two with equal votes may win. */
  readonly anyTie: boolean
  /** The counter that no transaction gets; as many as 32 bits have unless it is said. */
  readonly counterLimit?: number
}

/** What the world learns of a step: what its machines note, and what no machine may do. */
export type Seen = Note | { readonly type: 'broken'; readonly rule: string; readonly found: string }

/** The events that a server takes when it likes. */
const ownEvents = ['WRITE', 'LOG'] as const

export function ensembleNetwork(machines: Machines, setup: EnsembleSetup) {
  const all = Array.from({ length: setup.servers + setup.observers }, (_, at): Sid => at + 1)
  const ensemble: Ensemble = {
    participants: all.slice(0, setup.servers),
    observers: all.slice(setup.servers),
    forceSnapSync: setup.snap,
    committedLogLimit: 500,
    counterLimit: setup.counterLimit ?? lastCounter,
  }
  const rules = { ensemble, anyTie: setup.anyTie }

  function can(server: Server, event: Event): boolean {
    if (server.life === 'following') return machines.follower.can(server.state, server.peer, event as never)
    if (server.life === 'leading') return machines.leader.can(server.state, server.peer, event as never)
    return machines.server.can(server.life, server.peer, event as never)
  }

  return {
    name: 'ensemble',
    ensemble,
    processes: all.map((sid) => (ensemble.observers.includes(sid) ? `observer ${sid}` : `server ${sid}`)),
    lanes: 1,
    refusalRule: 'BROADCAST-82',

    initial() {
      const past = Array.from({ length: setup.history }, (_, at): Txn => ({
        zxid: makeZxid(1, at + 1),
        request: at + 1,
      }))
      return {
        locals: all.map((sid) => newServer(sid, ensemble, past)),
        world: newWorld(past),
      }
    },

    events(_process: number, server: Server): readonly Event[] {
      const own = ownEvents.map((type): Event => ({ type })).filter((event) => can(server, event))
      if (server.life !== 'leading') return own
      const { learners, database } = server.peer
      const ready = learners.flatMap(({ sid, stage, snapshot }) =>
        stage === 'synchronizing'
          ? caughtBy(snapshot, database.txns).map((fuzzy) => synchronized(sid, fuzzy))
          : [],
      )
      return [...own, ...ready]
    },

    arrival: (from: number, _lane: number, packet: Packet): Event =>
      ({ ...packet, from: from + 1 }) as Arrival<Packet> & Event,
    closed: (from: number): Event => ({ type: 'CLOSED', from: from + 1 }),

    step(_process: number, server: Server, event: Event) {
      const taken = stepServer(machines, server, event)
      if (taken === null) return null
      const wrong = invariants.epochsWentBack(server.peer.disk, taken.server.peer.disk)
      const beyond = taken.notes.flatMap((said) => invariants.beyondEpoch(said, ensemble) ?? [])
      const notes: readonly Seen[] = [
        ...taken.notes,
        ...(wrong === null ? [] : [{ type: 'broken' as const, rule: 'BROADCAST-79', found: wrong }]),
        ...beyond.map((found) => ({ type: 'broken' as const, rule: 'BROADCAST-51', found })),
      ]
      return {
        local: taken.server,
        sends: taken.sends.map(({ to, packet }) => ({ to: to - 1, lane: 0, message: packet })),
        closes: taken.closes.map((sid) => sid - 1),
        notes,
        rules: taken.rules,
        did: taken.did,
      }
    },

    // BROADCAST-47: a learner reads nothing more until what it writes is on disk.
    isBusy: (_process: number, server: Server): boolean =>
      server.life === 'following' && can(server, { type: 'WRITE' }),

    connections(_process: number, server: Server): readonly number[] {
      if (server.life === 'following') return [server.peer.leader - 1]
      return server.life === 'leading' ? server.peer.learners.map(({ sid }) => sid - 1) : []
    },

    view(_process: number, server: Server): View {
      const { life, peer } = server
      const isLooking = life === 'looking'
      const serves = invariants.isServing(server)
      return {
        life,
        leader: life === 'following' ? server.peer.leader : life === 'leading' ? peer.sid : 0,
        epoch: isLooking ? peer.disk.currentEpoch : 0,
        zxid: isLooking ? peer.database.lastProcessed : 0,
        isServing: serves,
        acceptedEpoch: peer.disk.acceptedEpoch,
        served: serves ? peer.database.txns.length : 0,
        isBehind: serves && isBehind(server),
        isStuck: life === 'down' && server.stuck,
        isUnaccepted: life === 'leading' && isUnaccepted(server.state, server.peer),
        writesLog: serves ? peer.toLog.length > 0 : isWritingLog(server),
        canSave: serves && lastLogged(peer.disk) > peer.disk.snapshot.zxid,
      }
    },

    reaches: (world: World, from: number, to: number): boolean => reaches(world, from + 1, to + 1),
    worldSteps: (world: World, views: readonly View[]) => [
      ...electionSteps(world, views, rules),
      ...worldSteps(world, views, ensemble),
    ],

    learn(world: World, _process: number, seen: Seen): World {
      if (seen.type !== 'broken') return learn(world, seen)
      return { ...world, broken: world.broken ?? { rule: seen.rule, found: seen.found } }
    },

    invariants: {
      world: invariants.ofWorld,
      each: invariants.ofEach,
      pair: invariants.ofPairs,
      known: invariants.ofKnown,
      all: invariants.ofAll,
    },

    goal: {
      rule: 'BROADCAST-85',
      name: 'all servers can come to serve all that was committed, with nothing left to commit',
      holds({ committed }: World, views: readonly View[]): boolean {
        const leader = views.find(({ life, isServing }) => life === 'leading' && isServing)
        if (leader === undefined) return false
        return views.every(
          ({ isServing, isBehind, served, acceptedEpoch }) =>
            (isServing && !isBehind && served === committed.length) || acceptedEpoch > leader.acceptedEpoch,
        )
      },
    },

    // Servers that all wait for clients have nothing to do.
    mayEnd: (): boolean => true,

    tell(
      process: number,
      _before: Server,
      event: Event,
      step: { readonly rules: readonly string[]; readonly did?: string },
    ) {
      return { text: `server ${process + 1} ${tellEvent(event)}`, rules: step.rules, process }
    },
    tellMessage: formatPacket,
    show: (_process: number, server: Server): string => formatServer(server),
    showWorld: formatWorld,
  }
}

/** Whether a leader waits for words that will not come: all of a quorum has answered. */
function isUnaccepted(state: string, { ensemble, sid, learners }: LeaderContext): boolean {
  const answered = learners.filter(({ stage }) => stage === 'waiting').map((learner) => learner.sid)
  return state === 'discovery.awaitingEpochAcks' && isQuorum(ensemble, [sid, ...answered])
}

/** Whether a learner that is synchronized writes to its log, or cuts it. */
function isWritingLog(server: Server): boolean {
  if (server.life !== 'following') return false
  return server.state === 'synchronization.truncating' || server.state === 'synchronization.loggingCommitted'
}

/** Whether a server that serves has proposals that it hasn't applied, or hasn't logged. */
function isBehind({ life, peer }: Server): boolean {
  const pending = life === 'leading' ? peer.outstanding : life === 'following' ? peer.pending : []
  return peer.toLog.length > 0 || pending.length > 0
}

const synchronized = (to: Sid, fuzzy: readonly Txn[]): Event => ({
  type: 'SYNCHRONIZED',
  to,
  fuzzy: fuzzy.map(({ request }) => request),
})

/** What a snapshot may have caught of what was applied since it was begun: anything. */
function caughtBy(snapshot: Snapshot | null, txns: readonly Txn[]): readonly (readonly Txn[])[] {
  if (snapshot === null) return [[]]
  return subsets(txns.filter((txn) => !snapshot.txns.some(({ request }) => request === txn.request)))
}

function subsets(txns: readonly Txn[]): readonly (readonly Txn[])[] {
  return Array.from({ length: 2 ** txns.length }, (_, chosen) => txns.filter((__, at) => (chosen >> at) & 1))
}

function tellEvent(event: Event): string {
  switch (event.type) {
    case 'WRITE':
      return 'completes a write to disk'
    case 'LOG':
      return 'logs the oldest waiting transaction'
    case 'SYNCHRONIZED':
      return `synchronizes server ${event.to}${event.fuzzy.length > 0 ? `, by a snapshot that caught write ${event.fuzzy.join(', ')}` : ''}`
    case 'CLOSED':
      return `finds the connection to server ${event.from} closed`
    case 'ELECTED':
      return `takes server ${event.leader} for its leader`
    case 'CRASH':
      return 'crashes'
    case 'START':
      return 'starts'
    case 'GIVE_UP':
      return 'gives up'
    case 'SNAPSHOT':
      return 'takes a snapshot'
    case 'DISK_ERROR':
      return "can't write to its log"
    case 'CLIENT':
      return `is asked for write ${event.request}`
    case 'FOLLOW':
    case 'LEAD':
    case 'LEFT':
      return event.type
    default: {
      const { from, ...packet } = event
      return `takes ${formatPacket(packet as Packet)} from server ${from}`
    }
  }
}

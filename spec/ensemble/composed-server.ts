/**
 * One server with all of its machines: the election's beside those of its life and its role. Each event is one machine's; what
 * comes of it for the other happens in the same step (ENSEMBLE-41 to ENSEMBLE-44).
 */
import type { Packet } from '../broadcast/broadcast-types.js'
import { brokenByStep } from '../election/election-invariants.js'
import { type ElectionLocal, isLooking, stepLocal, stoppedLocal } from '../election/process-state.js'
import type { StepElection } from '../election/step-election.js'
import type { ElectionEvent, History, Notification, On, Server as Voter } from '../election/election-types.js'
import { isServing } from './ensemble-invariants.js'
import type { Seen } from './ensemble-network.js'
import type { Event, Server } from './ensemble-server.js'

export interface ComposedLocal {
  readonly election: ElectionLocal
  readonly server: Server
}

/** What a server takes by way of the election; all else is taken by its life and its role. */
export type NotifiedEvent = On<'NOTIFICATION' | 'RESEND' | 'SETTLE'>
export type ComposedEvent = Event | NotifiedEvent
export type Message = Packet | Notification

/** Lanes: connections of the broadcast, and what the election tells (ELECTION-75). */
export const packets = 0
export const notifications = 1

interface Send {
  readonly to: number
  readonly lane: number
  readonly message: Message
}

export interface ComposedStep {
  readonly local: ComposedLocal
  readonly sends: readonly Send[]
  readonly closes: readonly number[]
  readonly notes: readonly Seen[]
  readonly rules: readonly string[]
}

/** A server's step in the ensemble's network, processes numbered. */
interface ServerStep {
  readonly local: Server
  readonly sends: readonly Send[]
  readonly closes: readonly number[]
  readonly notes: readonly Seen[]
  readonly rules: readonly string[]
}

/** What steps a server's parts. */
export interface Parts {
  readonly voter: Voter
  readonly stepElection: StepElection
  stepServer(server: Server, event: Event): ServerStep | null
  /** The last round that a server may begin. */
  readonly rounds: number
}

/** The server after an event, or null where no rule speaks of it. */
export function stepComposed(parts: Parts, local: ComposedLocal, event: ComposedEvent): ComposedStep | null {
  return isNotified(event) ? electionFirst(parts, local, event) : serverFirst(parts, local, event)
}

/** A server that is out of rounds looks no more: what the bounds cut off, not what the protocol does. */
export const isCutOff = ({ election, server }: ComposedLocal): boolean =>
  server.life === 'looking' && !isLooking(election)

export const isNotified = (event: ComposedEvent): event is NotifiedEvent =>
  event.type === 'NOTIFICATION' || event.type === 'RESEND' || event.type === 'SETTLE'

/** ENSEMBLE-41: whoever settles takes its role at once. */
function electionFirst(parts: Parts, local: ComposedLocal, event: NotifiedEvent): ComposedStep | null {
  const told = tell(parts, local.election, event)
  if (told === null) return null
  const { vote } = told.election
  const hasSettled = isLooking(local.election) && !isLooking(told.election)
  if (!hasSettled || vote === null)
    return { ...told, local: { ...local, election: told.election }, closes: [] }
  const taken = parts.stepServer(local.server, { type: 'ELECTED', leader: vote.leader })
  return taken === null ? null : both(taken, told, 'ENSEMBLE-41')
}

/** ENSEMBLE-42 to ENSEMBLE-44: what befalls the server is told to its election. */
function serverFirst(parts: Parts, local: ComposedLocal, event: Event): ComposedStep | null {
  const taken = parts.stepServer(local.server, event)
  if (taken === null) return null
  const { election } = local
  const then = consequence(local.server, event, taken.local)
  const isOutOfRounds = then?.event.type === 'LOOK' && election.round >= parts.rounds
  if (then === null || isOutOfRounds) {
    return { ...taken, local: { server: taken.local, election: isOutOfRounds ? stoppedLocal : election } }
  }
  const told = tell(parts, election, then.event)
  return told === null ? null : both(taken, told, then.rule)
}

interface Consequence {
  readonly event: ElectionEvent
  readonly rule: string
}

/** What a server's step is to its election. */
function consequence(before: Server, event: Event, after: Server): Consequence | null {
  if (event.type === 'CRASH') return { event: { type: 'CRASH' }, rule: 'ENSEMBLE-44' }
  if (before.life !== 'looking' && after.life === 'looking') {
    const type = before.life === 'down' ? 'START' : 'LOOK'
    return { event: { type, history: historyOf(after) }, rule: 'ENSEMBLE-42' }
  }
  if (isServing(before) || !isServing(after)) return null
  return after.life === 'leading' || after.life === 'following'
    ? { event: { type: 'ESTABLISHED', peerEpoch: after.peer.epoch }, rule: 'ENSEMBLE-43' }
    : null
}

/** BROADCAST-15: what a server's vote says that it has. */
function historyOf({ peer }: Server): History {
  return { zxid: peer.database.lastProcessed, peerEpoch: peer.disk.currentEpoch }
}

interface Told {
  readonly election: ElectionLocal
  readonly sends: readonly Send[]
  readonly notes: readonly Seen[]
  readonly rules: readonly string[]
}

function tell({ stepElection, voter }: Parts, election: ElectionLocal, event: ElectionEvent): Told | null {
  const taken = stepLocal(stepElection, voter, election, event)
  if (taken === null) return null
  const broken = brokenByStep(voter, election, event, taken.local, taken.rules)
  return {
    election: taken.local,
    sends: taken.sends.map(({ to, notification }) => ({
      to: to - 1,
      lane: notifications,
      message: notification,
    })),
    notes: broken === null ? [] : [{ type: 'broken', ...broken }],
    rules: taken.rules,
  }
}

function both(taken: ServerStep, told: Told, rule: string): ComposedStep {
  return {
    local: { election: told.election, server: taken.local },
    sends: [...taken.sends, ...told.sends],
    closes: taken.closes,
    notes: [...taken.notes, ...told.notes],
    rules: [...told.rules, ...taken.rules, rule],
  }
}

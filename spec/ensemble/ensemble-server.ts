/**
 * One server of an ensemble as a step: (server, event) to (server, effects). Its life's machine and its role's machine take
 * the event in turn. How a machine is stepped is the caller's: xstate's own `transition`, or a compiled one that equals it.
 */
import { followerOf, type FollowerContext, type FollowerEvent } from '../broadcast/follower-actions.js'
import { leaderOf, type LeaderContext, type LeaderEvent } from '../broadcast/leader-context.js'
import { noEffects } from '../broadcast/effects.js'
import { emptyDisk, restore } from '../broadcast/store.js'
import type { Disk, Effects, Ensemble, Store, Txn } from '../broadcast/broadcast-types.js'
import type { Sid } from '../broadcast/zxid.js'
import type { ServerContext, ServerEvent } from './server-machine.js'

export type Life = 'down' | 'looking' | 'following' | 'leading'

/** A server: its life, and where it leads or follows, the state of that machine and what it keeps. */
export type Server =
  | { readonly life: 'down'; readonly peer: ServerContext; readonly stuck: boolean }
  | { readonly life: 'looking'; readonly peer: ServerContext }
  | { readonly life: 'following'; readonly state: string; readonly peer: FollowerContext }
  | { readonly life: 'leading'; readonly state: string; readonly peer: LeaderContext }

/** What a server may take. `SEEN` events are the world's: crashes, starts, elections. */
export type Event = ServerEvent | FollowerEvent | LeaderEvent

/** What a step came to. */
export interface ServerStep extends Effects {
  readonly server: Server
  readonly rules: readonly string[]
  /** What the machines did, for those who show it: `follower: loggingCommitted → writingEpoch`. */
  readonly did: string
}

/** A machine as a pure step; null where no transition takes the event. */
export interface Stepper<Context, Event> {
  step(
    state: string,
    context: Context,
    event: Event,
  ): {
    readonly value: string
    readonly context: Context
    readonly transition: { readonly rules: readonly string[]; readonly actions: readonly string[] }
  } | null
  can(state: string, context: Context, event: Event): boolean
}

/** The three machines of a server. */
export interface Machines {
  readonly server: Stepper<ServerContext, ServerEvent>
  readonly follower: Stepper<FollowerContext, FollowerEvent>
  readonly leader: Stepper<LeaderContext, LeaderEvent>
}

/** A server that looks for a leader, and whose log has the writes of a past that all servers share. */
export function newServer(sid: Sid, ensemble: Ensemble, past: readonly Txn[]): Server {
  const epoch = past.length > 0 ? 1 : 0
  const disk: Disk = { ...emptyDisk, acceptedEpoch: epoch, currentEpoch: epoch, log: past }
  return {
    life: 'looking',
    peer: {
      sid,
      ensemble,
      disk,
      database: restore(disk, ensemble),
      toLog: [],
      startsOver: false,
      ...noEffects,
    },
  }
}

function bare<C extends Effects>(context: C): C {
  return { ...context, ...noEffects }
}

function plain({ sid, ensemble, disk, database, toLog, startsOver }: Store): ServerContext {
  return { sid, ensemble, disk, database, toLog, startsOver, ...noEffects }
}

/** The end of a connection that isn't to the leader: of a learner that was refused, or is to be. */
const isOfAnother = ({ peer }: Extract<Server, { life: 'following' }>, event: Event): boolean =>
  event.type === 'CLOSED' && event.from !== peer.leader

/** The server after an event, or null where no rule speaks of it. */
export function stepServer(machines: Machines, server: Server, event: Event): ServerStep | null {
  if (server.life === 'following' && !isOfAnother(server, event)) {
    const taken = machines.follower.step(server.state, server.peer, event as FollowerEvent)
    if (taken !== null) return afterRole(machines, server, taken)
  }
  if (server.life === 'leading') {
    const taken = machines.leader.step(server.state, server.peer, event as LeaderEvent)
    if (taken !== null) return afterRole(machines, server, taken)
  }
  const taken = machines.server.step(server.life, plain(server.peer), event as ServerEvent)
  if (taken === null) return null
  const { sends, closes, notes } = taken.context
  const did = `server: ${taken.transition.actions.join(', ')}`
  const made = { sends, closes, notes, rules: taken.transition.rules, did }
  const peer = bare(taken.context)
  const life = taken.value as Life
  if (life === server.life) {
    const same = { ...server, peer: { ...server.peer, ...peer } } as Server
    return refusedByAsking(machines, same, made) ?? { ...made, server: same }
  }
  if (life === 'down') {
    return { ...made, server: { life, peer, stuck: !machines.server.can('down', peer, { type: 'START' }) } }
  }
  if (life === 'looking') return { ...made, server: { life, peer } }
  if (life === 'following') {
    const { leader } = event as Extract<ServerEvent, { type: 'ELECTED' }>
    return entered(
      machines,
      { life, state: 'elected', peer: followerOf(peer, leader) },
      { type: 'FOLLOW' },
      made,
    )
  }
  return entered(machines, { life, state: 'elected', peer: leaderOf(peer) }, { type: 'LEAD' }, made)
}

/** ENSEMBLE-46: two servers have one connection. Who refuses its own leader has none left, and meets its end at once. */
function refusedByAsking(
  machines: Machines,
  server: Server,
  made: Omit<ServerStep, 'server'>,
): ServerStep | null {
  if (server.life !== 'following' || !made.closes.includes(server.peer.leader)) return null
  const left = stepServer(machines, server, { type: 'CLOSED', from: server.peer.leader })
  return left === null
    ? null
    : { ...left, closes: [...made.closes, ...left.closes], rules: [...made.rules, ...left.rules] }
}

/** A role begins with its own first event, in the same step: nothing can come between. */
function entered(
  machines: Machines,
  server: Server,
  event: FollowerEvent | LeaderEvent,
  made: Omit<ServerStep, 'server'>,
): ServerStep | null {
  const first = stepServer(machines, server, event)
  return first === null ? null : { ...first, rules: [...made.rules, ...first.rules] }
}

interface Taken {
  readonly value: string
  readonly context: FollowerContext | LeaderContext
  readonly transition: { readonly rules: readonly string[]; readonly actions: readonly string[] }
}

function afterRole(machines: Machines, server: Server, { value, context, transition }: Taken): ServerStep {
  const { sends, closes, notes } = context
  const did = `${server.life === 'leading' ? 'leader' : 'follower'}: ${transition.actions.join(', ')}`
  const made = { sends, closes, notes, rules: transition.rules, did }
  if (value !== 'left')
    return { ...made, server: { life: server.life, state: value, peer: bare(context) } as Server }
  const left = machines.server.step(server.life, plain(context), { type: 'LEFT' })
  if (left === null) throw new Error(`no rule lets a server that is ${server.life} leave its role`)
  const peer = bare(left.context)
  return { ...made, server: { life: 'looking', peer } }
}

/**
 * A server's life in an ensemble: down, looking for a leader, following one or leading. What it does while it follows or
 * leads is said by the machines of `broadcast`; this one says what a start finds, what a crash leaves, and who refuses whom.
 */
import { setup } from 'xstate'
import { close } from '../broadcast/effects.js'
import { named } from '../notation/named.js'
import { lastLogged, recoverEpoch, restore } from '../broadcast/store.js'
import type { Arrival, Effects, LearnerPacket, Store } from '../broadcast/broadcast-types.js'
import { epochOf, type Sid } from '../broadcast/zxid.js'

/** A server that has no role, or whatever its role keeps. */
export interface ServerContext extends Store, Effects {}

export type ServerEvent =
  | { readonly type: 'START' }
  | { readonly type: 'CRASH' }
  /** The election's result, at this server. */
  | { readonly type: 'ELECTED'; readonly leader: Sid }
  /** The role is left: the leader is lost, or its quorum. */
  | { readonly type: 'LEFT' }
  | { readonly type: 'CLOSED'; readonly from: Sid }
  | Extract<Arrival<LearnerPacket>, { readonly type: 'FOLLOWERINFO' | 'OBSERVERINFO' }>

const { when, does } = named<ServerContext, ServerEvent>()

const hasTornEpochs = ({ disk }: ServerContext): boolean => disk.acceptedEpoch < disk.currentEpoch
const isEpochBehindLog = (server: ServerContext): boolean =>
  !hasTornEpochs(server) && epochOf(lastLogged(server.disk)) > server.disk.currentEpoch
const isConsistent = (server: ServerContext): boolean => !hasTornEpochs(server)
const isItself = ({ sid }: ServerContext, { leader }: { readonly leader: Sid }): boolean => sid === leader

const raiseEpoch = (server: ServerContext): ServerContext => ({ ...server, disk: recoverEpoch(server.disk) })
const load = (server: ServerContext): ServerContext => ({
  ...server,
  toLog: [],
  database: restore(server.disk, server.ensemble),
})
const loseMemory = (server: ServerContext): ServerContext => ({
  ...server,
  toLog: [],
  startsOver: false,
  database: { txns: [], lastProcessed: 0, committedLog: [] },
})
const refuse = (server: ServerContext, { from }: { readonly from: Sid }): ServerContext => close(server, from)

const refusing = {
  FOLLOWERINFO: { actions: 'refuse', meta: { rule: 'BROADCAST-65' } },
  OBSERVERINFO: { actions: 'refuse', meta: { rule: 'BROADCAST-65' } },
} as const

export const serverMachine = setup({
  types: { context: {} as ServerContext, events: {} as ServerEvent, input: {} as ServerContext },
  guards: {
    isEpochBehindLog: when(isEpochBehindLog),
    isConsistent: when(isConsistent),
    isItself: when<'ELECTED'>(isItself),
  },
  actions: {
    raiseEpoch: does(raiseEpoch),
    load: does(load),
    loseMemory: does(loseMemory),
    refuse: does<'FOLLOWERINFO' | 'OBSERVERINFO'>(refuse),
  },
}).createMachine({
  id: 'server',
  context: ({ input }) => input,
  initial: 'down',
  states: {
    down: {
      on: {
        ...refusing,
        CLOSED: { meta: { rule: 'BROADCAST-65' } },
        START: [
          {
            guard: 'isEpochBehindLog',
            target: 'looking',
            actions: ['raiseEpoch', 'load'],
            meta: { rule: 'BROADCAST-14', durable: true },
          },
          { guard: 'isConsistent', target: 'looking', actions: 'load', meta: { rule: 'BROADCAST-13' } },
        ],
      },
    },
    looking: {
      on: {
        ...refusing,
        CLOSED: { meta: { rule: 'BROADCAST-65' } },
        ELECTED: [
          { guard: 'isItself', target: 'leading', meta: { rule: 'ENSEMBLE-20' } },
          { target: 'following', meta: { rule: 'ENSEMBLE-20' } },
        ],
        CRASH: { target: 'down', actions: 'loseMemory', meta: { rule: 'ENSEMBLE-30' } },
      },
    },
    following: {
      on: {
        ...refusing,
        CLOSED: { meta: { rule: 'BROADCAST-65' } },
        LEFT: { target: 'looking', meta: { rule: 'ENSEMBLE-22' } },
        CRASH: { target: 'down', actions: 'loseMemory', meta: { rule: 'ENSEMBLE-30' } },
      },
    },
    leading: {
      on: {
        LEFT: { target: 'looking', meta: { rule: 'ENSEMBLE-22' } },
        CRASH: { target: 'down', actions: 'loseMemory', meta: { rule: 'ENSEMBLE-30' } },
      },
    },
  },
})

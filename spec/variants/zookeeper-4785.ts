/**
 * ZOOKEEPER-4785: NEWLEADER is acknowledged once the queue of the log is empty; what the log took from the queue may not
 * be on disk yet.
 */
import { named } from '../notation/named.js'
import type { FollowerContext, FollowerEvent } from '../broadcast/follower-actions.js'
import { append, reload } from '../broadcast/store.js'
import type { Txn } from '../broadcast/broadcast-types.js'
import { add, patch } from './patch.js'
import { queueOnNewLeader } from './async-log.js'
import { bring, chain, defineVariant, provide } from './variant.js'

/** `flushing`: taken from the queue, and written, but not synced. */
type Flushing = FollowerContext & { readonly flushing?: readonly Txn[] }
const { does, when } = named<Flushing, FollowerEvent>()

const takeAll = (follower: Flushing): Flushing => ({
  ...follower,
  flushing: [...(follower.flushing ?? []), ...follower.toLog],
  toLog: [],
})
const sync = (follower: Flushing): Flushing => ({
  ...append(follower, follower.flushing ?? []),
  flushing: [],
})

const onTheWay = [
  { guard: 'hasToLog', actions: 'takeAll', meta: { rule: 'BROADCAST-46' } },
  { guard: 'isFlushing', actions: 'sync', meta: { rule: 'BROADCAST-46', durable: true } },
]

export const variant = defineVariant({
  id: 'zookeeper-4785',
  title: 'NEWLEADER is acknowledged when the queue of the log is empty, not when the log is synced',
  forbidden: ['BROADCAST-46', 'BROADCAST-47'],
  bounds: { history: 1, epochs: 2, transactions: 1, crashes: 1 },
  machines: {
    follower: chain(
      queueOnNewLeader(['logOldest']),
      bring({
        guards: {
          isFlushing: when(({ flushing }: Flushing) => (flushing ?? []).length > 0),
          isQueueEmpty: when(({ toLog }: Flushing) => toLog.length === 0),
        },
        actions: { takeAll: does(takeAll), sync: does(sync) },
      }),
      provide({
        actions: { forgetSynchronization: does((follower) => ({ ...reload(follower), flushing: [] })) },
      }),
      patch({
        states: {
          synchronization: {
            states: {
              writingEpoch: { on: { LOG: onTheWay, WRITE: { guard: 'isQueueEmpty' } } },
              awaitingUptodate: { on: { LOG: onTheWay } },
            },
          },
          broadcast: {
            on: { LOG: [onTheWay[1]!, { guard: 'hasToLog', actions: ['logOldest', 'ackLogged'] }] },
          },
        },
      }),
      add({ states: { synchronization: {} } }),
    ),
  },
})

/** What several past releases did on NEWLEADER: hand what was committed to the thread that logs, and not wait for it. */
import { named } from '../notation/named.js'
import type { FollowerContext, FollowerEvent } from '../broadcast/follower-actions.js'
import { applyAll } from '../broadcast/store.js'
import { add, patch } from './patch.js'
import { bring, chain, type Change } from './variant.js'

const { does } = named<FollowerContext, FollowerEvent>()

/** The committed proposals go to memory and to the queue of the log. */
const queueCommitted = (follower: FollowerContext): FollowerContext => {
  const committed = follower.notLogged.slice(0, follower.committed)
  return {
    ...applyAll(follower, committed),
    toLog: [...follower.toLog, ...committed],
    notLogged: follower.notLogged.slice(follower.committed),
    committed: 0,
  }
}

/** NEWLEADER queues; the log is written at any time after. `actions` are what logging a record does. */
export function queueOnNewLeader(actions: readonly string[]): Change {
  const LOG = { guard: 'hasToLog', actions, meta: { rule: 'BROADCAST-46', durable: true } }
  return chain(
    bring({ guards: {}, actions: { queueCommitted: does(queueCommitted) } }),
    patch({
      states: {
        synchronization: {
          states: {
            receiving: { on: { NEWLEADER: { '#2': { target: 'writingEpoch', actions: 'queueCommitted' } } } },
          },
        },
      },
    }),
    add({
      states: {
        synchronization: { states: { writingEpoch: { on: { LOG } }, awaitingUptodate: { on: { LOG } } } },
      },
    }),
  )
}

/**
 * ZOOKEEPER-4925: the fix of 4394, as released in 3.9.3. What a learner commits while it is synchronized goes to its log
 * and its tree, but not to the committed log that it will synchronize others from; and a learner only warns of holes.
 */
import { named } from '../notation/named.js'
import type { FollowerContext, FollowerEvent } from '../broadcast/follower-actions.js'
import { append, apply } from '../broadcast/store.js'
import type { Txn } from '../broadcast/broadcast-types.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<FollowerContext, FollowerEvent>()

/** To the tree, past the committed log. */
const applyOnly = (follower: FollowerContext, txns: readonly Txn[]): FollowerContext => {
  const { committedLog } = follower.database
  const database = txns.reduce((made, txn) => apply(made, txn, follower.ensemble), follower.database)
  return { ...follower, database: { ...database, committedLog } }
}

const logCommitted = (follower: FollowerContext): FollowerContext => {
  const committed = follower.notLogged.slice(0, follower.committed)
  return {
    ...applyOnly(append(follower, committed), committed),
    notLogged: follower.notLogged.slice(follower.committed),
    committed: 0,
  }
}

const applyKept = (follower: FollowerContext): FollowerContext => ({
  ...applyOnly(follower, follower.notLogged.slice(0, 1)),
  notLogged: follower.notLogged.slice(1),
})

export const variant = defineVariant({
  id: 'zookeeper-4925',
  title: 'the committed log of a learner lacks what it was synchronized with',
  forbidden: ['BROADCAST-46', 'BROADCAST-43'],
  bounds: { history: 1, epochs: 3, transactions: 2, crashes: 2 },
  machines: {
    follower: provide({
      guards: { isNextProposal: () => true },
      actions: { logCommitted: does(logCommitted), applyKept: does(applyKept) },
    }),
  },
})

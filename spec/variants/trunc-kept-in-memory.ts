/**
 * What Apache ZooKeeper does up to 3.9.5: only after SNAP does a learner that loses its leader forget what it has in
 * memory. After TRUNC, too, committed proposals go to memory alone until NEWLEADER.
 */
import { named } from '../notation/named.js'
import type { FollowerContext, FollowerEvent } from '../broadcast/follower-actions.js'
import { reload } from '../broadcast/store.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<FollowerContext, FollowerEvent>()

export const variant = defineVariant({
  id: 'trunc-kept-in-memory',
  title: 'what followed a TRUNC in memory only is built upon',
  forbidden: ['BROADCAST-64'],
  bounds: { history: 1, epochs: 2, transactions: 2, crashes: 2 },
  machines: {
    follower: provide({
      actions: {
        forgetSynchronization: does((follower) =>
          follower.syncMode === 'TRUNC' ? follower : reload(follower),
        ),
      },
    }),
  },
})

/** ZOOKEEPER-3642: a snapshot that was taken over in memory only is kept when the leader is lost before NEWLEADER. */
import { named } from '../notation/named.js'
import type { FollowerContext, FollowerEvent } from '../broadcast/follower-actions.js'
import { reload } from '../broadcast/store.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<FollowerContext, FollowerEvent>()

export const variant = defineVariant({
  id: 'zookeeper-3642',
  title: 'a snapshot that never reached the disk is built upon',
  forbidden: ['BROADCAST-64'],
  bounds: { epochs: 2, transactions: 2, crashes: 1 },
  machines: {
    follower: provide({
      actions: {
        forgetSynchronization: does((follower) =>
          follower.syncMode === 'SNAP' ? follower : reload(follower),
        ),
      },
    }),
  },
})

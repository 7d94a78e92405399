/** ZOOKEEPER-3911: NEWLEADER is acknowledged before what the synchronization committed is on disk. */
import { patch } from './patch.js'
import { defineVariant } from './variant.js'

export const variant = defineVariant({
  id: 'zookeeper-3911',
  title: 'NEWLEADER is acknowledged, and what DIFF brought is logged only after UPTODATE',
  forbidden: ['BROADCAST-46'],
  bounds: { history: 1, epochs: 2, transactions: 1, crashes: 1 },
  machines: {
    follower: patch({
      states: { synchronization: { states: { receiving: { on: { NEWLEADER: { '#2': null } } } } } },
    }),
  },
})

/**
 * ZOOKEEPER-1549: a server that is to lead takes a snapshot of what its log has, before a quorum has any of it. TRUNC did not cut
 * it later (`trunc-into-snapshot`); a learner that starts over instead (BROADCAST-41) comes out right even so.
 */
import { patch } from './patch.js'
import { defineVariant, provide } from './variant.js'

const snapshotFirst = { actions: ['writeSnapshot', 'beginLeading'] }

export const variant = defineVariant({
  id: 'zookeeper-1549',
  title: 'a snapshot is taken of what is not committed',
  forbidden: ['BROADCAST-58', 'BROADCAST-41'],
  bounds: { history: 1, epochs: 3, transactions: 2, crashes: 2 },
  machines: {
    follower: provide({ guards: { isWithinSnapshot: () => false } }),
    leader: patch({ states: { elected: { on: { LEAD: { '#1': snapshotFirst, '#2': snapshotFirst } } } } }),
  },
})

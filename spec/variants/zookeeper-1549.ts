/** ZOOKEEPER-1549: a server that is to lead takes a snapshot of what its log has, before a quorum has any of it. */
import { patch } from './patch.js'
import { defineVariant } from './variant.js'

const snapshotFirst = { actions: ['writeSnapshot', 'beginLeading'] }

export const variant = defineVariant({
  id: 'zookeeper-1549',
  title: 'a snapshot is taken of what is not committed',
  forbidden: ['BROADCAST-58'],
  bounds: { history: 1, epochs: 3, transactions: 2, crashes: 2 },
  machines: {
    leader: patch({ states: { elected: { on: { LEAD: { '#1': snapshotFirst, '#2': snapshotFirst } } } } }),
  },
})

/** ZOOKEEPER-2845: a server that leaves its role keeps its memory, and does not look at what its log has beside it. */
import { defineVariant, provide } from './variant.js'

const keepMemory = { actions: { catchUpWithLog: () => {} } }

export const variant = defineVariant({
  id: 'zookeeper-2845',
  title: 'a log keeps what was never committed, across elections',
  forbidden: ['BROADCAST-63'],
  bounds: { history: 1, epochs: 2, transactions: 2, crashes: 2 },
  machines: { follower: provide(keepMemory), leader: provide(keepMemory) },
})

/** ZOOKEEPER-4646: what DIFF brought is queued for the log before NEWLEADER is acknowledged, but not waited for. */
import { queueOnNewLeader } from './async-log.js'
import { defineVariant } from './variant.js'

export const variant = defineVariant({
  id: 'zookeeper-4646',
  title: 'NEWLEADER is acknowledged while what DIFF brought waits in the queue of the log',
  forbidden: ['BROADCAST-46', 'BROADCAST-47'],
  bounds: { history: 1, epochs: 2, transactions: 1, crashes: 1 },
  machines: { follower: queueOnNewLeader(['logOldest']) },
})

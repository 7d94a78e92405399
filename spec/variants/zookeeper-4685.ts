/** ZOOKEEPER-4685: the log's queue acknowledges proposals before NEWLEADER is acknowledged; the leader expects the other first. */
import { queueOnNewLeader } from './async-log.js'
import { defineVariant } from './variant.js'

export const variant = defineVariant({
  id: 'zookeeper-4685',
  title: 'a proposal is acknowledged before NEWLEADER is',
  forbidden: ['BROADCAST-38', 'BROADCAST-47'],
  bounds: { history: 1, epochs: 1, transactions: 1, crashes: 0 },
  machines: { follower: queueOnNewLeader(['logOldest', 'ackLogged']) },
})

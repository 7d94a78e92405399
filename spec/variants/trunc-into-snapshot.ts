/**
 * What Apache ZooKeeper does up to 3.9.5: told to cut its log to a zxid before its snapshot, a learner cuts what the log has,
 * loads the snapshot again, and goes on. What a leader that was never established had sent it by SNAP stays in its tree,
 * and it serves that.
 */
import { defineVariant, provide } from './variant.js'

export const variant = defineVariant({
  id: 'trunc-into-snapshot',
  title: 'a learner goes on with a snapshot that TRUNC should have cut',
  forbidden: ['BROADCAST-41'],
  bounds: { observers: 1, committed: 0, uncommitted: 1, transactions: 0 },
  machines: { follower: provide({ guards: { isWithinSnapshot: () => false } }) },
})

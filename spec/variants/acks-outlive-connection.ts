/**
 * What Apache ZooKeeper does up to 3.9.5: an acknowledgement counts although its learner's connection has ended. The learner
 * that comes back is told to cut its log to what is committed, the acknowledged proposal included, and is sent that again;
 * in between it counts, and is on one disk less than it seems.
 */
import { named } from '../notation/named.js'
import type { LeaderContext, LeaderEvent, On } from '../broadcast/leader-context.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<LeaderContext, LeaderEvent>()

const dropLearner = (leader: LeaderContext, { from }: On<'CLOSED'>): LeaderContext => ({
  ...leader,
  learners: leader.learners.filter(({ sid }) => sid !== from),
})

export const variant = defineVariant({
  id: 'acks-outlive-connection',
  title: 'an acknowledgement counts after its learner was lost',
  forbidden: ['BROADCAST-61'],
  bounds: { epochs: 1, transactions: 1, crashes: 1 },
  machines: { leader: provide({ actions: { dropLearner: does<'CLOSED'>(dropLearner) } }) },
})

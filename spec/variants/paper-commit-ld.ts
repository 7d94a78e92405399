/**
 * The third ambiguity of the Zab paper: which zxid does COMMIT-LD (UPTODATE) commit? With that of the acknowledged
 * NEWLEADER, a follower never learns of commits that were sent while it was being synchronized.
 */
import { note } from '../broadcast/effects.js'
import { named } from '../notation/named.js'
import { forward, type LeaderContext, type LeaderEvent, type Learner } from '../broadcast/leader-context.js'
import { isQuorum } from '../broadcast/majority-quorum.js'
import { applyAll } from '../broadcast/store.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<LeaderContext, LeaderEvent>()

const isUptodate = ({ stage }: Learner): boolean => stage === 'uptodate'

const commitAcked = (leader: LeaderContext): LeaderContext => {
  const [first, ...rest] = leader.outstanding
  if (first === undefined || !isQuorum(leader.ensemble, first.acks)) return leader
  const { txn } = first
  const committed = { ...applyAll(leader, [txn]), outstanding: rest, lastCommitted: txn.zxid }
  return commitAcked(
    forward(note(committed, { type: 'committed', txn }), { type: 'COMMIT', zxid: txn.zxid }, isUptodate),
  )
}

export const variant = defineVariant({
  id: 'paper-commit-ld',
  title: 'UPTODATE commits what NEWLEADER had, and later commits go to those that are up to date',
  forbidden: ['BROADCAST-36', 'BROADCAST-54'],
  bounds: { history: 1, epochs: 1, transactions: 2, crashes: 0 },
  machines: { leader: provide({ actions: { commitAcked: does(commitAcked) } }) },
})

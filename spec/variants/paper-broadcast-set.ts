/** The first ambiguity of the Zab paper: who is Q, to whom a leader proposes? Not only those that acknowledged NEWLEADER. */
import { note } from '../broadcast/effects.js'
import { named } from '../notation/named.js'
import { forward, type LeaderContext, type LeaderEvent, type Learner } from '../broadcast/leader-context.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<LeaderContext, LeaderEvent>()

const hasAcked = ({ stage }: Learner): boolean => stage === 'acked' || stage === 'uptodate'

const propose = (leader: LeaderContext, { request }: { readonly request: number }): LeaderContext => {
  const txn = { zxid: leader.lastProposed + 1, request }
  const proposed = {
    ...leader,
    lastProposed: txn.zxid,
    outstanding: [...leader.outstanding, { txn, acks: [] }],
    toLog: [...leader.toLog, txn],
  }
  return note(forward(proposed, { type: 'PROPOSAL', txn }, hasAcked), {
    type: 'proposed',
    epoch: leader.epoch,
    txn,
  })
}

export const variant = defineVariant({
  id: 'paper-broadcast-set',
  title: 'proposals go only to those that acknowledged NEWLEADER',
  forbidden: ['BROADCAST-51'],
  bounds: { history: 1, epochs: 1, transactions: 1, crashes: 0 },
  machines: { leader: provide({ actions: { propose: does<'CLIENT' | 'REQUEST'>(propose) } }) },
})

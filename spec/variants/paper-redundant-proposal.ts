/**
 * The second ambiguity of the Zab paper: a leader puts a request into its history in one step and proposes it in another;
 * a follower that is synchronized in between gets it twice.
 */
import { note } from '../broadcast/effects.js'
import { named } from '../notation/named.js'
import { forward, isForwarded, type LeaderContext, type LeaderEvent } from '../broadcast/leader-context.js'
import type { Txn } from '../broadcast/broadcast-types.js'
import { add } from './patch.js'
import { bring, chain, defineVariant, provide } from './variant.js'

type Slow = LeaderContext & { readonly toPropose?: readonly Txn[] }
const { does, when } = named<Slow, LeaderEvent>()

const takeRequest = (leader: Slow, { request }: { readonly request: number }): Slow => {
  const txn = { zxid: leader.lastProposed + 1, request }
  const taken = {
    ...leader,
    lastProposed: txn.zxid,
    outstanding: [...leader.outstanding, { txn, acks: [] }],
    toLog: [...leader.toLog, txn],
    toPropose: [...(leader.toPropose ?? []), txn],
  }
  return note(taken, { type: 'proposed', epoch: leader.epoch, txn })
}

const proposeTaken = (leader: Slow): Slow => {
  const [txn, ...rest] = leader.toPropose ?? []
  return txn === undefined
    ? leader
    : forward({ ...leader, toPropose: rest } as Slow, { type: 'PROPOSAL', txn }, isForwarded)
}

export const variant = defineVariant({
  id: 'paper-redundant-proposal',
  title: 'a request enters the history in one step, and is proposed in another',
  forbidden: ['BROADCAST-51'],
  bounds: { history: 1, epochs: 1, transactions: 1, crashes: 0 },
  machines: {
    leader: chain(
      bring({
        guards: { hasToPropose: when(({ toPropose }: Slow) => (toPropose ?? []).length > 0) },
        actions: { proposeTaken: does(proposeTaken) },
      }),
      provide({ actions: { propose: does<'CLIENT' | 'REQUEST'>(takeRequest) } }),
      add({
        states: {
          broadcast: {
            on: { WRITE: { guard: 'hasToPropose', actions: 'proposeTaken', meta: { rule: 'BROADCAST-51' } } },
          },
        },
      }),
    ),
  },
})

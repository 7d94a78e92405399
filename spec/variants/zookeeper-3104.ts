/** ZOOKEEPER-3104: NEWLEADER is sent right behind a snapshot, before the transactions that were committed while it was taken. */
import { send } from '../broadcast/effects.js'
import { named } from '../notation/named.js'
import { newLeader, snapshotFor } from '../broadcast/leader-actions.js'
import { at, learnerOf, type LeaderContext, type LeaderEvent, type On } from '../broadcast/leader-context.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<LeaderContext, LeaderEvent>()

const sendSynchronization = (leader: LeaderContext, event: On<'SYNCHRONIZED'>): LeaderContext => {
  const learner = learnerOf(leader, event.to)
  if (learner === undefined) return leader
  const packets = [...snapshotFor(leader, learner, event), newLeader(leader), ...learner.queue]
  return packets.reduce(
    (sending, packet) => send(sending, event.to, packet),
    at(leader, event.to, { stage: 'newLeader', snapshot: null, queue: [] }),
  )
}

export const variant = defineVariant({
  id: 'zookeeper-3104',
  title: 'NEWLEADER comes before what was committed while the snapshot was taken',
  forbidden: ['BROADCAST-37'],
  bounds: { epochs: 1, transactions: 1, crashes: 0, snap: true },
  machines: {
    leader: provide({ actions: { sendSynchronization: does<'SYNCHRONIZED'>(sendSynchronization) } }),
  },
})

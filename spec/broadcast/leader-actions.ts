/** What a leader does at each turn of its machine: pure functions of its context and an event. */
import { close, note, send } from './effects.js'
import {
  advance,
  forward,
  isForwarded,
  isParticipant,
  joined,
  type LeaderContext,
  type Learner,
  learnerOf,
  newcomer,
  type On,
} from './leader-context.js'
import { isQuorum } from './majority-quorum.js'
import { append, applyAll, fastForward, flush, saveSnapshot } from './store.js'
import { choose } from './synchronize.js'
import type { LeaderPacket, Txn } from './broadcast-types.js'
import { counterOf, makeZxid, type Sid, type Zxid } from './zxid.js'

// Discovery

type Info = On<'FOLLOWERINFO' | 'OBSERVERINFO'>

/** The epoch that is proposed is later than any that the leader or a learner accepted. */
const laterThan = (leader: LeaderContext, acceptedEpoch: number): number =>
  Math.max(leader.epoch, acceptedEpoch + 1)

export const beginLeading = (leader: LeaderContext): LeaderContext => ({
  ...leader,
  epoch: laterThan(leader, leader.disk.acceptedEpoch),
  connected: [leader.sid],
})

export const addLearner = (leader: LeaderContext, { from, acceptedEpoch }: Info): LeaderContext => ({
  ...newcomer(leader, from),
  epoch: laterThan(leader, acceptedEpoch),
  connected: joined(leader, leader.connected, from),
})

/** A learner that comes once the epoch is fixed has no say in it. */
export const keepLearner = (leader: LeaderContext, { from }: Info): LeaderContext => newcomer(leader, from)

export const addLateLearner = (leader: LeaderContext, event: Info): LeaderContext =>
  offer(keepLearner(leader, event), event.from)

export const makesQuorumConnected = (leader: LeaderContext, { from }: Info): boolean =>
  isQuorum(leader.ensemble, joined(leader, leader.connected, from))
export const isQuorumAlone = (leader: LeaderContext): boolean => isQuorum(leader.ensemble, [leader.sid])

export const writeAcceptedEpoch = (leader: LeaderContext): LeaderContext => ({
  ...leader,
  disk: { ...leader.disk, acceptedEpoch: leader.epoch },
})

function offer(leader: LeaderContext, sid: Sid): LeaderContext {
  return send(advance(leader, sid, 'OFFER'), sid, { type: 'LEADERINFO', epoch: leader.epoch })
}

/** The leader accepts its own epoch, and offers it to those who came. */
export const offerEpoch = (leader: LeaderContext): LeaderContext =>
  leader.learners
    .filter(({ stage }) => stage === 'informed')
    .reduce<LeaderContext>((offering, { sid }) => offer(offering, sid), { ...leader, accepted: [leader.sid] })

export const isOffered = (leader: LeaderContext, { from }: { readonly from: Sid }): boolean =>
  learnerOf(leader, from)?.stage === 'offered'

/** Whether a learner is ahead of this leader: a later epoch, or as late a one and a later zxid. */
export const isAhead = (leader: LeaderContext, { from, currentEpoch, lastZxid }: On<'ACKEPOCH'>): boolean =>
  isOffered(leader, { from }) &&
  (currentEpoch > leader.disk.currentEpoch ||
    (currentEpoch === leader.disk.currentEpoch && lastZxid > leader.database.lastProcessed))

export const refuse = (leader: LeaderContext, { from }: { readonly from: Sid }): LeaderContext =>
  close(dropLearner(leader, { from }), from)

/** Who had accepted the epoch before does not count again. */
const acceptedBy = (leader: LeaderContext, { from, currentEpoch }: On<'ACKEPOCH'>): readonly Sid[] =>
  currentEpoch === -1 ? leader.accepted : joined(leader, leader.accepted, from)

export const acceptLearner = (leader: LeaderContext, event: On<'ACKEPOCH'>): LeaderContext => ({
  ...advance(leader, event.from, 'WAIT', { lastZxid: event.lastZxid }),
  accepted: acceptedBy(leader, event),
})

export const makesQuorumAccepted = (leader: LeaderContext, event: On<'ACKEPOCH'>): boolean =>
  isOffered(leader, event) && isQuorum(leader.ensemble, acceptedBy(leader, event))

// Synchronization

export const synchronizeWaiting = (leader: LeaderContext): LeaderContext =>
  leader.learners
    .filter(({ stage }) => stage === 'waiting')
    .reduce((syncing, { sid, lastZxid }) => synchronize(syncing, sid, lastZxid), leader)

export const synchronizeLate = (leader: LeaderContext, { from, lastZxid }: On<'ACKEPOCH'>): LeaderContext =>
  synchronize(leader, from, lastZxid)

/** From here on the learner gets what is proposed and committed; what is outstanding it gets now (BROADCAST-36). */
function synchronize(leader: LeaderContext, sid: Sid, lastZxid: Zxid): LeaderContext {
  const { packets, upTo } = choose(leader.database, lastZxid, leader.ensemble)
  const outstanding = isParticipant(leader, sid) ? leader.outstanding : []
  const proposals = outstanding
    .filter(({ txn }) => txn.zxid > upTo)
    .map(({ txn }): LeaderPacket => ({ type: 'PROPOSAL', txn }))
  const { lastProcessed, txns } = leader.database
  return advance(leader, sid, 'SYNCHRONIZE', {
    lastZxid: 0,
    snapshot: packets === null ? { zxid: lastProcessed, txns } : null,
    queue: [...(packets ?? []), ...proposals],
  })
}

export const isSynchronizing = (leader: LeaderContext, { to }: On<'SYNCHRONIZED'>): boolean =>
  learnerOf(leader, to)?.stage === 'synchronizing'

/** The snapshot, if it is one; what was queued since it was begun; and only then NEWLEADER (BROADCAST-37). */
export const sendSynchronization = (leader: LeaderContext, event: On<'SYNCHRONIZED'>): LeaderContext => {
  const { to } = event
  const learner = learnerOf(leader, to)
  if (learner === undefined) return leader
  const packets = [...snapshotFor(leader, learner, event), ...learner.queue, newLeader(leader)]
  return packets.reduce(
    (sending, packet) => send(sending, to, packet),
    advance(leader, to, 'SENT', { snapshot: null, queue: [] }),
  )
}

export const newLeader = ({ epoch }: LeaderContext): LeaderPacket => ({ type: 'NEWLEADER', epoch })

/** SNAP, with what it caught of the transactions that were applied while it was taken. */
export function snapshotFor(
  { database }: LeaderContext,
  { snapshot }: Learner,
  { fuzzy }: On<'SYNCHRONIZED'>,
): readonly LeaderPacket[] {
  if (snapshot === null) return []
  const caught = database.txns.filter(({ request }) => fuzzy.includes(request))
  return [{ type: 'SNAP', zxid: snapshot.zxid, txns: [...snapshot.txns, ...caught] }]
}

export const writeCurrentEpoch = (leader: LeaderContext): LeaderContext => ({
  ...leader,
  disk: { ...leader.disk, currentEpoch: leader.epoch },
  synced: joined(leader, leader.synced, leader.sid),
})

export const makesQuorumWithItself = (leader: LeaderContext): boolean =>
  isQuorum(leader.ensemble, joined(leader, leader.synced, leader.sid))

export const isNewLeaderAck = (leader: LeaderContext, { from, zxid }: On<'ACK'>): boolean =>
  learnerOf(leader, from)?.stage === 'newLeader' && zxid === makeZxid(leader.epoch, 0)

export const makesQuorumSynced = (leader: LeaderContext, event: On<'ACK'>): boolean =>
  isNewLeaderAck(leader, event) && isQuorum(leader.ensemble, joined(leader, leader.synced, event.from))

export const addSynced = (leader: LeaderContext, { from }: On<'ACK'>): LeaderContext => ({
  ...advance(leader, from, 'ACKED'),
  synced: joined(leader, leader.synced, from),
})

// Broadcast

/** With a quorum behind it, what the leader has is what the service has; its zxids begin anew. */
export const establish = (leader: LeaderContext): LeaderContext => {
  const zxid = makeZxid(leader.epoch, 0)
  const established = { ...leader, lastProposed: zxid, lastCommitted: zxid }
  const history = leader.database.txns
  return note(
    { ...established, database: { ...leader.database, lastProcessed: zxid } },
    { type: 'established', epoch: leader.epoch, leader: leader.sid, history },
  )
}

export const sendUptodate = (leader: LeaderContext): LeaderContext =>
  leader.learners
    .filter(({ stage }) => stage === 'acked')
    .reduce((sending, { sid }) => send(advance(sending, sid, 'UPTODATE'), sid, { type: 'UPTODATE' }), leader)

export const isUptodateAck = (leader: LeaderContext, { from, zxid }: On<'ACK'>): boolean =>
  learnerOf(leader, from)?.stage === 'uptodate' && zxid === makeZxid(leader.epoch, 0)

const isFollower =
  (leader: LeaderContext) =>
  (learner: Learner): boolean =>
    isForwarded(learner) && isParticipant(leader, learner.sid)
const isObserver =
  (leader: LeaderContext) =>
  (learner: Learner): boolean =>
    isForwarded(learner) && !isParticipant(leader, learner.sid)

/** The next zxid would have the counter that no transaction gets: the epoch has no more. */
export const isCounterUsedUp = ({ lastProposed, ensemble }: LeaderContext): boolean =>
  counterOf(lastProposed) + 1 >= ensemble.counterLimit

export const propose = (leader: LeaderContext, { request }: { readonly request: number }): LeaderContext => {
  const txn: Txn = { zxid: leader.lastProposed + 1, request }
  const proposed: LeaderContext = {
    ...leader,
    lastProposed: txn.zxid,
    outstanding: [...leader.outstanding, { txn, acks: [] }],
    toLog: [...leader.toLog, txn],
  }
  return note(forward(proposed, { type: 'PROPOSAL', txn }, isFollower(leader)), {
    type: 'proposed',
    epoch: leader.epoch,
    txn,
  })
}

export const hasToLog = ({ toLog }: LeaderContext): boolean => toLog.length > 0

export const logOldest = (leader: LeaderContext): LeaderContext => {
  const [txn, ...rest] = leader.toLog
  return txn === undefined ? leader : { ...append(leader, [txn]), toLog: rest }
}

export const ackOwn = (leader: LeaderContext): LeaderContext => {
  const logged = leader.disk.log.at(-1)
  return logged === undefined ? leader : addAckOf(leader, leader.sid, logged.zxid)
}

function addAckOf(leader: LeaderContext, sid: Sid, zxid: Zxid): LeaderContext {
  const outstanding = leader.outstanding.map((proposal) =>
    proposal.txn.zxid === zxid ? { ...proposal, acks: joined(leader, proposal.acks, sid) } : proposal,
  )
  return { ...leader, outstanding }
}

const isOfServing = (leader: LeaderContext, { from, zxid }: On<'ACK'>): boolean =>
  learnerOf(leader, from)?.stage === 'uptodate' && counterOf(zxid) !== 0

export const isOutstandingAck = (leader: LeaderContext, event: On<'ACK'>): boolean =>
  isOfServing(leader, event) && leader.outstanding.some(({ txn }) => txn.zxid === event.zxid)

export const isCommittedAck = (leader: LeaderContext, event: On<'ACK'>): boolean =>
  isOfServing(leader, event) && event.zxid <= leader.lastCommitted

export const addAck = (leader: LeaderContext, { from, zxid }: On<'ACK'>): LeaderContext =>
  addAckOf(leader, from, zxid)

/** In order, what a quorum has on disk is committed. */
export const commitAcked = (leader: LeaderContext): LeaderContext => {
  const [first, ...rest] = leader.outstanding
  if (first === undefined || !isQuorum(leader.ensemble, first.acks)) return leader
  const { txn } = first
  const committed = note(
    { ...applyAll(leader, [txn]), outstanding: rest, lastCommitted: txn.zxid },
    { type: 'committed', txn },
  )
  const told = forward(committed, { type: 'COMMIT', zxid: txn.zxid }, isFollower(leader))
  return commitAcked(forward(told, { type: 'INFORM', txn }, isObserver(leader)))
}

export const writeSnapshot = (leader: LeaderContext): LeaderContext => saveSnapshot(leader)

// Leaving

export const loseOldest = (leader: LeaderContext): LeaderContext => ({ ...leader, toLog: [] })

/** Its acknowledgements go with it: when it comes back, what is outstanding may be cut from its log and sent again. */
export const dropLearner = (leader: LeaderContext, { from }: { readonly from: Sid }): LeaderContext => ({
  ...leader,
  learners: leader.learners.filter(({ sid }) => sid !== from),
  outstanding: leader.outstanding.map(({ txn, acks }) => ({ txn, acks: acks.filter((sid) => sid !== from) })),
})

export const closeLearners = (leader: LeaderContext): LeaderContext =>
  leader.learners.reduce((closing, { sid }) => close(closing, sid), leader)

export const flushLog = (leader: LeaderContext): LeaderContext => flush(leader)

export const catchUpWithLog = (leader: LeaderContext): LeaderContext => fastForward(leader)

/** What a learner does at each turn of its machine: pure functions of its context and an event. */
import { close, noEffects, send } from './effects.js'
import { append, applyAll, fastForward, flush, lastLogged, reload, saveSnapshot, truncate } from './store.js'
import type { Arrival, Effects, LeaderPacket, Store, Txn } from './broadcast-types.js'
import { counterOf, follows, makeZxid, type Sid, type Zxid } from './zxid.js'

/** How the leader brings a learner up to date. */
export type SyncMode = 'DIFF' | 'TRUNC' | 'SNAP'

/** A learner: a follower, or an observer. */
export interface FollowerContext extends Store, Effects {
  readonly leader: Sid
  /** The leader's epoch, once LEADERINFO told it; 0 before. */
  readonly epoch: number
  readonly syncMode: SyncMode | null
  /** Where TRUNC says the log must end. */
  readonly truncateTo: Zxid
  /** Proposals of the synchronization that are neither logged nor applied yet, oldest first. */
  readonly notLogged: readonly Txn[]
  /** How many of them, from the oldest, are committed. */
  readonly committed: number
  /** Proposals that wait for their COMMIT, oldest first. */
  readonly pending: readonly Txn[]
}

export type FollowerEvent =
  /** The election chose a leader. */
  | { readonly type: 'FOLLOW' }
  /** A durable effect that was begun is done. */
  | { readonly type: 'WRITE' }
  /** The log takes the oldest waiting transaction. */
  | { readonly type: 'LOG' }
  | { readonly type: 'SNAPSHOT' }
  | { readonly type: 'DISK_ERROR' }
  /** A client of this server asks for a write. */
  | { readonly type: 'CLIENT'; readonly request: number }
  /** The connection to the leader has ended. */
  | { readonly type: 'CLOSED'; readonly from: Sid }
  /** The learner gives its leader up: it heard nothing for too long. */
  | { readonly type: 'GIVE_UP' }
  | Arrival<LeaderPacket>

export type On<Type extends FollowerEvent['type']> = Extract<FollowerEvent, { readonly type: Type }>

/** A server that begins to follow. */
export function followerOf(store: Store, leader: Sid): FollowerContext {
  const { sid, ensemble, disk, database, toLog, startsOver } = store
  return {
    sid,
    ensemble,
    disk,
    database,
    toLog,
    startsOver,
    leader,
    epoch: 0,
    syncMode: null,
    truncateTo: 0,
    notLogged: [],
    committed: 0,
    pending: [],
    ...noEffects,
  }
}

export const isObserver = ({ ensemble, sid }: Store): boolean => ensemble.observers.includes(sid)

// Discovery

export const isNewEpoch = ({ disk }: FollowerContext, { epoch }: On<'LEADERINFO'>): boolean =>
  epoch > disk.acceptedEpoch
export const isAcceptedEpoch = ({ disk }: FollowerContext, { epoch }: On<'LEADERINFO'>): boolean =>
  epoch === disk.acceptedEpoch

export const sendInfo = (follower: FollowerContext): FollowerContext =>
  send(follower, follower.leader, {
    type: isObserver(follower) ? 'OBSERVERINFO' : 'FOLLOWERINFO',
    acceptedEpoch: follower.disk.acceptedEpoch,
  })

export const rememberEpoch = (follower: FollowerContext, { epoch }: On<'LEADERINFO'>): FollowerContext => ({
  ...follower,
  epoch,
})

export const writeAcceptedEpoch = (follower: FollowerContext): FollowerContext => ({
  ...follower,
  disk: { ...follower.disk, acceptedEpoch: follower.epoch },
})

function answerEpoch(follower: FollowerContext, currentEpoch: number): FollowerContext {
  const lastZxid = follower.startsOver ? 0 : follower.database.lastProcessed
  return send(follower, follower.leader, { type: 'ACKEPOCH', currentEpoch, lastZxid })
}

export const ackEpoch = (follower: FollowerContext): FollowerContext =>
  answerEpoch(follower, follower.disk.currentEpoch)

export const ackEpochAgain = (follower: FollowerContext): FollowerContext => answerEpoch(follower, -1)

// Synchronization

export const beginDiff = (follower: FollowerContext): FollowerContext => ({ ...follower, syncMode: 'DIFF' })

export const startsOver = (follower: FollowerContext): boolean => follower.startsOver

/** From nothing: whatever comes is applied in memory, and a snapshot of it takes the place of all that is on disk. */
export const beginEmpty = (follower: FollowerContext): FollowerContext => ({
  ...follower,
  syncMode: 'SNAP',
  database: { txns: [], lastProcessed: 0, committedLog: [] },
})

/** Whether a cut would have to go through the snapshot. */
export const isWithinSnapshot = ({ disk }: FollowerContext, { zxid }: On<'TRUNC'>): boolean =>
  zxid < disk.snapshot.zxid

export const startOver = (follower: FollowerContext): FollowerContext => ({ ...follower, startsOver: true })

export const beginTrunc = (follower: FollowerContext, { zxid }: On<'TRUNC'>): FollowerContext => ({
  ...follower,
  syncMode: 'TRUNC',
  truncateTo: zxid,
})

export const truncateLog = (follower: FollowerContext): FollowerContext => ({
  ...truncate(follower, follower.truncateTo),
  truncateTo: 0,
})

export const takeSnapshotOver = (follower: FollowerContext, { zxid, txns }: On<'SNAP'>): FollowerContext => ({
  ...follower,
  syncMode: 'SNAP',
  database: { txns, lastProcessed: zxid, committedLog: [] },
})

/** The last zxid that the learner was told of. */
function lastQueued({ notLogged, pending, database }: FollowerContext): Zxid {
  return notLogged.at(-1)?.zxid ?? pending.at(-1)?.zxid ?? database.lastProcessed
}

export const isNextProposal = (follower: FollowerContext, { txn }: On<'PROPOSAL' | 'INFORM'>): boolean =>
  follows(txn.zxid, lastQueued(follower))

export const isCommitOfKept = ({ notLogged, committed }: FollowerContext, { zxid }: On<'COMMIT'>): boolean =>
  notLogged[committed]?.zxid === zxid

export const isDiff = ({ syncMode }: FollowerContext): boolean => syncMode === 'DIFF'

export const isDiffAndCommitOfKept = (follower: FollowerContext, event: On<'COMMIT'>): boolean =>
  isDiff(follower) && isCommitOfKept(follower, event)

export const isDiffAndNextProposal = (follower: FollowerContext, event: On<'INFORM'>): boolean =>
  isDiff(follower) && isNextProposal(follower, event)

export const keepProposal = (
  follower: FollowerContext,
  { txn }: On<'PROPOSAL' | 'INFORM'>,
): FollowerContext => ({
  ...follower,
  notLogged: [...follower.notLogged, txn],
})

export const keepCommit = (follower: FollowerContext): FollowerContext => ({
  ...follower,
  committed: follower.committed + 1,
})

export const keepInform = (follower: FollowerContext, event: On<'INFORM'>): FollowerContext =>
  keepCommit(keepProposal(follower, event))

/** SNAP and TRUNC: what is committed goes to memory; the snapshot that follows will have it. */
export const applyKept = (follower: FollowerContext): FollowerContext => {
  const [txn, ...rest] = follower.notLogged
  return txn === undefined ? follower : { ...applyAll(follower, [txn]), notLogged: rest }
}

export const applyInform = (follower: FollowerContext, { txn }: On<'INFORM'>): FollowerContext =>
  applyAll(follower, [txn])

export const isOfEpoch = ({ epoch }: FollowerContext, event: On<'NEWLEADER'>): boolean =>
  event.epoch === epoch
export const needsSnapshot = (follower: FollowerContext, event: On<'NEWLEADER'>): boolean =>
  isOfEpoch(follower, event) && !isDiff(follower)
export const hasCommitted = (follower: FollowerContext, event: On<'NEWLEADER'>): boolean =>
  isOfEpoch(follower, event) && !isObserver(follower) && follower.committed > 0

export const writeSnapshot = (follower: FollowerContext): FollowerContext => saveSnapshot(follower)

/** A log that goes on after what the learner was synchronized with has proposals that it will be sent again. */
export const writeSynchronized = (follower: FollowerContext): FollowerContext => {
  const saved = saveSnapshot(follower)
  return { ...saved, startsOver: false, disk: { ...saved.disk, log: [] } }
}

/** What the DIFF committed: on disk, and in memory. */
export const logCommitted = (follower: FollowerContext): FollowerContext => {
  const committed = follower.notLogged.slice(0, follower.committed)
  const logged = applyAll(append(follower, committed), committed)
  return { ...logged, notLogged: follower.notLogged.slice(follower.committed), committed: 0 }
}

export const writeCurrentEpoch = (follower: FollowerContext): FollowerContext => ({
  ...follower,
  syncMode: null,
  disk: { ...follower.disk, currentEpoch: follower.epoch },
})

export const ackNewLeader = (follower: FollowerContext): FollowerContext =>
  send(follower, follower.leader, { type: 'ACK', zxid: makeZxid(follower.epoch, 0) })

export const ackUptodate = ackNewLeader

/** What came between NEWLEADER and UPTODATE goes the way of proposals and commits. */
export const startServing = (follower: FollowerContext): FollowerContext => {
  const committed = follower.notLogged.slice(0, follower.committed)
  const waiting = follower.notLogged.slice(follower.committed)
  const logging = isObserver(follower) ? committed : follower.notLogged
  return {
    ...applyAll(follower, committed),
    toLog: [...follower.toLog, ...logging],
    pending: waiting,
    notLogged: [],
    committed: 0,
  }
}

// Broadcast

export const isNextCommit = ({ pending }: FollowerContext, { zxid }: On<'COMMIT'>): boolean =>
  pending[0]?.zxid === zxid
export const hasToLog = ({ toLog }: FollowerContext): boolean => toLog.length > 0

export const takeProposal = (follower: FollowerContext, { txn }: On<'PROPOSAL'>): FollowerContext => ({
  ...follower,
  toLog: [...follower.toLog, txn],
  pending: [...follower.pending, txn],
})

export const commit = (follower: FollowerContext): FollowerContext => {
  const [txn, ...rest] = follower.pending
  return txn === undefined ? follower : { ...applyAll(follower, [txn]), pending: rest }
}

export const takeInform = (follower: FollowerContext, { txn }: On<'INFORM'>): FollowerContext => ({
  ...applyAll(follower, [txn]),
  toLog: [...follower.toLog, txn],
})

/** The oldest waiting transaction is on disk; only then is it acknowledged. Observers acknowledge nothing. */
export const logOldest = (follower: FollowerContext): FollowerContext => {
  const [txn, ...rest] = follower.toLog
  return txn === undefined ? follower : { ...append(follower, [txn]), toLog: rest }
}

export const ackLogged = (follower: FollowerContext): FollowerContext => {
  const zxid = lastLogged(follower.disk)
  return isObserver(follower) || counterOf(zxid) === 0
    ? follower
    : send(follower, follower.leader, { type: 'ACK', zxid })
}

/** The write fails: the record is lost to this server's log. */
export const loseOldest = (follower: FollowerContext): FollowerContext => ({ ...follower, toLog: [] })

export const forwardRequest = (follower: FollowerContext, { request }: On<'CLIENT'>): FollowerContext =>
  send(follower, follower.leader, { type: 'REQUEST', request })

export const answerPing = (follower: FollowerContext): FollowerContext =>
  send(follower, follower.leader, { type: 'PING' })

// Leaving

export const closeConnection = (follower: FollowerContext): FollowerContext =>
  close(follower, follower.leader)

/** What the synchronization put into memory may not be on disk; the disk is what counts. */
export const forgetSynchronization = (follower: FollowerContext): FollowerContext => reload(follower)

export const flushLog = (follower: FollowerContext): FollowerContext => flush(follower)

export const catchUpWithLog = (follower: FollowerContext): FollowerContext => fastForward(follower)

/** A leader's context: what it keeps of itself, of its learners and of its proposals; and how these are changed. */
import { noEffects, send } from './effects.js'
import type {
  Arrival,
  Effects,
  LeaderPacket,
  LearnerPacket,
  Snapshot,
  Store,
  Txn,
} from './broadcast-types.js'
import { firstStage, type LearnerHandlerEvent, type Stage, stageAfter } from './learner-handler-machine.js'
import type { Sid, Zxid } from './zxid.js'

/** A learner as its leader knows it. */
export interface Learner {
  readonly sid: Sid
  readonly stage: Stage
  /** Its last zxid, from ACKEPOCH until it is known what it lacks. */
  readonly lastZxid: Zxid
  /** While it is synchronized by a snapshot: the database when that was begun. */
  readonly snapshot: Snapshot | null
  /** While it is synchronized: what it will be sent. What is proposed and committed meanwhile comes behind. */
  readonly queue: readonly LeaderPacket[]
}

/** A proposal that is not committed yet, and who has it on disk. */
export interface Outstanding {
  readonly txn: Txn
  readonly acks: readonly Sid[]
}

/** A leader. */
export interface LeaderContext extends Store, Effects {
  /** What it proposes as its epoch. */
  readonly epoch: number
  /** By sid. */
  readonly learners: readonly Learner[]
  /** Who told its accepted epoch; who accepted the new one; who has all up to NEWLEADER on disk. The leader itself among them. */
  readonly connected: readonly Sid[]
  readonly accepted: readonly Sid[]
  readonly synced: readonly Sid[]
  readonly lastProposed: Zxid
  readonly lastCommitted: Zxid
  readonly outstanding: readonly Outstanding[]
}

export type LeaderEvent =
  /** The election chose this server. */
  | { readonly type: 'LEAD' }
  /** A durable effect that was begun is done. */
  | { readonly type: 'WRITE' }
  /** The log takes the oldest waiting transaction. */
  | { readonly type: 'LOG' }
  | { readonly type: 'SNAPSHOT' }
  | { readonly type: 'DISK_ERROR' }
  /** A client of this server asks for a write. */
  | { readonly type: 'CLIENT'; readonly request: number }
  /**
   * What a learner lacks is ready to be sent. `fuzzy`: of the transactions that were applied while its snapshot was taken,
   * the requests of those that the snapshot caught.
   */
  | { readonly type: 'SYNCHRONIZED'; readonly to: Sid; readonly fuzzy: readonly number[] }
  | { readonly type: 'CLOSED'; readonly from: Sid }
  /** No quorum for too long. */
  | { readonly type: 'GIVE_UP' }
  | Arrival<LearnerPacket>

export type On<Type extends LeaderEvent['type']> = Extract<LeaderEvent, { readonly type: Type }>

/** A server that begins to lead. */
export function leaderOf({ sid, ensemble, disk, database, toLog }: Store): LeaderContext {
  return {
    sid,
    ensemble,
    disk,
    database,
    toLog,
    // What it has is what counts now.
    startsOver: false,
    epoch: 0,
    learners: [],
    connected: [],
    accepted: [],
    synced: [],
    lastProposed: 0,
    lastCommitted: 0,
    outstanding: [],
    ...noEffects,
  }
}

export const learnerOf = ({ learners }: LeaderContext, sid: Sid): Learner | undefined =>
  learners.find((learner) => learner.sid === sid)

export const isParticipant = ({ ensemble }: LeaderContext, sid: Sid): boolean =>
  ensemble.participants.includes(sid)

export function put(leader: LeaderContext, learner: Learner): LeaderContext {
  const others = leader.learners.filter(({ sid }) => sid !== learner.sid)
  return { ...leader, learners: [...others, learner].sort((a, b) => a.sid - b.sid) }
}

export function at(leader: LeaderContext, sid: Sid, change: Partial<Learner>): LeaderContext {
  const learner = learnerOf(leader, sid)
  return learner === undefined ? leader : put(leader, { ...learner, ...change })
}

/** A learner that has just come. */
export function newcomer(leader: LeaderContext, sid: Sid): LeaderContext {
  return put(leader, { sid, stage: firstStage, lastZxid: 0, snapshot: null, queue: [] })
}

/** A learner's connection after one more turn of its machine. */
export function advance(
  leader: LeaderContext,
  sid: Sid,
  event: LearnerHandlerEvent['type'],
  change: Partial<Omit<Learner, 'sid' | 'stage'>> = {},
): LeaderContext {
  const learner = learnerOf(leader, sid)
  return learner === undefined
    ? leader
    : put(leader, { ...learner, ...change, stage: stageAfter(learner.stage, event) })
}

/** Adds a participant to a set of sids. Observers' words never count. */
export function joined(leader: LeaderContext, sids: readonly Sid[], sid: Sid): readonly Sid[] {
  if (!isParticipant(leader, sid) || sids.includes(sid)) return sids
  return [...sids, sid].sort((a, b) => a - b)
}

/** Whether a learner gets what is proposed and committed: it is being synchronized, or was. */
export const isForwarded = ({ stage }: Learner): boolean =>
  stage === 'synchronizing' || stage === 'newLeader' || stage === 'acked' || stage === 'uptodate'

/** Sends a packet to some learners; those that are being synchronized get it after that. */
export function forward(
  leader: LeaderContext,
  packet: LeaderPacket,
  isMeant: (learner: Learner) => boolean,
): LeaderContext {
  return leader.learners
    .filter(isMeant)
    .reduce(
      (sending, { sid, stage, queue }) =>
        stage === 'synchronizing'
          ? at(sending, sid, { queue: [...queue, packet] })
          : send(sending, sid, packet),
      leader,
    )
}

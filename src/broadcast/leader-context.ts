/** What a leader is told, and what it knows and does at the turns of its machine. */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import type { LearnerMessage } from '../wire/peer/quorum-message.js'
import type { LearnerHandler } from './learner-handler.js'

/** A message of a learner, and on which connection. */
export type Arrival<M extends LearnerMessage> = M extends LearnerMessage
  ? { readonly type: M['type']; readonly learner: LearnerHandler; readonly message: M }
  : never

export type LeaderEvent =
  /** The election chose this server. */
  | { readonly type: 'LEAD' }
  | { readonly type: 'ACCEPTED_EPOCH_WRITTEN' }
  | { readonly type: 'CURRENT_EPOCH_WRITTEN' }
  /** A write is to be given its zxid. */
  | { readonly type: 'PROPOSE'; readonly build: (zxid: Zxid) => Transaction }
  /** This server's own log is durable up to a zxid. */
  | { readonly type: 'LOGGED'; readonly zxid: Zxid }
  | { readonly type: 'SNAPSHOT_SENT'; readonly learner: LearnerHandler }
  | { readonly type: 'CLOSED'; readonly learner: LearnerHandler }
  | { readonly type: 'HALF_TICK' }
  | { readonly type: 'LOG_FAILED'; readonly why: string }
  | { readonly type: 'GIVE_UP'; readonly why: string }
  | Arrival<LearnerMessage>

export type On<Type extends LeaderEvent['type']> = Extract<LeaderEvent, { readonly type: Type }>
export type Info = On<'FOLLOWERINFO' | 'OBSERVERINFO'>

/** What a leader knows and does at its turns. */
export interface LeaderContext {
  // Discovery
  isQuorumAlone(): boolean
  makesQuorumConnected(event: Info): boolean
  beginLeading(): void
  addLearner(event: Info): void
  keepLearner(event: Info): void
  addLateLearner(event: Info): void
  writeAcceptedEpoch(): void
  offerEpoch(): void
  isOffered(event: On<'ACKEPOCH'>): boolean
  /** The learner is ahead of this leader. */
  isAhead(event: On<'ACKEPOCH'>): boolean
  refuseAhead(event: On<'ACKEPOCH'>): void
  makesQuorumAccepted(event: On<'ACKEPOCH'>): boolean
  acceptLearner(event: On<'ACKEPOCH'>): void
  // Synchronization
  beginPhase(): void
  synchronizeWaiting(): void
  synchronizeLate(event: On<'ACKEPOCH'>): void
  isSynchronizing(event: On<'SNAPSHOT_SENT'>): boolean
  finishSynchronization(event: On<'SNAPSHOT_SENT'>): void
  writeCurrentEpoch(): void
  addItselfSynced(): void
  makesQuorumWithItself(): boolean
  isNewLeaderAck(event: On<'ACK'>): boolean
  makesQuorumSynced(event: On<'ACK'>): boolean
  addSynced(event: On<'ACK'>): void
  // Broadcast
  establish(): void
  sendUptodate(): void
  isCounterUsedUp(): boolean
  propose(event: On<'PROPOSE'>): void
  ackOwn(event: On<'LOGGED'>): void
  isOutstandingAck(event: On<'ACK'>): boolean
  isKnownAck(event: On<'ACK'>): boolean
  addAck(event: On<'ACK'>): void
  commitAcked(): void
  /** The learner serves: it may ask. */
  serves(event: On<'REQUEST' | 'SYNC' | 'REVALIDATE' | 'PING'>): boolean
  handUp(event: On<'REQUEST' | 'SYNC' | 'REVALIDATE' | 'PING'>): void
  pingLearners(): void
  // Leaving
  isPhaseOver(): boolean
  hearsNoQuorum(): boolean
  dropLearner(event: On<'CLOSED'>): void
  refuseMessage(event: Arrival<LearnerMessage>): void
  leave(event: LeaderEvent): void
}

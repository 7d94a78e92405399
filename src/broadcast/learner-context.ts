/** What a learner is told, and what it knows and does at the turns of its machine. */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { LeaderMessage, LearnerMessage } from '../wire/peer/quorum-message.js'
import type { Truncated } from './truncated.js'

/** What a client of this server asks of the leader. */
export type Forwarded = Extract<LearnerMessage, { readonly type: 'REQUEST' | 'SYNC' | 'REVALIDATE' }>

export type LearnerEvent =
  /** The connection to the leader is there. */
  | { readonly type: 'FOLLOW' }
  | { readonly type: 'ACCEPTED_EPOCH_WRITTEN' }
  | { readonly type: 'TRUNCATED'; readonly result: Truncated }
  | { readonly type: 'SNAPSHOT_RECEIVED' }
  | { readonly type: 'SNAPSHOT_WRITTEN' }
  /** The log is durable up to a zxid. */
  | { readonly type: 'LOGGED'; readonly zxid: Zxid }
  | { readonly type: 'CURRENT_EPOCH_WRITTEN' }
  | { readonly type: 'LOG_FAILED'; readonly why: string }
  | { readonly type: 'FORWARD'; readonly request: Forwarded }
  | { readonly type: 'HALF_TICK' }
  | { readonly type: 'CLOSED' }
  | { readonly type: 'GIVE_UP'; readonly why: string }
  | LeaderMessage

export type On<Type extends LearnerEvent['type']> = Extract<LearnerEvent, { readonly type: Type }>
export type Proposed = On<'PROPOSAL' | 'INFORM'>

/** What a learner knows and does at its turns. */
export interface LearnerContext {
  // Discovery
  sendInfo(): void
  isNewEpoch(event: On<'LEADERINFO'>): boolean
  isAcceptedEpoch(event: On<'LEADERINFO'>): boolean
  rememberEpoch(event: On<'LEADERINFO'>): void
  writeAcceptedEpoch(): void
  ackEpoch(): void
  ackEpochAgain(): void
  // Synchronization
  startsOver(): boolean
  beginDiff(): void
  beginEmpty(): void
  truncate(event: On<'TRUNC'>): void
  /** All up to the zxid was there, and what is later is gone. */
  isCut(event: On<'TRUNCATED'>): boolean
  goOnFromCut(event: On<'TRUNCATED'>): void
  startOver(): void
  receiveSnapshot(event: On<'SNAP'>): void
  isNextProposal(event: On<'PROPOSAL'>): boolean
  isNextInform(event: On<'INFORM'>): boolean
  isDiffAndNextInform(event: On<'INFORM'>): boolean
  isNextCommit(event: On<'COMMIT'>): boolean
  isDiffAndNextCommit(event: On<'COMMIT'>): boolean
  keepProposal(event: Proposed): void
  keepCommit(): void
  /** Commits the oldest proposal that is kept. */
  commitOldest(): void
  isOfEpoch(event: On<'NEWLEADER'>): boolean
  needsSnapshot(event: On<'NEWLEADER'>): boolean
  hasCommitted(event: On<'NEWLEADER'>): boolean
  writeSnapshot(): void
  goOnFromSnapshot(): void
  logCommitted(): void
  isCommittedLogged(event: On<'LOGGED'>): boolean
  commitLogged(): void
  writeCurrentEpoch(): void
  ackNewLeader(): void
  // Broadcast
  ackUptodate(): void
  startServing(): void
  isFollowerAndNextProposal(event: On<'PROPOSAL'>): boolean
  logProposal(event: On<'PROPOSAL'>): void
  ackLogged(event: On<'LOGGED'>): void
  logInform(event: On<'INFORM'>): void
  forward(event: On<'FORWARD'>): void
  answerPing(): void
  handUpSync(): void
  handUpRevalidated(event: On<'REVALIDATE'>): void
  // Leaving
  isSilentForInitLimit(): boolean
  isSilentForSyncLimit(): boolean
  /** Closes the connection, where it is not closed already, and says why. */
  closeConnection(event: LearnerEvent): void
  leaveKept(): void
  leaveFromDisk(): void
  leaveWithLog(): void
}

/**
 * The messages between a leader and its learners, read from or to be written into packets of the quorum port. Types are those
 * of the wire; an epoch is the high half of a zxid there.
 */
import type { Id, SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import type { Transaction } from '../../tree/txn.js'

/** What a learner says of itself first. */
export interface LearnerInfo {
  readonly acceptedEpoch: number
  readonly sid: bigint
  /** 0x10000 for Zab 1.0. */
  readonly protocolVersion: number
  /** The version of the ensemble's configuration that it has; 0 for the one it started with. */
  readonly configVersion: bigint
}

/** A session that a learner heard of since its last answer, and the session's timeout in milliseconds. */
export interface TouchedSession {
  readonly sessionId: SessionId
  readonly timeout: number
}

/** Messages from a learner to its leader. */
export type LearnerMessage =
  | ({ readonly type: 'FOLLOWERINFO' | 'OBSERVERINFO' } & LearnerInfo)
  /** `currentEpoch` is -1 where the learner had accepted the epoch before (BROADCAST-25). */
  | { readonly type: 'ACKEPOCH'; readonly currentEpoch: number; readonly lastZxid: Zxid }
  | { readonly type: 'ACK'; readonly zxid: Zxid }
  /** A client's write, or a session to be opened or closed. */
  | {
      readonly type: 'REQUEST'
      readonly sessionId: SessionId
      readonly cxid: number
      /** The operation's number. */
      readonly op: number
      /** The request's record as the client sent it. */
      readonly body: Buffer
      readonly identities: readonly Id[]
    }
  /** Whoever waits for it has seen all that the leader had committed when it took the message. */
  | { readonly type: 'SYNC'; readonly sessionId: SessionId; readonly cxid: number; readonly body: Buffer }
  | { readonly type: 'REVALIDATE'; readonly sessionId: SessionId; readonly timeout: number }
  /** The answer to the leader's. */
  | { readonly type: 'PING'; readonly touched: readonly TouchedSession[] }

/** Messages from a leader to a learner. */
export type LeaderMessage =
  | { readonly type: 'LEADERINFO'; readonly epoch: number; readonly protocolVersion: number }
  | { readonly type: 'DIFF'; readonly zxid: Zxid }
  | { readonly type: 'TRUNC'; readonly zxid: Zxid }
  /** The snapshot's stream follows, and is no packet. */
  | { readonly type: 'SNAP'; readonly zxid: Zxid }
  /** `config`: the text of the ensemble's configuration; null where there is none. */
  | { readonly type: 'NEWLEADER'; readonly epoch: number; readonly config: string | null }
  | { readonly type: 'UPTODATE'; readonly zxid: Zxid }
  | { readonly type: 'PROPOSAL'; readonly transaction: Transaction }
  | { readonly type: 'COMMIT'; readonly zxid: Zxid }
  | { readonly type: 'INFORM'; readonly transaction: Transaction }
  /** The oldest SYNC of the learner has its turn: they are answered in the order in which they came. */
  | { readonly type: 'SYNC' }
  | { readonly type: 'REVALIDATE'; readonly sessionId: SessionId; readonly isValid: boolean }
  | { readonly type: 'PING'; readonly zxid: Zxid }

export type QuorumMessage = LearnerMessage | LeaderMessage

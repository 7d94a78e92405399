/**
 * What a learner is given, and what it asks of the server that it runs in. The core reads no clock, opens no file and no
 * socket. What the host is asked to write is durable when it says so, and in the order in which it was asked.
 */
import type { SessionId, Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import type { LearnerMessage, TouchedSession } from '../wire/peer/quorum-message.js'
import type { CommittedLog } from './committed-log.js'
import type { LearnerEvent } from './learner-context.js'
import type { LearnerLeaving } from './leaving.js'

export interface LearnerHost {
  send(message: LearnerMessage): void
  /** Ends the connection; it need not be reported as disconnected. `why` is for the log. */
  close(why: string): void
  /** Writes and syncs the file; then `acceptedEpochWritten()`. */
  writeAcceptedEpoch(epoch: number): void
  /** Writes and syncs the file; then `currentEpochWritten()`. */
  writeCurrentEpoch(epoch: number): void
  /**
   * Removes what is later than a zxid from the log, on disk, and loads the tree and the committed log from disk again; then
   * `truncated(…)`. Where a snapshot is later than the zxid it changes nothing, and says so.
   */
  truncate(zxid: Zxid): void
  /** Takes the snapshot whose stream follows for its tree, in memory; `progress()` while it comes, then `snapshotReceived()`. */
  receiveSnapshot(zxid: Zxid): void
  /** Takes an empty tree, in memory. The disk stays as it is. */
  beginEmpty(): void
  /**
   * Writes a snapshot of the tree and syncs it, in place of all later snapshots and of the log's records after it; then
   * `snapshotWritten()`. A start MUST find what was there before, or the snapshot and nothing after it.
   */
  writeSnapshot(): void
  /** Puts a transaction into the log; `logged(zxid)` once it is synced. */
  append(transaction: Transaction): void
  /** Applies a transaction that is committed. In order; it is in the committed log already. */
  commit(transaction: Transaction): void
  /** It is up to date: clients are served. */
  serving(epoch: number): void
  /** The leader says that the oldest `sync` of a client is due: all that comes before it was committed here. */
  synced(): void
  revalidated(sessionId: SessionId, isValid: boolean): void
  /** Sessions that this server heard of since it was last asked. */
  takeTouched(): readonly TouchedSession[]
  /** The role is over, and the connection was closed. */
  left(leaving: LearnerLeaving): void
  /** A turn is over, for whoever looks on. States are paths. */
  readonly turned?: ((event: LearnerEvent, before: string, after: string) => void) | undefined
}

export interface LearnerOptions {
  readonly sid: bigint
  readonly isObserver: boolean
  /** As on disk. */
  readonly acceptedEpoch: number
  readonly currentEpoch: number
  /** The last transaction that is applied. */
  readonly lastZxid: Zxid
  /** As the role before this one left it (BROADCAST-41); false at a start. */
  readonly startsOver: boolean
  /** The server's own; the learner adds to it what it commits. */
  readonly committedLog: CommittedLog
  /** Milliseconds. */
  readonly tickTime: number
  /** Ticks that the leader may be silent while it synchronizes, and then. */
  readonly initLimit: number
  readonly syncLimit: number
  readonly configVersion: bigint
}

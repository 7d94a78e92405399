/**
 * What a leader is given, and what it asks of the server that it runs in. The core reads no clock, opens no file and no
 * socket. Connections are numbers that the host chooses. What goes out on one connection MUST keep its order.
 */
import type { SessionId, Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import type { LeaderMessage, LearnerMessage, TouchedSession } from '../wire/peer/quorum-message.js'
import type { CommittedLog } from './committed-log.js'
import type { LeaderEvent } from './leader-context.js'
import type { Leaving } from './leaving.js'
import type { Quorums } from './quorums.js'
import type { OlderLog } from './synchronize.js'

type FromLearner<Type extends LearnerMessage['type']> = Extract<LearnerMessage, { readonly type: Type }>

export interface LeaderHost extends OlderLog {
  send(id: number, message: LeaderMessage): void
  /** Ends a connection; it need not be reported as disconnected. `why` is for the log. */
  close(id: number, why: string): void
  /** Writes and syncs the file; then `acceptedEpochWritten()`. */
  writeAcceptedEpoch(epoch: number): void
  /** Writes and syncs the file; then `currentEpochWritten()`. */
  writeCurrentEpoch(epoch: number): void
  /** Puts a transaction into the log; `logged(zxid)` once it is synced. */
  append(transaction: Transaction): void
  /** Applies a transaction that is committed. In order; it is in the committed log already. */
  commit(transaction: Transaction): void
  /**
   * Sends SNAP with `upTo`, and then the stream of a snapshot that has all transactions up to it and perhaps some later ones;
   * `snapshotSent(id)` when later messages may follow, `progress(id)` while its bytes go out.
   */
  sendSnapshot(id: number, upTo: Zxid): void
  /** Bytes of a transaction on the wire, roughly. */
  sizeOf(transaction: Transaction): number
  /** A quorum follows: clients are served, writes are taken. */
  established(epoch: number): void
  /** The role is over, and each connection was closed. */
  left(leaving: Leaving): void
  /** A learner forwards a write: to be checked, and proposed. */
  request(id: number, message: FromLearner<'REQUEST'>): void
  /** A learner forwards a `sync`: `answerSync` once all that came before it is proposed. */
  sync(id: number, message: FromLearner<'SYNC'>): void
  /** A learner asks for a session: `answerRevalidate` says whether it is alive. `timeout` in milliseconds. */
  revalidate(id: number, sessionId: SessionId, timeout: number): void
  /** Sessions that a learner heard of. */
  touched(id: number, sessions: readonly TouchedSession[]): void
  /** A turn is over, for whoever looks on. States are paths. */
  readonly turned?: ((event: LeaderEvent, before: string, after: string) => void) | undefined
}

export interface LeaderOptions {
  readonly sid: bigint
  readonly quorums: Quorums
  /** As on disk. */
  readonly acceptedEpoch: number
  readonly currentEpoch: number
  /** The last transaction that is applied, which is the log's last too (BROADCAST-63). */
  readonly lastZxid: Zxid
  /** The server's own; the leader adds to it what it commits. */
  readonly committedLog: CommittedLog
  /** Milliseconds. */
  readonly tickTime: number
  /** Ticks that discovery, and then synchronization, may take; and a learner's answer in them. */
  readonly initLimit: number
  /** Ticks that a learner which serves may be silent. */
  readonly syncLimit: number
  /** The configuration's text for NEWLEADER; null where there is none. Its version is 0 for the one of the start. */
  readonly config: string | null
  readonly configVersion: bigint
  /** Every learner is sent a snapshot (`forceSnapSync`). */
  readonly forceSnapSync: boolean
  /** Bytes that may wait for one learner (BROADCAST-69). */
  readonly backlogLimit: number
  /** The counter that no transaction gets: 0xffffffff where it is left out (BROADCAST-51). */
  readonly counterLimit?: bigint
}

/** A backlog that lets a busy follower pause for seconds: 128 MiB. */
export const defaultBacklogLimit = 128 * 1024 * 1024

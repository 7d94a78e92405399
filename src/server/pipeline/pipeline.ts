/**
 * The pipeline of requests: a write goes to replication, and what replication says is final is applied, told and answered,
 * in the order of zxids. So notifications come in the order of writes too (SERVICE-41, WATCHER-42).
 */
import { ErrorCode, type SessionId } from '../../../spec/vocabulary/index.js'
import type { SessionTracker } from '../../session/session-tracker.js'
import type { Transaction } from '../../tree/txn.js'
import type { Database, Deliver, Outcome } from '../database.js'
import type { Committed, Origin, Replication } from '../replication/replication.js'
import type { Client, Desk, Pending } from './session-order.js'

/** What the pipeline asks of the server around it. */
export interface PipelineHost {
  now(): number
  /** A transaction is about to be applied. */
  committing(transaction: Transaction, origin: Origin): void
  deliver: Deliver
  /** Answers a request that changes nothing. */
  answerRead(pending: Pending): void
  /** Answers a write with what it came to. */
  answerWrite(pending: Pending, outcome: Outcome): void
  established(connection: Client): void
  revalidated(id: SessionId, isAlive: boolean): void
  /** A session has ended; its connection, if any, is to be closed. */
  sessionClosed(id: SessionId): void
}

export class Pipeline implements Desk, Committed {
  private outcome: Outcome = { err: ErrorCode.Ok }

  constructor(
    private readonly state: Database,
    private readonly sessions: SessionTracker,
    readonly replication: Replication,
    private readonly host: PipelineHost,
  ) {
    replication.begin(this)
  }

  /** Whether everything proposed has been applied. */
  get isIdle(): boolean {
    return this.replication.outstanding === 0
  }

  propose(pending: Pending): void {
    this.replication.propose(pending)
  }

  sync(pending: Pending): boolean {
    return this.replication.sync(pending)
  }

  answer(pending: Pending): void {
    this.host.answerRead(pending)
  }

  settle(pending: Pending): void {
    if (pending.isSync) this.host.answerRead(pending)
    else this.host.answerWrite(pending, this.outcome)
  }

  committed(transaction: Transaction, origin: Origin): void {
    const { header, txn } = transaction
    this.host.committing(transaction, origin)
    this.outcome = this.state.apply(transaction, this.host.deliver)
    if (txn.op === 'createSession') this.sessions.add(header.clientId, txn.timeOut, this.host.now())
    if (txn.op === 'closeSession') this.sessions.remove(header.clientId) // SESSION-61
    if (origin.cause === 'createSession') this.host.established(origin.connection)
    if (origin.cause === 'request') {
      origin.pending.transaction = transaction
      origin.pending.order.done()
    }
    if (txn.op === 'closeSession') this.host.sessionClosed(header.clientId) // SERVICE-57, SESSION-62, SESSION-64, WATCHER-71
  }

  synced(pending: Pending): void {
    pending.order.done()
  }

  revalidated(sessionId: SessionId, isAlive: boolean): void {
    this.host.revalidated(sessionId, isAlive)
  }
}

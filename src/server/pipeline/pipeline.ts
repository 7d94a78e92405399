/**
 * The pipeline of transactions: prepare, log, apply, notify, reply. A write is prepared and handed to the journal at once;
 * it is applied, and answered, when the journal says that its record is durable, in the order of zxids. While one sync is
 * under way further writes are prepared: so one sync serves many. A leader of an ensemble would propose where this logs;
 * a follower would only apply.
 */
import { ErrorCode, OpCode, type Request, type SessionId, type Zxid } from '../../../spec/vocabulary/index.js'
import type { Transaction, Txn } from '../../tree/txn.js'
import type { Journal } from '../effects.js'
import type { SessionTracker } from '../../session/session-tracker.js'
import type { WriteRequest } from '../../tree/prepare.js'
import type { Deliver, Outcome, Database } from '../database.js'
import type { Client, Desk, Pending, SessionOrder } from './session-order.js'

/** A proposed transaction, and who waits for it. */
export interface Proposal {
  readonly transaction: Transaction
  readonly cause: 'request' | 'createSession' | 'expire' | 'reap'
  /** The connection that asked: for a new session, or with a request. */
  readonly connection: Client | undefined
  /** The session's order, in which the answer has its place. */
  readonly order: SessionOrder | undefined
}

/** What the pipeline asks of the server around it. */
export interface PipelineHost {
  now(): number
  /** A transaction is about to be applied. */
  committing(proposal: Proposal): void
  deliver: Deliver
  /** Answers a request that changes nothing. */
  answerRead(pending: Pending): void
  /** Answers a write with what it came to. */
  answerWrite(pending: Pending, outcome: Outcome): void
  established(connection: Client): void
  /** A session has ended; its connection, if any, is to be closed. */
  sessionClosed(id: SessionId): void
}

export class Pipeline implements Desk {
  /** How many transactions have been proposed since the start. */
  proposedCount = 0
  /** The last zxid given out. */
  private proposed: Zxid
  private readonly proposals: Proposal[] = []
  private outcome: Outcome = { err: ErrorCode.Ok }
  private readonly state: Database
  private readonly sessions: SessionTracker
  private readonly journal: Journal
  private readonly host: PipelineHost

  constructor(
    state: Database,
    sessions: SessionTracker,
    journal: Journal,
    host: PipelineHost,
    private readonly reconfigEnabled: boolean,
  ) {
    this.state = state
    this.sessions = sessions
    this.journal = journal
    this.host = host
    this.proposed = state.lastZxid
  }

  /** Whether everything proposed has been applied. */
  get isIdle(): boolean {
    return this.proposals.length === 0
  }

  /** Proposed and not applied yet. */
  get depth(): number {
    return this.proposals.length
  }

  /** SERVICE-20, SERVICE-26: the records up to a zxid are durable: applies them, oldest first, and answers whoever waits. So notifications come in the order of writes too (SERVICE-41, WATCHER-42). */
  durable(zxid: Zxid): void {
    let applied = 0
    while (applied < this.proposals.length && this.proposals[applied]!.transaction.header.zxid <= zxid) {
      this.apply(this.proposals[applied++]!)
    }
    this.proposals.splice(0, applied)
  }

  // SERVICE-20, SERVICE-23: a write takes its zxid as it is proposed, also if it will fail.
  propose(pending: Pending, order: SessionOrder): void {
    const { connection, request, identities, xid } = pending
    const sessionId = connection!.sessionId
    const refusal = pending.malformed?.err ?? this.refusalOf(request!)
    if (refusal === undefined) {
      const at = { cxid: xid, zxid: ++this.proposed, now: this.host.now() }
      pending.transaction = this.state.prepare(request as WriteRequest, { sessionId, identities }, at)
    } else {
      pending.transaction = this.transaction(sessionId, xid, OpCode.error, { op: 'error', err: refusal })
    }
    if (pending.type === OpCode.closeSession) this.sessions.close(sessionId) // SESSION-60
    this.log({ transaction: pending.transaction, cause: 'request', connection, order })
  }

  /** A new session's creation. */
  proposeSession(connection: Client): void {
    const txn: Txn = { op: 'createSession', timeOut: connection.timeout }
    this.log({
      transaction: this.transaction(connection.sessionId, 0, OpCode.createSession, txn),
      cause: 'createSession',
      connection,
      order: undefined,
    })
  }

  /** What the server itself asks for: the end of an overdue session, the deletion of a container. */
  proposeOwn(cause: 'expire' | 'reap', request: WriteRequest, sessionId: SessionId): void {
    const at = { cxid: 0, zxid: ++this.proposed, now: this.host.now() }
    const transaction = this.state.prepare(request, { sessionId, identities: [] }, at)
    this.log({ transaction, cause, connection: undefined, order: undefined })
  }

  answer(pending: Pending): void {
    this.host.answerRead(pending)
  }

  settle(pending: Pending): void {
    this.host.answerWrite(pending, this.outcome)
  }

  private log(proposal: Proposal): void {
    this.proposedCount++
    this.proposals.push(proposal)
    this.journal.append(proposal.transaction)
  }

  private apply(proposal: Proposal): void {
    const { transaction, cause, connection, order } = proposal
    const { header, txn } = transaction
    this.host.committing(proposal)
    this.outcome = this.state.apply(transaction, this.host.deliver)
    if (txn.op === 'createSession') this.sessions.add(header.clientId, txn.timeOut, this.host.now())
    if (txn.op === 'closeSession') this.sessions.remove(header.clientId) // SESSION-61
    if (cause === 'createSession') this.host.established(connection!)
    order?.applied()
    if (txn.op === 'closeSession') this.host.sessionClosed(header.clientId) // SERVICE-57, SESSION-62, SESSION-64, WATCHER-71
  }

  /** What no client may ask of this server. */
  // SERVICE-36, TREE-88, WIRE-56
  private refusalOf(request: Request): number | undefined {
    switch (request.op) {
      case 'deleteContainer':
        return ErrorCode.BadArguments
      case 'reconfig':
        return this.reconfigEnabled ? ErrorCode.Unimplemented : ErrorCode.ReconfigDisabled
      default:
        return undefined
    }
  }

  private transaction(clientId: SessionId, cxid: number, type: number, txn: Txn): Transaction {
    return { header: { clientId, cxid, zxid: ++this.proposed, time: this.host.now(), type }, txn }
  }
}

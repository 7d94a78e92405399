/**
 * The replication of a leader: it gives each write of the ensemble its place and proposes it, and takes for final what a
 * quorum has acknowledged. Its own clients' writes and those that learners forward go one way (BROADCAST-50, BROADCAST-51).
 */
import { OpCode, type SessionId, type Zxid } from '../../../spec/vocabulary/index.js'
import type { WriteRequest } from '../../tree/prepare.js'
import type { Transaction } from '../../tree/txn.js'
import type { LearnerMessage } from '../../wire/peer/quorum-message.js'
import type { Client, Pending } from '../pipeline/session-order.js'
import { forwardedSession, forwardedWrite } from './forwarded-request.js'
import { Proposer, type ProposerParts } from './proposer.js'
import type { Committed, Origin, Replication } from './replication.js'

/** What the replication asks of the one who leads. */
export interface Proposing {
  /** Logs a transaction and sends it to the followers; it comes back through {@link LeaderReplication.committed}. */
  propose(transaction: Transaction): void
  /** The epoch has no zxid left: the leader gives up (BROADCAST-51). */
  endEpoch(): void
}

type Request = Extract<LearnerMessage, { type: 'REQUEST' }>

const elsewhere: Origin = { cause: 'elsewhere' }

export class LeaderReplication implements Replication {
  readonly leads = true
  proposedCount = 0
  private readonly proposer: Proposer
  /** Of what is proposed and not final, oldest first. */
  private readonly origins: Origin[] = []
  /** The zxid proposed last. */
  private proposed: Zxid
  /** Syncs that wait for a zxid to be final, by that zxid. */
  private readonly syncs = new Map<Zxid, Pending[]>()
  private listener!: Committed

  constructor(
    private readonly leader: Proposing,
    private readonly parts: ProposerParts,
    epoch: number,
  ) {
    this.proposer = new Proposer(parts)
    this.proposed = this.proposer.beginEpoch(epoch)
  }

  begin(committed: Committed): void {
    this.listener = committed
  }

  get outstanding(): number {
    return this.origins.length
  }

  propose(pending: Pending): void {
    this.enter({ cause: 'request', pending }, () => this.proposer.write(pending))
  }

  proposeSession(connection: Client): void {
    const { sessionId, timeout } = connection
    this.parts.sessions.claim(sessionId, this.parts.sid)
    this.enter({ cause: 'createSession', connection }, () => this.proposer.session(sessionId, timeout))
  }

  proposeOwn(cause: 'expire' | 'reap', request: WriteRequest, sessionId: SessionId): void {
    this.enter({ cause }, () => this.proposer.own(request, sessionId))
  }

  /** BROADCAST-50: what a learner's client asks for. */
  request(sid: bigint, message: Request): void {
    const { sessions, now } = this.parts
    if (message.op === OpCode.createSession) {
      const { sessionId, timeout } = forwardedSession(message)
      sessions.admit(sessionId, timeout, now())
      sessions.claim(sessionId, sid) // SESSION-50
      this.enter(elsewhere, () => this.proposer.session(sessionId, timeout))
    } else {
      this.enter(elsewhere, () => this.proposer.write(forwardedWrite(message), sid))
    }
  }

  /** SESSION-54: whether a session is alive that a learner asks for; it is the learner's then. */
  renew(sid: bigint, sessionId: SessionId, timeout: number): boolean {
    const { sessions, now } = this.parts
    const isAlive = sessions.touch(sessionId, timeout, now())
    if (isAlive) sessions.claim(sessionId, sid)
    return isAlive
  }

  /** A quorum has a transaction: they come in the order in which they were proposed. */
  committed(transaction: Transaction): void {
    this.listener.committed(transaction, this.origins.shift()!)
    const { zxid } = transaction.header
    for (const pending of this.syncs.get(zxid) ?? []) this.listener.synced(pending)
    this.syncs.delete(zxid)
  }

  /** SERVICE-33: waits for what is proposed and not final yet. */
  sync(pending: Pending): boolean {
    if (this.outstanding === 0) return true
    const waiting = this.syncs.get(this.proposed)
    if (waiting === undefined) this.syncs.set(this.proposed, [pending])
    else waiting.push(pending)
    return false
  }

  /** What is on this server's disk is final when a quorum has it: the leader counts its own log among theirs (BROADCAST-53). */
  durable(): void {}

  private enter(origin: Origin, make: () => Transaction): void {
    if (this.proposer.isExhausted) return this.leader.endEpoch()
    const transaction = make()
    this.proposedCount++
    this.proposed = transaction.header.zxid
    this.origins.push(origin)
    this.leader.propose(transaction)
  }
}

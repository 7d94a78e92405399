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

/** What the replication asks of the one who leads (`src/broadcast`). */
export interface Proposing {
  /** Proposes what `build` makes of the next zxid; never calls it where there is none, or nobody leads any more. */
  propose(build: (zxid: Zxid) => Transaction): void
  /** Calls back once all that is proposed now is committed. */
  whenCommitted(answer: () => void): void
}

type Request = Extract<LearnerMessage, { type: 'REQUEST' }>

const elsewhere: Origin = { cause: 'elsewhere' }

export class LeaderReplication implements Replication {
  readonly leads = true
  proposedCount = 0
  private readonly proposer: Proposer
  /** Of what is proposed and not final, oldest first. */
  private readonly origins: Origin[] = []
  private listener!: Committed

  constructor(
    private readonly leader: Proposing,
    private readonly parts: ProposerParts,
  ) {
    this.proposer = new Proposer(parts)
  }

  begin(committed: Committed): void {
    this.listener = committed
  }

  get outstanding(): number {
    return this.origins.length
  }

  propose(pending: Pending): void {
    this.enter({ cause: 'request', pending }, (zxid) => this.proposer.write(pending, zxid))
  }

  proposeSession(connection: Client): void {
    const { sessionId, timeout } = connection
    this.parts.sessions.claim(sessionId, this.parts.sid)
    this.enter({ cause: 'createSession', connection }, (zxid) =>
      this.proposer.session(sessionId, timeout, zxid),
    )
  }

  proposeOwn(cause: 'expire' | 'reap', request: WriteRequest, sessionId: SessionId): void {
    this.enter({ cause }, (zxid) => this.proposer.own(request, sessionId, zxid))
  }

  /** BROADCAST-50: what a learner's client asks for. Throws a MarshallingError, and proposes nothing, where it is no write. */
  request(sid: bigint, message: Request): void {
    const { sessions, now } = this.parts
    if (message.op === OpCode.createSession) {
      const { sessionId, timeout } = forwardedSession(message)
      sessions.admit(sessionId, timeout, now())
      sessions.claim(sessionId, sid) // SESSION-50
      this.enter(elsewhere, (zxid) => this.proposer.session(sessionId, timeout, zxid))
    } else {
      const write = forwardedWrite(message)
      this.enter(elsewhere, (zxid) => this.proposer.write(write, zxid, sid))
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
  }

  /** SERVICE-33: waits for what is proposed and not final yet. */
  sync(pending: Pending): boolean {
    if (this.outstanding === 0) return true
    this.leader.whenCommitted(() => this.listener.synced(pending))
    return false
  }

  /** What is on this server's disk is final when a quorum has it: the leader counts its own log among theirs (BROADCAST-53). */
  durable(): void {}

  private enter(origin: Origin, make: (zxid: Zxid) => Transaction): void {
    this.leader.propose((zxid) => {
      const transaction = make(zxid)
      this.proposedCount++
      this.origins.push(origin)
      return transaction
    })
  }
}

/**
 * The replication of a follower or an observer: it forwards its clients' writes to the leader (BROADCAST-50), and finds out whose
 * they were when the leader's order brings them back.
 */
import { OpCode, type SessionId } from '../../../spec/vocabulary/index.js'
import type { Transaction } from '../../tree/txn.js'
import type { LearnerMessage } from '../../wire/peer/quorum-message.js'
import type { Client, Pending } from '../pipeline/session-order.js'
import { sessionRecord } from './forwarded-request.js'
import type { Committed, Origin, Replication } from './replication.js'

/** What a learner sends to its leader on behalf of its clients. */
export type Forwarded = Extract<LearnerMessage, { type: 'REQUEST' | 'SYNC' | 'REVALIDATE' }>

export class LearnerReplication implements Replication {
  readonly leads = false
  /** A learner proposes nothing. */
  readonly proposedCount = 0
  /** Writes under way, by session, oldest first. */
  private readonly writes = new Map<SessionId, Pending[]>()
  private readonly opening = new Map<SessionId, Client>()
  private readonly syncs: Pending[] = []
  private waiting = 0
  private listener!: Committed

  constructor(private readonly forward: (message: Forwarded) => void) {}

  begin(committed: Committed): void {
    this.listener = committed
  }

  get outstanding(): number {
    return this.waiting
  }

  propose(pending: Pending): void {
    const { sessionId, xid: cxid, type: op, record: body, identities } = pending
    const earlier = this.writes.get(sessionId)
    if (earlier === undefined) this.writes.set(sessionId, [pending])
    else earlier.push(pending)
    this.waiting++
    this.forward({ type: 'REQUEST', sessionId, cxid, op, body, identities })
  }

  proposeSession(connection: Client): void {
    const { sessionId, timeout } = connection
    this.opening.set(sessionId, connection)
    this.waiting++
    const body = sessionRecord(timeout)
    this.forward({ type: 'REQUEST', sessionId, cxid: 0, op: OpCode.createSession, body, identities: [] })
  }

  /** Only a leader, or a server that is alone, ends sessions and reaps of its own accord. */
  proposeOwn(cause: string): never {
    throw new Error(`a learner proposes nothing of its own (${cause})`)
  }

  sync(pending: Pending): boolean {
    const { sessionId, xid: cxid, record: body } = pending
    this.syncs.push(pending)
    this.waiting++
    this.forward({ type: 'SYNC', sessionId, cxid, body })
    return false
  }

  revalidate(sessionId: SessionId, timeout: number): void {
    this.forward({ type: 'REVALIDATE', sessionId, timeout })
  }

  /** The leader has said whether a session is alive. */
  revalidated(sessionId: SessionId, isAlive: boolean): void {
    this.listener.revalidated(sessionId, isAlive)
  }

  /** What is on this server's disk is final when the leader says so. */
  durable(): void {}

  /** The leader says that a transaction is final: they come in the order of their zxids. */
  committed(transaction: Transaction): void {
    const origin = this.originOf(transaction)
    if (origin.cause !== 'elsewhere') this.waiting--
    this.listener.committed(transaction, origin)
  }

  /** The oldest sync has its turn: the leader answers them in the order in which they were asked. */
  synced(): void {
    const pending = this.syncs.shift()
    if (pending === undefined) return
    this.waiting--
    this.listener.synced(pending)
  }

  private originOf({ header: { clientId, cxid, type } }: Transaction): Origin {
    const connection = type === OpCode.createSession ? this.opening.get(clientId) : undefined
    if (connection !== undefined) {
      this.opening.delete(clientId)
      return { cause: 'createSession', connection }
    }
    const writes = this.writes.get(clientId)
    // Another number: the session asked for it through the server that it was on before.
    if (writes?.[0]?.xid !== cxid) return { cause: 'elsewhere' }
    const pending = writes!.shift()!
    if (writes!.length === 0) this.writes.delete(clientId)
    return { cause: 'request', pending }
  }
}

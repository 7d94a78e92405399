/**
 * A server that is alone: what is on its disk is final. A write is prepared and handed to the journal at once, and is final
 * when its record is durable. While one sync is under way further writes are prepared: so one sync serves many.
 */
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import type { WriteRequest } from '../../tree/prepare.js'
import type { Transaction } from '../../tree/txn.js'
import type { Journal } from '../effects.js'
import type { Client, Pending } from '../pipeline/session-order.js'
import { Proposer, type ProposerParts } from './proposer.js'
import type { Committed, Origin, Replication } from './replication.js'

interface Proposal {
  readonly transaction: Transaction
  readonly origin: Origin
}

export class LocalReplication implements Replication {
  readonly leads = true
  proposedCount = 0
  /** The last zxid given out. */
  private proposed: Zxid
  private readonly proposer: Proposer
  private readonly proposals: Proposal[] = []
  private listener!: Committed

  constructor(
    private readonly journal: Journal,
    parts: ProposerParts,
  ) {
    this.proposer = new Proposer(parts)
    this.proposed = parts.state.lastZxid
  }

  begin(committed: Committed): void {
    this.listener = committed
  }

  get outstanding(): number {
    return this.proposals.length
  }

  propose(pending: Pending): void {
    this.log(this.proposer.write(pending, ++this.proposed), { cause: 'request', pending })
  }

  proposeSession(connection: Client): void {
    const { sessionId, timeout } = connection
    this.log(this.proposer.session(sessionId, timeout, ++this.proposed), {
      cause: 'createSession',
      connection,
    })
  }

  proposeOwn(cause: 'expire' | 'reap', request: WriteRequest, sessionId: SessionId): void {
    this.log(this.proposer.own(request, sessionId, ++this.proposed), { cause })
  }

  /** SERVICE-33: what was final when it came has been applied: there is one server. */
  sync(): boolean {
    return true
  }

  /** SERVICE-20, SERVICE-26: the records up to a zxid are durable, so what they hold is final. */
  durable(zxid: Zxid): void {
    let done = 0
    while (done < this.proposals.length && this.proposals[done]!.transaction.header.zxid <= zxid) {
      const { transaction, origin } = this.proposals[done++]!
      this.listener.committed(transaction, origin)
    }
    this.proposals.splice(0, done)
  }

  private log(transaction: Transaction, origin: Origin): void {
    this.proposedCount++
    this.proposals.push({ transaction, origin })
    this.journal.append(transaction)
  }
}

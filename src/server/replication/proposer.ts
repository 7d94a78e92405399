/** Makes the transactions of writes, each with the next zxid: what a server does that gives writes their place. */
import { ErrorCode, OpCode, type Request, type SessionId, type Zxid } from '../../../spec/vocabulary/index.js'
import type { SessionTracker } from '../../session/session-tracker.js'
import type { WriteRequest } from '../../tree/prepare.js'
import type { Transaction, Txn } from '../../tree/txn.js'
import type { Database } from '../database.js'
import type { Write } from '../pipeline/write.js'

export interface ProposerParts {
  readonly state: Database
  readonly sessions: SessionTracker
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly reconfigEnabled: boolean
  /** This server's own. */
  readonly sid: bigint
}

/** The counter of the last zxid that an epoch has (BROADCAST-51). */
const lastCounter = 0xffff_fffen

export class Proposer {
  /** The last zxid given out. */
  private proposed: Zxid

  constructor(private readonly parts: ProposerParts) {
    this.proposed = parts.state.lastZxid
  }

  /** Whether the epoch has no zxid left (BROADCAST-51). */
  get isExhausted(): boolean {
    return (this.proposed & 0xffff_ffffn) >= lastCounter
  }

  /** A new epoch begins: its transactions come behind (epoch, 0), which is what this gives. */
  beginEpoch(epoch: number): Zxid {
    return (this.proposed = BigInt(epoch) << 32n)
  }

  /** SERVICE-20, SERVICE-23: a write takes its zxid as it is proposed, also if it will fail. `through`: the server that its client is on. */
  write(
    { sessionId, xid, type, identities, request, malformed }: Write,
    through = this.parts.sid,
  ): Transaction {
    const { state, sessions } = this.parts
    const refusal = malformed?.err ?? this.refusalOf(request!)
    const transaction =
      refusal === undefined
        ? state.prepare(request as WriteRequest, { sessionId, identities, through }, this.place(xid))
        : this.transaction(sessionId, xid, OpCode.error, { op: 'error', err: refusal })
    if (type === OpCode.closeSession) sessions.close(sessionId) // SESSION-60
    return transaction
  }

  /** A new session's creation. */
  session(sessionId: SessionId, timeOut: number): Transaction {
    return this.transaction(sessionId, 0, OpCode.createSession, { op: 'createSession', timeOut })
  }

  /** What the service itself asks for: the end of an overdue session, the deletion of a container. */
  own(request: WriteRequest, sessionId: SessionId): Transaction {
    const { state, sid } = this.parts
    return state.prepare(request, { sessionId, identities: [], through: sid }, this.place(0))
  }

  /** What no client may ask of this server. */
  // SERVICE-36, TREE-88, WIRE-56
  private refusalOf(request: Request): number | undefined {
    switch (request.op) {
      case 'deleteContainer':
        return ErrorCode.BadArguments
      case 'reconfig':
        return this.parts.reconfigEnabled ? ErrorCode.Unimplemented : ErrorCode.ReconfigDisabled
      default:
        return undefined
    }
  }

  private place(cxid: number) {
    return { cxid, zxid: ++this.proposed, now: this.parts.now() }
  }

  private transaction(clientId: SessionId, cxid: number, type: number, txn: Txn): Transaction {
    return { header: { clientId, cxid, zxid: ++this.proposed, time: this.parts.now(), type }, txn }
  }
}

/** Makes the transactions of writes: what a server does that gives writes their place. Each has the zxid that it is given. */
import { ErrorCode, OpCode, type Request, type SessionId, type Zxid } from '../../../spec/vocabulary/index.js'
import type { SessionTracker } from '../../session/session-tracker.js'
import type { Place, WriteRequest } from '../../tree/prepare.js'
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

export class Proposer {
  constructor(private readonly parts: ProposerParts) {}

  /** SERVICE-20, SERVICE-23: a write takes its zxid as it is proposed, also if it will fail. `through`: the server that its client is on. */
  write(
    { sessionId, xid, type, identities, request, malformed }: Write,
    zxid: Zxid,
    through = this.parts.sid,
  ): Transaction {
    const { state, sessions } = this.parts
    const refusal = malformed?.err ?? this.refusalOf(request!)
    const transaction =
      refusal === undefined
        ? state.prepare(request as WriteRequest, { sessionId, identities, through }, this.place(zxid, xid))
        : this.transaction(sessionId, zxid, xid, OpCode.error, { op: 'error', err: refusal })
    if (type === OpCode.closeSession) sessions.close(sessionId) // SESSION-60
    return transaction
  }

  /** A new session's creation. */
  session(sessionId: SessionId, timeOut: number, zxid: Zxid): Transaction {
    return this.transaction(sessionId, zxid, 0, OpCode.createSession, { op: 'createSession', timeOut })
  }

  /** What the service itself asks for: the end of an overdue session, the deletion of a container. */
  own(request: WriteRequest, sessionId: SessionId, zxid: Zxid): Transaction {
    const { state, sid } = this.parts
    return state.prepare(request, { sessionId, identities: [], through: sid }, this.place(zxid, 0))
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

  private place(zxid: Zxid, cxid: number): Place {
    return { cxid, zxid, now: this.parts.now() }
  }

  private transaction(clientId: SessionId, zxid: Zxid, cxid: number, type: number, txn: Txn): Transaction {
    return { header: { clientId, cxid, zxid, time: this.parts.now(), type }, txn }
  }
}

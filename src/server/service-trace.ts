/**
 * Tells a tracer what clients can see of the server, event by event in the order of effect; `src/trace` validates it.
 * Exists only while somebody listens, so that a trace costs nothing otherwise.
 */
import type { ConnectResponse, Notification, Reply, Request, SessionId } from '../../spec/vocabulary/index.js'
import { passwordOf } from '../session/password.js'
import type { TraceEvent, Tracer } from '../trace/trace-event.js'
import type { Connection } from './connection/connection.js'
import type { Transaction } from '../tree/txn.js'
import type { Origin } from './replication/replication.js'

export class ServiceTrace {
  private readonly tracer: Tracer
  private readonly now: () => number

  constructor(tracer: Tracer, now: () => number) {
    this.tracer = tracer
    this.now = now
  }

  /** Tells of every turn of a connection's machine. */
  follow(connection: Connection): void {
    connection.onTurn = (type, before, after) => {
      const instance = String(connection.id)
      this.tracer({ time: this.now(), subsystem: 'connection', instance, input: { type }, before, after })
    }
  }

  connect(connection: Connection): void {
    this.tell(connection, {
      type: 'connect',
      connection: connection.id,
      address: connection.ip,
      request: connection.request,
    })
  }

  connected(connection: Connection, response: ConnectResponse): void {
    this.tell(connection, { type: 'connected', connection: connection.id, response })
  }

  request(
    connection: Connection,
    xid: number,
    opcode: number,
    request: Request | undefined,
    isPathNull = false,
  ): void {
    const known = request === undefined ? (isPathNull ? { isPathNull } : {}) : { request }
    this.tell(connection, { type: 'request', connection: connection.id, xid, opcode, ...known })
  }

  commit({ header, txn }: Transaction, origin: Origin): void {
    const { zxid, time, clientId, cxid } = header
    const { cause } = origin
    const connection = connectionOf(origin)
    this.tell(cause === 'request' ? connection : undefined, {
      type: 'commit',
      zxid,
      time,
      session: clientId,
      cause,
      err: txn.op === 'error' ? txn.err : 0,
      ...(connection === undefined ? {} : { connection: connection.id }),
      ...(cause === 'request' ? { xid: cxid } : {}),
      ...(cause === 'createSession' ? { passwd: passwordOf(clientId) } : {}),
      ...(cause === 'reap' && 'path' in txn ? { path: txn.path } : {}),
    })
  }

  /** The server has decided to expire a session; its end is about to be proposed. */
  giveUp(session: SessionId): void {
    this.tell(undefined, { type: 'giveUp', session })
  }

  notification(connection: Connection, notification: Notification): void {
    this.tell(connection, { type: 'notification', connection: connection.id, notification })
  }

  reply(connection: Connection, reply: Reply): void {
    this.tell(connection, { type: 'reply', connection: connection.id, reply })
  }

  /** The server ends a connection. */
  closed(connection: Connection): void {
    if (!connection.hasGreeted) return
    const reason = connection.fault === '' ? {} : { reason: connection.fault }
    this.tell(connection, { type: 'closed', connection: connection.id, ...reason })
  }

  /** A connection is gone, and the server had not ended it. */
  disconnect(connection: Connection): void {
    if (connection.hasGreeted) this.tell(connection, { type: 'disconnect', connection: connection.id })
  }

  private tell(connection: Connection | undefined, input: TraceEvent['input']): void {
    const instance = connection === undefined ? 'server' : String(connection.id)
    this.tracer({ time: this.now(), subsystem: 'service', instance, input })
  }
}

/** The connection that asked for a transaction. */
function connectionOf(origin: Origin): Connection | undefined {
  if (origin.cause === 'request') return origin.pending.connection
  return origin.cause === 'createSession' ? origin.connection : undefined
}

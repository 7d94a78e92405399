/**
 * The server as a step without I/O: connections' bytes, the journal's progress and time go in; replies, log records and
 * closed connections come out. `request-dispatch.ts` makes requests of bytes, `handshake.ts` begins and ends connections,
 * `pipeline/` orders and carries requests, `output-buffers.ts` gathers what goes out.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import type { ConnectionEvent } from './connection/connection-machine.js'
import { Connection } from './connection/connection.js'
import type { ConnectionNumber } from './effects.js'
import { Handshake } from './handshake.js'
import { RequestDispatch } from './request-dispatch.js'
import type { Client, Pending, SessionOrder } from './pipeline/session-order.js'
import { Pipeline, type PipelineHost } from './pipeline/pipeline.js'
import { Replies } from './replies.js'
import type { Origin } from './replication/replication.js'
import { ServerContext, type ServerParts } from './server-context.js'
import type { Outcome, Database } from './database.js'

export class ServerCore implements PipelineHost {
  readonly context: ServerContext
  readonly connections = new Map<ConnectionNumber, Client>()
  readonly pipeline: Pipeline
  private readonly parts: ServerParts
  private readonly handshake: Handshake
  private readonly intake: RequestDispatch
  private readonly replies: Replies
  private readonly perAddress = new Map<string, number>()

  constructor(parts: ServerParts) {
    this.parts = parts
    this.context = new ServerContext(parts)
    this.replies = new Replies(this.context, (id) => this.connections.get(id))
    const { state, sessions, replication } = parts
    this.pipeline = new Pipeline(state, sessions, replication, this)
    this.handshake = new Handshake(this.context, this.pipeline)
    this.intake = new RequestDispatch(this.context, this.handshake, this.replies)
  }

  get state(): Database {
    return this.parts.state
  }

  /** The time of the input that is being worked on, in milliseconds since 1970. */
  now(): number {
    return this.context.now()
  }

  // --- inputs ---

  /** A client has connected. */
  connectionOpened(id: ConnectionNumber, ip: string, port: number): void {
    this.context.beginInput()
    const refusal = this.refusalOf(ip)
    if (refusal !== undefined) {
      this.context.stats.connectionsRejected++
      this.context.complain('refused', { peer: `${ip}:${port}` }, `connection refused: ${refusal}`)
      this.parts.transport.drop(id)
      return
    }
    this.perAddress.set(ip, (this.perAddress.get(ip) ?? 0) + 1)
    const connection = new Connection<SessionOrder>(this.handshake, id, ip, port, this.context.now())
    this.context.trace?.follow(connection)
    this.connections.set(id, connection)
  }

  /** A client has sent bytes, which are the core's during the call. */
  bytesReceived(id: ConnectionNumber, bytes: Buffer): void {
    const connection = this.connections.get(id)
    if (connection === undefined || connection.isEnding) return
    this.context.beginInput()
    this.context.stats.bytesReceived += bytes.length
    this.intake.receive(connection, bytes)
  }

  /** A connection is gone, whoever ended it, and with it half a frame that it may have sent (WIRE-71). */
  connectionClosed(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.context.beginInput()
    this.connections.delete(id)
    const left = this.perAddress.get(connection.ip)! - 1
    if (left === 0) this.perAddress.delete(connection.ip)
    else this.perAddress.set(connection.ip, left)
    this.context.throttle.forget(connection)
    if (!connection.isOver) {
      this.context.stats.connectionsDropped++
      this.context.trace?.disconnect(connection)
    }
    connection.turn({ type: 'LOST' })
    this.context.outlet.drop(connection)
  }

  /** A connection has taken the output that was held up. */
  drained(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.context.beginInput()
    connection.gate.setFull(false)
    this.intake.resume(connection)
  }

  /** The log's records up to a zxid are on disk. */
  logDurable(zxid: Zxid): void {
    this.replicate(() => this.parts.replication.durable(zxid))
  }

  /** Other servers have said something: what they say comes by way of the replication. */
  replicate(input: () => void): void {
    this.context.beginInput()
    input()
    this.context.throttle.relax(this.resume)
  }

  /** Time has passed, which does nothing else (SERVICE-15). */
  tick(): void {
    this.context.beginInput()
    if (this.parts.replication.leads) this.expireSessions()
    for (const connection of this.connections.values()) {
      const silence = this.context.now() - connection.heardAt
      if (connection.isAwaitingHandshake && silence > this.parts.config.sessionlessCnxnTimeout) {
        connection.turn({ type: 'LATE' })
      }
    }
    this.context.tickComplaints()
  }

  /** SERVICE-60: deletes containers that are empty and nodes whose time is up. Called every `znode.container.checkIntervalMs`. */
  reap(): void {
    this.context.beginInput()
    if (!this.parts.replication.leads) return
    const most = Math.ceil(
      (this.parts.config.containerMaxPerMinute * this.parts.config.containerCheckIntervalMs) / 60_000,
    )
    for (const path of this.parts.state.reapable(this.context.now()).slice(0, most)) {
      this.parts.replication.proposeOwn('reap', { op: 'deleteContainer', path }, 0n)
    }
  }

  /** Takes no further request; what is in the pipeline goes on. */
  stop(): void {
    this.intake.stop()
  }

  /** Ends every connection, after what it was answered. */
  closeAll(): void {
    for (const connection of this.connections.values()) connection.turn({ type: 'END' })
  }

  /** Sends all that is ready: one write a connection. Called after every input. */
  flush(): void {
    this.context.outlet.flush()
  }

  // --- what the pipeline asks ---

  readonly deliver: PipelineHost['deliver'] = (id, event) => this.replies.deliver(id, event)

  answerRead(pending: Pending): void {
    this.replies.answerRead(pending)
  }

  answerWrite(pending: Pending, outcome: Outcome): void {
    this.replies.answerWrite(pending, outcome)
  }

  committing(transaction: Transaction, origin: Origin): void {
    this.context.trace?.commit(transaction, origin)
  }

  established(connection: Client): void {
    this.goOn(connection, { type: 'ESTABLISHED' })
  }

  revalidated(id: bigint, isAlive: boolean): void {
    const connection = this.handshake.connectionOf(id)
    if (connection?.isRevalidating === true) this.goOn(connection, { type: isAlive ? 'ALIVE' : 'NOT_ALIVE' })
  }

  sessionClosed(id: bigint): void {
    this.handshake.sessionClosed(id)
  }

  private expireSessions(): void {
    for (const id of this.parts.sessions.overdue(this.context.now())) this.handshake.expire(id)
  }

  /** What a connection waited for has come: it is read again. */
  private goOn(connection: Client, event: ConnectionEvent): void {
    this.parts.transport.resume(connection.id)
    connection.turn(event)
    this.intake.resume(connection)
  }

  private readonly resume = (connection: Client): void => {
    this.intake.resume(connection)
  }

  private refusalOf(ip: string): string | undefined {
    const { maxClientCnxns, maxCnxns } = this.parts.config
    const fromThere = this.perAddress.get(ip) ?? 0 // WIRE-18
    if (maxClientCnxns > 0 && fromThere >= maxClientCnxns) {
      return `it has ${fromThere} connections already (maxClientCnxns)`
    }
    if (maxCnxns > 0 && this.connections.size >= maxCnxns) {
      return `there are ${this.connections.size} connections already (maxCnxns)`
    }
    return undefined
  }
}

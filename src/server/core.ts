/**
 * The server as a step without I/O: connections' bytes, the journal's progress and time go in; replies, log records and
 * closed connections come out. `intake.ts` makes requests of bytes, `handshake.ts` begins and ends connections,
 * `pipeline/` orders and carries requests, `outlet.ts` gathers what goes out.
 */
import { ErrorCode, type Reply, type WatcherEvent, type Zxid } from '../../spec/vocabulary/index.js'
import type { SessionTracker } from '../session/session-tracker.js'
import type { Tracer } from '../trace/event.js'
import { type JuteReader, type JuteWriter, writeNotification, writeReply } from '../wire/index.js'
import type { ServerConfig } from './config/config.js'
import { Connection } from './connection/connection.js'
import type { ConnectionNumber, Journal, Transport } from './effects.js'
import { Handshake } from './handshake.js'
import { Intake } from './intake.js'
import { type Logger, RepeatLimit } from './logger.js'
import { Outlet } from './outlet.js'
import { answerHot } from './pipeline/hot-reads.js'
import { type Pending, SessionOrder } from './pipeline/order.js'
import { Pipeline, type PipelineHost, type Proposal } from './pipeline/pipeline.js'
import { ServiceTrace } from './service-trace.js'
import type { Outcome, State } from './state.js'
import { ServerStats } from './stats.js'
import { Throttle } from './throttle.js'
import type { Inspection } from './words/inspection.js'

/** What a server is made of. */
export interface ServerParts {
  readonly config: ServerConfig
  readonly state: State
  readonly sessions: SessionTracker
  readonly journal: Journal
  readonly transport: Transport
  readonly logger: Logger
  /** Milliseconds since 1970; never goes back. */
  readonly now: () => number
  readonly tracer?: Tracer | undefined
  /** What the four-letter words tell. */
  readonly inspection: Inspection
}

export class ServerCore implements PipelineHost {
  readonly config: ServerConfig
  readonly state: State
  readonly connections = new Map<ConnectionNumber, Connection>()
  readonly stats = new ServerStats()
  readonly pipeline: Pipeline
  readonly outlet: Outlet
  readonly throttle: Throttle
  readonly started: number
  /** Tells what clients can see, when somebody listens. */
  readonly trace: ServiceTrace | undefined
  private readonly parts: ServerParts
  private readonly handshake: Handshake
  private readonly intake: Intake
  private readonly complaints: RepeatLimit
  private readonly perAddress = new Map<string, number>()
  private time: number

  constructor(parts: ServerParts) {
    this.parts = parts
    this.config = parts.config
    this.state = parts.state
    this.time = this.started = parts.now()
    this.trace = parts.tracer === undefined ? undefined : new ServiceTrace(parts.tracer, () => this.time)
    this.pipeline = new Pipeline(
      parts.state,
      parts.sessions,
      parts.journal,
      this,
      parts.config.reconfigEnabled,
    )
    this.outlet = new Outlet(parts.transport)
    this.throttle = new Throttle(parts.config.globalOutstandingLimit)
    this.complaints = new RepeatLimit((fields, message) => parts.logger.warn(fields, message))
    this.handshake = new Handshake(this, parts)
    this.intake = new Intake(this, parts, this.handshake)
  }

  /** The time of the input that is being worked on, in milliseconds since 1970. */
  now(): number {
    return this.time
  }

  // --- inputs ---

  /** A client has connected. */
  connectionOpened(id: ConnectionNumber, ip: string, port: number): void {
    this.time = this.parts.now()
    const refusal = this.refusalOf(ip)
    if (refusal !== undefined) {
      this.stats.connectionsRejected++
      this.complain('refused', { peer: `${ip}:${port}` }, `connection refused: ${refusal}`)
      this.parts.transport.drop(id)
      return
    }
    this.perAddress.set(ip, (this.perAddress.get(ip) ?? 0) + 1)
    const connection = new Connection(this.handshake, id, ip, port, this.time)
    this.trace?.follow(connection)
    this.connections.set(id, connection)
  }

  /** A client has sent bytes, which are the core's during the call. */
  bytesReceived(id: ConnectionNumber, bytes: Buffer): void {
    const connection = this.connections.get(id)
    if (connection === undefined || connection.isEnding) return
    this.time = this.parts.now()
    this.stats.bytesReceived += bytes.length
    this.intake.receive(connection, bytes)
  }

  /** A connection is gone, whoever ended it, and with it half a frame that it may have sent (WIRE-71). */
  connectionClosed(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.time = this.parts.now()
    this.connections.delete(id)
    const left = this.perAddress.get(connection.ip)! - 1
    if (left === 0) this.perAddress.delete(connection.ip)
    else this.perAddress.set(connection.ip, left)
    this.throttle.forget(connection)
    if (!connection.isOver) {
      this.stats.connectionsDropped++
      this.trace?.disconnect(connection)
    }
    connection.turn({ type: 'LOST' })
    this.outlet.drop(connection)
  }

  /** A connection has taken the output that was held up. */
  drained(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.time = this.parts.now()
    connection.turnFlow({ type: 'DRAINED' })
    this.intake.resume(connection)
  }

  /** The log's records up to a zxid are on disk. */
  logDurable(zxid: Zxid): void {
    this.time = this.parts.now()
    this.pipeline.durable(zxid)
    this.throttle.relax(this.resume)
  }

  /** Time has passed, which does nothing else (SERVICE-15). */
  tick(): void {
    this.time = this.parts.now()
    for (const id of this.parts.sessions.overdue(this.time)) this.handshake.expire(id)
    for (const connection of this.connections.values()) {
      const silence = this.time - connection.established
      if (connection.isAwaitingHandshake && silence > this.config.sessionlessCnxnTimeout) {
        connection.turn({ type: 'LATE' })
      }
    }
    this.complaints.tick(this.time)
  }

  /** SERVICE-60: deletes containers that are empty and nodes whose time is up. Called every `znode.container.checkIntervalMs`. */
  reap(): void {
    this.time = this.parts.now()
    const most = Math.ceil(
      (this.config.containerMaxPerMinute * this.config.containerCheckIntervalMs) / 60_000,
    )
    for (const path of this.parts.state.reapable(this.time).slice(0, most)) {
      this.pipeline.proposeOwn('reap', { op: 'deleteContainer', path }, 0n)
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
    this.outlet.flush()
  }

  // --- answers ---

  /** Answers `getData` or `exists` at once. Throws a MarshallingError when the record isn't one. */
  answerHot(connection: Connection, xid: number, type: number, reader: JuteReader): void {
    const out = this.outlet.of(connection)
    const before = out.position
    answerHot(this.parts.state, type, xid, connection.identities, connection.id, reader, out)
    this.answered(connection, out, before, type, xid, this.parts.state.lastZxid, this.time)
  }

  /** The header has the zxid that the read's answer shows (SERVICE-30, WIRE-33). */
  answerRead(pending: Pending): void {
    const connection = pending.connection!
    const { state } = this.parts
    // SERVICE-44: a read that nobody waits for any more must not leave a watch behind.
    if (connection.isOver) return this.throttle.finish(connection, pending.size)
    if (pending.ready !== undefined) return this.reply(pending, pending.ready)
    const asker = { sessionId: connection.sessionId, identities: pending.identities }
    const { err, result } =
      pending.request === undefined
        ? { err: ErrorCode.MarshallingError }
        : state.read(pending.request, asker, connection.id, this.deliver)
    this.reply(pending, {
      xid: pending.xid,
      zxid: state.lastZxid,
      err,
      ...(result === undefined ? {} : { result }),
    })
  }

  answerWrite(pending: Pending, { err, result }: Outcome): void {
    const { zxid } = pending.transaction!.header
    this.reply(pending, { xid: pending.xid, zxid, err, ...(result === undefined ? {} : { result }) })
  }

  /** SERVICE-40, SERVICE-46: a watch has fired. */
  readonly deliver = (id: ConnectionNumber, event: WatcherEvent): void => {
    const connection = this.connections.get(id)
    if (connection === undefined || connection.isOver) return
    const notification = { zxid: -1n, event }
    writeNotification(this.outlet.of(connection), notification)
    this.trace?.notification(connection, notification)
    this.sent(connection)
  }

  committing(proposal: Proposal): void {
    this.trace?.commit(proposal)
  }

  established(connection: Connection): void {
    this.parts.transport.resume(connection.id)
    connection.turn({ type: 'ESTABLISHED' })
    this.intake.resume(connection)
  }

  sessionClosed(id: bigint): void {
    this.handshake.sessionClosed(id)
  }

  // --- what the parts of the core ask of each other ---

  /** Ends a connection once what it was answered is sent. */
  end(connection: Connection): void {
    this.outlet.end(connection)
    this.trace?.closed(connection)
  }

  /** One line about a client, unless there were many of its kind. */
  complain(kind: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    this.complaints.say(kind, this.time, fields, message)
  }

  newOrder(): SessionOrder {
    return new SessionOrder(this.pipeline)
  }

  received(connection: Connection): void {
    connection.stats.received++
    this.stats.packetsReceived++
  }

  /** Counts; what the server says renews no session (SESSION-28). */
  sent(connection: Connection): void {
    connection.stats.sent++
    this.stats.packetsSent++
  }

  private reply(pending: Pending, reply: Reply): void {
    const connection = pending.connection!
    this.throttle.finish(connection, pending.size)
    if (connection.isOver) return
    const out = this.outlet.of(connection)
    const before = out.position
    writeReply(out, reply)
    this.trace?.reply(connection, reply)
    this.answered(connection, out, before, pending.type, pending.xid, reply.zxid, pending.arrived)
    if (connection.isFinishing && connection.outstanding === 0) connection.turn({ type: 'ANSWERED' })
  }

  private answered(
    connection: Connection,
    out: JuteWriter,
    before: number,
    type: number,
    xid: number,
    zxid: Zxid,
    arrived: number,
  ): void {
    this.stats.response(out.position - before - 4)
    this.stats.latency.add(this.time - arrived)
    connection.stats.answered(type, xid, zxid, arrived, this.time)
    this.sent(connection)
  }

  private readonly resume = (connection: Connection): void => {
    this.intake.resume(connection)
  }

  private refusalOf(ip: string): string | undefined {
    const { maxClientCnxns, maxCnxns } = this.config
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

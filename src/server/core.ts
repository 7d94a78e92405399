/**
 * The server as a step without I/O: connections' bytes, the journal's progress and time go in; replies, log records and
 * closed connections come out. `handshake.ts` begins and ends connections, `pipeline/` orders and carries requests.
 */
import {
  ErrorCode,
  OpCode,
  Xid,
  type Reply,
  type WatcherEvent,
  type Zxid,
} from '../../spec/vocabulary/index.js'
import type { Tracer } from '../trace/event.js'
import type { ServerConfig } from './config/config.js'
import { Connection } from './connection/connection.js'
import type { ConnectionNumber, Journal, Transport } from './effects.js'
import { Handshake } from './handshake.js'
import { type Logger, RepeatLimit } from './logger.js'
import type { SessionTracker } from '../session/session-tracker.js'
import type { Outcome, State } from './state.js'
import { Pipeline, type PipelineHost, type Proposal } from './pipeline/pipeline.js'
import { type Pending, SessionOrder } from './pipeline/order.js'
import { Kind, kindOf, shortName } from './requests.js'
import { ServiceTrace } from './service-trace.js'
import { ServerStats } from './stats.js'
import {
  FrameError,
  FrameSplitter,
  JuteReader,
  JuteWriter,
  MarshallingError,
  readRequest,
  requestNames,
  writeNotification,
  writeReply,
} from '../wire/index.js'
import type { Inspection } from './words/inspection.js'
import { wordOf } from './words/words.js'

/** Output of one connection that is sent before its input is worked on further, in bytes. */
const outputShare = 1 << 20
/** Bytes of requests in progress beyond which connections that have some are not read. */
const outstandingBytesLimit = 128 << 20

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
  readonly connections = new Map<ConnectionNumber, Connection>()
  readonly stats = new ServerStats()
  readonly pipeline: Pipeline
  readonly started: number
  /** Tells what clients can see, when somebody listens. */
  readonly trace: ServiceTrace | undefined
  /** Requests in progress, and their bytes. */
  outstanding = 0
  private outstandingBytes = 0
  private readonly parts: ServerParts
  private readonly handshake: Handshake
  private readonly complaints: RepeatLimit
  private readonly perAddress = new Map<string, number>()
  private readonly throttled = new Set<Connection>()
  private readonly dirty: Connection[] = []
  private readonly closing: Connection[] = []
  private readonly spare: JuteWriter[] = []
  private stopping = false
  private readonly reader = new JuteReader(Buffer.alloc(0))
  private time: number

  constructor(parts: ServerParts) {
    this.parts = parts
    this.config = parts.config
    this.time = this.started = parts.now()
    this.trace = parts.tracer === undefined ? undefined : new ServiceTrace(parts.tracer, () => this.time)
    this.pipeline = new Pipeline(
      parts.state,
      parts.sessions,
      parts.journal,
      this,
      parts.config.reconfigEnabled,
    )
    this.complaints = new RepeatLimit((fields, message) => parts.logger.warn(fields, message))
    this.handshake = new Handshake(this, parts)
  }

  /** The time of the input that is being worked on, in milliseconds since 1970. */
  now(): number {
    return this.time
  }

  // --- inputs ---

  /** A client has connected. */
  connectionOpened(id: ConnectionNumber, ip: string, port: number): void {
    this.time = this.parts.now()
    const { maxClientCnxns, maxCnxns } = this.config
    const fromThere = this.perAddress.get(ip) ?? 0
    const refusal =
      maxClientCnxns > 0 && fromThere >= maxClientCnxns
        ? `it has ${fromThere} connections already (maxClientCnxns)`
        : maxCnxns > 0 && this.connections.size >= maxCnxns
          ? `there are ${this.connections.size} connections already (maxCnxns)`
          : undefined
    if (refusal !== undefined) {
      this.stats.connectionsRejected++
      this.complain('refused', { peer: `${ip}:${port}` }, `connection refused: ${refusal}`)
      this.parts.transport.drop(id)
      return
    }
    this.perAddress.set(ip, fromThere + 1)
    this.connections.set(id, new Connection(this.handshake, id, ip, port, this.time))
  }

  /** A client has sent bytes. The core may keep them. */
  bytesReceived(id: ConnectionNumber, bytes: Buffer): void {
    const connection = this.connections.get(id)
    if (connection === undefined || connection.isEnding) return
    this.time = this.parts.now()
    this.stats.bytesReceived += bytes.length
    const rest = connection.splitter === undefined ? this.greet(connection, bytes) : bytes
    if (rest === undefined) return
    this.feed(connection, rest)
  }

  /** A connection is gone, whoever ended it. */
  connectionClosed(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.time = this.parts.now()
    this.connections.delete(id)
    const left = this.perAddress.get(connection.ip)! - 1
    if (left === 0) this.perAddress.delete(connection.ip)
    else this.perAddress.set(connection.ip, left)
    this.throttled.delete(connection)
    if (!connection.isOver) this.trace?.disconnect(connection)
    connection.turn({ type: 'LOST' })
    if (connection.output !== undefined) {
      this.recycle(connection.output)
      connection.output = undefined
    }
  }

  /** A connection has taken the output that was held up. */
  drained(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    connection.turnFlow({ type: 'DRAINED' })
    this.resume(connection)
  }

  /** The log's records up to a zxid are on disk. */
  logDurable(zxid: Zxid): void {
    this.time = this.parts.now()
    this.pipeline.durable(zxid)
    this.relax()
  }

  /** Time has passed. */
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

  /** Deletes containers that are empty and nodes whose time is up. Called every `znode.container.checkIntervalMs`. */
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
    this.stopping = true
  }

  /** Ends every connection, after what it was answered. */
  closeAll(): void {
    for (const connection of this.connections.values()) connection.turn({ type: 'END' })
  }

  /** Sends all that is ready: one write a connection. Called after every input. */
  flush(): void {
    for (let i = 0; i < this.dirty.length; i++) this.sendOutput(this.dirty[i]!)
    this.dirty.length = 0
    for (let i = 0; i < this.closing.length; i++) this.parts.transport.close(this.closing[i]!.id)
    this.closing.length = 0
  }

  // --- requests ---

  /** The first bytes: a four-letter word, or frames from here on. Gives what is for the frames. */
  private greet(connection: Connection, bytes: Buffer): Buffer | undefined {
    const head = connection.head === undefined ? bytes : Buffer.concat([connection.head, bytes])
    connection.head = head
    if (head.length < 4) return undefined
    const word = wordOf(head.readInt32BE(0))
    if (word === undefined) {
      connection.head = undefined
      connection.splitter = new FrameSplitter(this.config.juteMaxBuffer)
      return head
    }
    // `stmk` brings a mask of 8 bytes.
    if (word !== 'stmk' || head.length >= 12) {
      connection.word = word
      this.received(connection)
      connection.turn({ type: 'WORD' })
    }
    return undefined
  }

  /** Cuts bytes into frames and works on them while the connection may be read; later ones wait. */
  private feed(connection: Connection, bytes: Buffer): void {
    if (connection.isConnected && !this.touch(connection)) return
    try {
      connection.splitter!.push(bytes, (chunk, start, end) => {
        if (connection.isEnding || connection.isLeaving || this.stopping) return false
        if (connection.backlog.length > 0 || !connection.canTake) {
          connection.backlog.push(Buffer.from(chunk.subarray(start, end)))
        } else {
          this.frame(connection, chunk, start, end)
        }
        return true
      })
    } catch (error) {
      this.fail(connection, error)
    }
  }

  /** Works on the frames that had to wait, as far as the connection may be read now. */
  private resume(connection: Connection): void {
    const { backlog } = connection
    if (backlog.length === 0) return
    let done = 0
    try {
      while (done < backlog.length && connection.canTake && !connection.isLeaving && !this.stopping) {
        const frame = backlog[done++]!
        this.frame(connection, frame, 0, frame.length)
      }
    } catch (error) {
      this.fail(connection, error)
    }
    backlog.splice(0, done)
  }

  private frame(connection: Connection, bytes: Buffer, start: number, end: number): void {
    this.received(connection)
    if (connection.isConnected) this.take(connection, bytes, start, end)
    else this.handshake.connect(connection, bytes, start, end)
    // Much output at once is sent at once, to learn whether the client takes it.
    if (connection.output !== undefined && connection.output.position > outputShare)
      this.sendOutput(connection)
  }

  /** What a client got wrong ends its connection; what we got wrong does too, but is an error of ours. */
  private fail(connection: Connection, error: unknown): void {
    if (!(error instanceof MarshallingError) && !(error instanceof FrameError)) {
      this.parts.logger.error(
        { peer: connection.peer, err: error },
        'a request could not be handled; connection closed',
      )
    }
    connection.fault = error instanceof Error ? error.message : String(error)
    connection.turn({ type: 'BAD_INPUT' })
  }

  /** A session lives on while its client speaks. False when it has ended: then nobody is listening any more. */
  private touch(connection: Connection): boolean {
    return this.parts.sessions.touch(connection.sessionId, connection.timeout, this.time)
  }

  private take(connection: Connection, bytes: Buffer, start: number, end: number): void {
    const reader = this.reader.reset(bytes, start, end)
    const xid = reader.int()
    const type = reader.int()
    const kind = kindOf(type)
    const order = connection.order!
    switch (kind) {
      case Kind.read:
      case Kind.write: {
        const pending = this.pending(connection, xid, type, end - start)
        if (kind === Kind.read) order.read(pending)
        else order.write(pending)
        connection.isLeaving ||= type === OpCode.closeSession
        if (connection.outstanding > 0) this.throttle(connection)
        return
      }
      case Kind.auth:
        return this.authenticate(connection, xid)
      case Kind.sasl:
        this.trace?.request(connection, xid, type, readRequest('sasl', this.reader))
        // No mechanism is configured: the answer has no token, as Apache's without one.
        return order.read(
          this.ready(connection, type, { xid, zxid: 0n, err: 0, result: { op: 'sasl', token: null } }),
        )
      default:
        this.complain(
          'unknown',
          { peer: connection.peer, type },
          `request of unknown type ${type}; connection closed`,
        )
        order.read(this.ready(connection, type, { xid, zxid: -1n, err: ErrorCode.Unimplemented }))
        connection.turn({ type: 'FINISH' })
    }
  }

  /** A request in progress, its record read. The protocol's answer to a record that isn't one is an error. */
  private pending(connection: Connection, xid: number, type: number, size: number): Pending {
    let request
    try {
      request = readRequest(requestNames.get(type)!, this.reader)
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error
      this.complain(
        'malformed',
        { peer: connection.peer },
        `malformed ${requestNames.get(type)!} request: ${error.message}`,
      )
    }
    this.trace?.request(connection, xid, type, request)
    connection.outstanding++
    this.outstanding++
    this.outstandingBytes += size
    return {
      connection,
      xid: type === OpCode.ping ? Xid.ping : xid,
      type,
      size,
      arrived: this.time,
      identities: connection.identities,
      request,
      ready: undefined,
      transaction: undefined,
    }
  }

  /** An answer that is known already, and only waits for its turn. */
  private ready(connection: Connection, type: number, reply: Reply): Pending {
    const { identities } = connection
    connection.outstanding++
    this.outstanding++
    return {
      connection,
      xid: reply.xid,
      type,
      size: 0,
      arrived: this.time,
      identities,
      request: undefined,
      ready: reply,
      transaction: undefined,
    }
  }

  /** Takes effect for what arrives later; the answer keeps its place. A failure ends the connection. */
  private authenticate(connection: Connection, xid: number): void {
    const request = readRequest('auth', this.reader)
    this.trace?.request(connection, xid, OpCode.auth, request)
    if (request.op !== 'auth') return
    const proved = this.parts.state.authenticate(
      request.scheme,
      request.auth ?? new Uint8Array(),
      connection.ip,
      connection.identities,
    )
    const err = proved === undefined ? ErrorCode.AuthFailed : ErrorCode.Ok
    const pending = this.ready(connection, OpCode.auth, {
      xid,
      zxid: 0n,
      err,
      ...(err === 0 ? { result: { op: 'auth' } } : {}),
    })
    if (proved !== undefined) connection.identities = proved
    connection.order!.read(pending)
    if (proved === undefined) {
      this.stats.authFailed++
      this.complain(
        'auth',
        { peer: connection.peer, scheme: request.scheme },
        `authentication failed (scheme ${request.scheme}); connection closed`,
      )
      connection.turn({ type: 'FINISH' })
    }
  }

  // --- answers ---

  answerRead(pending: Pending): void {
    const connection = pending.connection!
    const { state } = this.parts
    let reply = pending.ready
    if (reply === undefined) {
      const { err, result } =
        pending.request === undefined
          ? { err: ErrorCode.MarshallingError, result: undefined }
          : state.read(
              pending.request,
              { sessionId: connection.sessionId, identities: pending.identities },
              connection.id,
              this.deliver,
            )
      reply = { xid: pending.xid, zxid: state.lastZxid, err, ...(result === undefined ? {} : { result }) }
    }
    this.reply(pending, reply)
  }

  answerWrite(pending: Pending, { err, result }: Outcome): void {
    const { zxid } = pending.transaction!.header
    this.reply(pending, { xid: pending.xid, zxid, err, ...(result === undefined ? {} : { result }) })
  }

  private reply(pending: Pending, reply: Reply): void {
    const connection = pending.connection!
    this.outstanding--
    connection.outstanding--
    this.outstandingBytes -= pending.size
    if (connection.isOver) return
    const out = this.outputOf(connection)
    const before = out.position
    writeReply(out, reply)
    this.trace?.reply(connection, reply)
    this.stats.response(out.position - before - 4)
    this.stats.latency.add(this.time - pending.arrived)
    connection.stats.answered(shortName(pending.type), pending.xid, reply.zxid, pending.arrived, this.time)
    this.sent(connection)
    if (connection.isFinishing && connection.outstanding === 0) connection.turn({ type: 'ANSWERED' })
  }

  /** A watch has fired. */
  readonly deliver = (id: ConnectionNumber, event: WatcherEvent): void => {
    const connection = this.connections.get(id)
    if (connection === undefined || connection.isOver) return
    const notification = { zxid: -1n, event }
    writeNotification(this.outputOf(connection), notification)
    this.trace?.notification(connection, notification)
    this.sent(connection)
  }

  established(connection: Connection): void {
    this.parts.transport.resume(connection.id)
    connection.turn({ type: 'ESTABLISHED' })
    this.resume(connection)
  }

  committing(proposal: Proposal): void {
    this.trace?.commit(proposal)
  }

  sessionClosed(id: bigint): void {
    this.handshake.sessionClosed(id)
  }

  // --- output and flow ---

  /** Where a connection's output gathers until the next flush. */
  outputOf(connection: Connection): JuteWriter {
    if (connection.output === undefined) {
      connection.output = this.spare.pop() ?? new JuteWriter()
      this.dirty.push(connection)
    }
    return connection.output
  }

  /** Ends a connection once what it was answered is sent. */
  end(connection: Connection): void {
    this.closing.push(connection)
    this.trace?.closed(connection)
  }

  /** One line about a client, unless there were many of its kind. */
  complain(kind: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    this.complaints.say(kind, this.time, fields, message)
  }

  newOrder(): SessionOrder {
    return new SessionOrder(this.pipeline)
  }

  private received(connection: Connection): void {
    connection.stats.received++
    this.stats.packetsReceived++
  }

  sent(connection: Connection): void {
    connection.stats.sent++
    this.stats.packetsSent++
  }

  private sendOutput(connection: Connection): void {
    const out = connection.output
    if (out === undefined) return
    connection.output = undefined
    const taken = this.parts.transport.send(connection.id, out.view())
    if (taken === 'taken') this.recycle(out)
    if (taken === 'full') connection.turnFlow({ type: 'OUTPUT_FULL' })
  }

  private recycle(out: JuteWriter): void {
    if (this.spare.length >= 64) return
    out.clear()
    this.spare.push(out)
  }

  private get hasTooMany(): boolean {
    return (
      this.outstanding > this.config.globalOutstandingLimit || this.outstandingBytes > outstandingBytesLimit
    )
  }

  private throttle(connection: Connection): void {
    if (!this.hasTooMany || this.throttled.has(connection)) return
    this.throttled.add(connection)
    connection.turnFlow({ type: 'TOO_MANY' })
  }

  /** Lets throttled connections be read again, when the server has few requests in progress or they have none. */
  private relax(): void {
    if (this.throttled.size === 0) return
    for (const connection of [...this.throttled]) {
      if (this.hasTooMany && connection.outstanding > 0) continue
      this.throttled.delete(connection)
      connection.turnFlow({ type: 'FEW_AGAIN' })
      this.resume(connection)
    }
  }
}

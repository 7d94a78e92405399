/**
 * From a connection's bytes to requests: a four-letter word or frames, a frame's request in its session's order.
 * Frames that come while the connection may not be read wait in its backlog: at most what one read brought.
 */
import { ErrorCode, OpCode, Xid, type Reply, type Request } from '../../spec/vocabulary/index.js'
import {
  FrameError,
  FrameSplitter,
  JuteReader,
  MarshallingError,
  NullPathError,
  readRequest,
  requestNames,
} from '../wire/index.js'
import type { Handshake } from './handshake.js'
import { malformedOutcome, type MalformedOutcome } from './malformed.js'
import { isHot } from './pipeline/hot-reads.js'
import type { Client, Pending } from './pipeline/session-order.js'
import type { Replies } from './replies.js'
import { Kind, kindOf } from './request-kinds.js'
import type { ServerContext, ServerParts } from './server-context.js'
import { wordOf } from './four-letter/commands.js'

const noBytes = Buffer.alloc(0)

export class RequestDispatch {
  private readonly parts: ServerParts
  private readonly reader = new JuteReader(Buffer.alloc(0))
  private isStopped = false

  constructor(
    private readonly context: ServerContext,
    private readonly handshake: Handshake,
    private readonly replies: Replies,
  ) {
    this.parts = context.parts
  }

  /** Takes no further request. */
  stop(): void {
    this.isStopped = true
  }

  /** Bytes that a connection has sent. */
  receive(connection: Client, bytes: Buffer): void {
    if (connection.isAwaitingHandshake) connection.heardAt = this.context.now() // WIRE-19
    const rest = connection.splitter === undefined ? this.greet(connection, bytes) : bytes
    if (rest !== undefined) this.feed(connection, rest)
  }

  /** Works on the frames that had to wait, as far as the connection may be read now. */
  resume(connection: Client): void {
    const { backlog } = connection
    if (backlog.length === 0) return
    let done = 0
    try {
      while (done < backlog.length && connection.canTake && !connection.isLeaving && !this.isStopped) {
        const frame = backlog[done++]!
        this.frame(connection, frame, 0, frame.length)
      }
    } catch (error) {
      this.fail(connection, error)
    }
    backlog.splice(0, done)
  }

  /** The first bytes: a four-letter word, or frames from here on. Gives what is for the frames. */
  private greet(connection: Client, bytes: Buffer): Buffer | undefined {
    const head = connection.head === undefined ? bytes : Buffer.concat([connection.head, bytes])
    connection.head = head
    if (head.length < 4) return undefined
    const word = wordOf(head.readInt32BE(0))
    if (word === undefined) {
      connection.head = undefined
      connection.splitter = new FrameSplitter(this.parts.config.juteMaxBuffer)
      return head
    }
    connection.word = word
    this.context.received(connection)
    connection.turn({ type: 'WORD' })
    return undefined
  }

  private feed(connection: Client, bytes: Buffer): void {
    let isTouched = !connection.isConnected
    try {
      connection.splitter!.push(bytes, (chunk, start, end) => {
        if (connection.isEnding || connection.isLeaving || this.isStopped) return false
        // A session lives on while its client asks; once it has ended, nobody listens any more.
        if (!isTouched && touches(chunk, start, end)) {
          if (!this.touch(connection)) return false
          isTouched = true
        }
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

  private touch(connection: Client): boolean {
    return this.parts.sessions.touch(connection.sessionId, connection.timeout, this.context.now()) // SERVICE-14, SESSION-25
  }

  private frame(connection: Client, bytes: Buffer, start: number, end: number): void {
    this.context.received(connection)
    if (connection.isConnected) this.take(connection, bytes, start, end)
    else this.handshake.connect(connection, bytes, start, end)
    this.context.outlet.sendMuch(connection)
  }

  /** What a client got wrong ends its connection; what we got wrong does too, but is an error of ours. */
  private fail(connection: Client, error: unknown): void {
    // WIRE-16, WIRE-40, WIRE-43, WIRE-44, SERVICE-16
    if (!(error instanceof MarshallingError) && !(error instanceof FrameError)) {
      this.parts.logger.error(
        { peer: connection.peer, err: error },
        'a request could not be handled; connection closed',
      )
    }
    connection.fault = error instanceof Error ? error.message : String(error)
    connection.turn({ type: 'BAD_INPUT' })
  }

  private take(connection: Client, bytes: Buffer, start: number, end: number): void {
    const reader = this.reader.reset(bytes, start, end)
    const xid = reader.int()
    const type = reader.int()
    const order = connection.order!
    switch (kindOf(type)) {
      case Kind.read: {
        if (isHot(type) && order.isClear && this.context.trace === undefined) {
          return this.takeHot(connection, xid, type)
        }
        const pending = this.pending(connection, xid, type, end - start)
        if (pending.isSync) order.sync(pending)
        else order.read(pending)
        return this.context.throttle.consider(connection)
      }
      case Kind.write: {
        const pending = this.pending(connection, xid, type, end - start)
        if (pending.malformed?.takesZxid === false) order.read(pending)
        else order.write(pending)
        connection.isLeaving ||= type === OpCode.closeSession // SESSION-63, WIRE-70
        return this.context.throttle.consider(connection)
      }
      case Kind.auth:
        return this.authenticate(connection, xid)
      case Kind.sasl:
        return this.refuseSasl(connection, xid)
      default:
        this.context.trace?.request(connection, xid, type, undefined)
        this.context.complain(
          'unknown',
          { peer: connection.peer, type },
          `request of unknown type ${type}; connection closed`,
        )
        order.read(this.ready(connection, type, { xid, zxid: -1n, err: ErrorCode.Unimplemented })) // SERVICE-34, WIRE-41
        connection.turn({ type: 'FINISH' })
    }
  }

  /** One of the most usual reads, with nothing before it in its order. */
  private takeHot(connection: Client, xid: number, type: number): void {
    try {
      this.replies.answerHot(connection, xid, type, this.reader)
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error
      this.complainOfRecord(connection, type, error)
      const reply = { xid, zxid: this.parts.state.lastZxid, err: ErrorCode.MarshallingError }
      connection.order!.read(this.ready(connection, type, reply))
    }
  }

  /** A request in progress, its record read. The protocol's answer to a record that isn't one is an error. */
  private pending(connection: Client, xid: number, type: number, size: number): Pending {
    // A sync goes to the leader too.
    const isForwarded = !this.parts.replication.leads && (kindOf(type) === Kind.write || type === OpCode.sync)
    const record = isForwarded ? this.reader.copyRest() : noBytes
    let request: Request | undefined
    let malformed: MalformedOutcome | undefined
    let isPathNull = false
    try {
      request = readRequest(requestNames.get(type)!, this.reader)
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error
      isPathNull = error instanceof NullPathError
      malformed = malformedOutcome(type, isPathNull)
      this.complainOfRecord(connection, type, error)
    }
    this.context.trace?.request(connection, xid, type, request, isPathNull)
    this.context.throttle.begin(connection, size)
    return {
      connection,
      order: connection.order!,
      sessionId: connection.sessionId,
      xid: type === OpCode.ping ? Xid.ping : xid, // SERVICE-32, WIRE-32
      type,
      size,
      arrived: this.context.now(),
      identities: connection.identities,
      record,
      request,
      malformed,
      ready: undefined,
      isSync: request?.op === 'sync',
      isReplicating: false,
      transaction: undefined,
    }
  }

  private complainOfRecord(connection: Client, type: number, error: MarshallingError): void {
    const { peer } = connection
    this.context.complain(
      'malformed',
      { peer },
      `malformed ${requestNames.get(type)!} request: ${error.message}`,
    )
  }

  /** An answer that is known already, and only waits for its turn. */
  private ready(connection: Client, type: number, reply: Reply): Pending {
    this.context.throttle.begin(connection, 0)
    return {
      connection,
      order: connection.order!,
      sessionId: connection.sessionId,
      xid: reply.xid,
      type,
      size: 0,
      arrived: this.context.now(),
      identities: connection.identities,
      record: noBytes,
      request: undefined,
      malformed: undefined,
      ready: reply,
      isSync: false,
      isReplicating: false,
      transaction: undefined,
    }
  }

  /** No mechanism is configured: the answer has no token, as Apache's without one. */
  private refuseSasl(connection: Client, xid: number): void {
    // SERVICE-35, WIRE-55
    const request = readRequest('sasl', this.reader)
    this.context.trace?.request(connection, xid, OpCode.sasl, request)
    if (request.op === 'sasl' && request.token === null) throw this.reader.error('a token', 'null')
    const reply: Reply = { xid, zxid: 0n, err: ErrorCode.Ok, result: { op: 'sasl', token: null } }
    connection.order!.read(this.ready(connection, OpCode.sasl, reply))
  }

  /** Takes effect for what arrives later; the answer keeps its place. A failure ends the connection. */
  private authenticate(connection: Client, xid: number): void {
    // SERVICE-13, SERVICE-37, WIRE-57
    const request = readRequest('auth', this.reader)
    this.context.trace?.request(connection, xid, OpCode.auth, request)
    if (request.op !== 'auth') return
    const { scheme, auth } = request
    const { ip, peer } = connection
    const proved = this.parts.state.authenticate(scheme, auth, ip)
    const reply: Reply =
      proved === undefined
        ? { xid, zxid: 0n, err: ErrorCode.AuthFailed }
        : { xid, zxid: 0n, err: ErrorCode.Ok, result: { op: 'auth' } }
    const pending = this.ready(connection, OpCode.auth, reply)
    const isProved = connection.credentials.take(proved)
    connection.order!.read(pending)
    if (isProved) return
    this.context.stats.authFailed++
    this.context.complain(
      'auth',
      { peer, scheme },
      `authentication failed (scheme ${scheme}); connection closed`,
    )
    connection.turn({ type: 'FINISH' })
  }
}

/** SESSION-25: whether a frame touches its session: all but `auth` and `sasl`. */
function touches(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 8) return false
  const type = bytes.readInt32BE(start + 4)
  return type !== OpCode.auth && type !== OpCode.sasl
}

/**
 * A small client of the protocol, for tests, scenarios and comparisons: it says exactly what it is told to say and keeps
 * all that it hears in order. No reconnection, no retries, no pings of its own. The socket is the runtime's
 * (`src/runtime/client-socket.ts`).
 */
import { Xid, type ConnectRequest, type ConnectResponse } from '../../spec/vocabulary/index.js'
import type { Reply, Request } from '../../spec/vocabulary/index.js'
import {
  FrameSplitter,
  JuteReader,
  JuteWriter,
  readConnectResponse,
  readReplyHeader,
  readResult,
  readWatcherEvent,
  writeConnectRequest,
  writeRequest,
} from '../wire/index.js'
import { type ClientEvent, type ClientEventType, ConnectionClosed, type Unnumbered } from './events.js'

/** What a client needs of its connection. */
export interface Link {
  send(bytes: Uint8Array): void
  /** Sends what is left, then says that nothing more comes. */
  end(): void
  /** Drops the connection at once. */
  destroy(): void
  /** Stops, or goes on, taking what arrives. */
  pause(): void
  resume(): void
}

/** What a handshake says; what is left out is as a new client says it. */
export type Hello = Partial<ConnectRequest>

/** Somebody who waits for events that the client has not heard yet. */
interface Waiter {
  readonly enough: () => boolean
  readonly resolve: () => void
}

/** A request that waits for its answer. */
interface Pending {
  readonly xid: number
  readonly op: Request['op']
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** Replies may be larger than requests: `jute.maxbuffer` does not bind the server. */
const longestReply = 0x7fff_ffff

/** One connection's client. */
export class Client {
  /** All that arrived, in order. */
  readonly events: ClientEvent[] = []
  /** Resolves with the connection's end, whoever brought it about. */
  readonly closed: Promise<void>
  /** The handshake's answer, once it is there. */
  response: ConnectResponse | undefined
  private readonly link: Link
  private readonly splitter = new FrameSplitter(longestReply)
  private readonly reader = new JuteReader(Buffer.alloc(0))
  private readonly writer = new JuteWriter()
  private readonly pending: Pending[] = []
  private waiters: Waiter[] = []
  private greeting:
    { resolve: (response: ConnectResponse) => void; reject: (error: Error) => void } | undefined
  private settleClosed!: () => void
  private nextXid = 1
  private isOver = false

  constructor(link: Link) {
    this.link = link
    this.closed = new Promise((resolve) => (this.settleClosed = resolve))
  }

  /** The session's id; 0 before the handshake and after a refusal. */
  get sessionId(): bigint {
    return this.response?.sessionId ?? 0n
  }

  get passwd(): Uint8Array {
    return this.response?.passwd ?? new Uint8Array(16)
  }

  /** Whether the connection has ended. */
  get isClosed(): boolean {
    return this.isOver
  }

  // --- what it says ---

  /**
   * The handshake. Resolves with the server's answer, a refusal (`timeOut` 0) included; rejects with
   * {@link ConnectionClosed} when the connection ends without one.
   */
  greet(hello: Hello = {}): Promise<ConnectResponse> {
    const answer = new Promise<ConnectResponse>((resolve, reject) => (this.greeting = { resolve, reject }))
    answer.catch(() => {}) // who does not wait for it does not have to hear of it
    writeConnectRequest(this.writer, {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut: 10_000,
      sessionId: 0n,
      passwd: new Uint8Array(16),
      readOnly: false,
      ...hello,
    })
    if (this.isOver) this.greeting?.reject(new ConnectionClosed('the handshake'))
    else this.link.send(this.writer.take())
    return answer
  }

  /**
   * Sends a request without waiting for those before it. Resolves with its reply, an error's too; rejects with
   * {@link ConnectionClosed} when the connection ends without one.
   */
  request(request: Request, xid = this.xidOf(request)): Promise<Reply> {
    const answer = new Promise<Reply>((resolve, reject) =>
      this.pending.push({ xid, op: request.op, resolve, reject }),
    )
    answer.catch(() => {})
    writeRequest(this.writer, xid, request)
    const bytes = this.writer.take()
    if (this.isOver) this.pending.pop()!.reject(new ConnectionClosed(request.op))
    else this.link.send(bytes)
    return answer
  }

  ping(): Promise<Reply> {
    return this.request({ op: 'ping' })
  }

  /** Ends the session and waits for the connection's end. */
  async close(): Promise<void> {
    if (!this.isOver) void this.request({ op: 'closeSession' })
    await this.closed
  }

  /** Drops the connection at once; the session lives on until it expires. */
  destroy(): void {
    this.link.destroy()
  }

  /** Says that nothing more comes, and goes on listening. */
  endSending(): void {
    this.link.end()
  }

  /** Sends bytes as they are, good or bad. */
  sendRaw(bytes: Uint8Array): void {
    this.link.send(bytes)
  }

  /** Stops taking what arrives. */
  stopReading(): void {
    this.link.pause()
  }

  startReading(): void {
    this.link.resume()
  }

  // --- what it hears ---

  /** Events of one kind, in order. */
  heard<T extends ClientEventType>(type: T): Extract<ClientEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ClientEvent, { type: T }> => event.type === type)
  }

  /** Resolves when `count` events of a kind have arrived; rejects when the connection ends first. */
  async until<T extends ClientEventType>(type: T, count = 1): Promise<Extract<ClientEvent, { type: T }>[]> {
    const enough = () => this.heard(type).length >= count
    if (!enough() && !this.isOver) {
      await new Promise<void>((resolve) => this.waiters.push({ enough, resolve }))
    }
    if (!enough()) throw new ConnectionClosed(`${count} of ${type}`)
    return this.heard(type)
  }

  /** Bytes have arrived. For the link. */
  received(bytes: Buffer): void {
    if (this.isOver) return
    try {
      this.splitter.push(bytes, (chunk, start, end) => this.frame(this.reader.reset(chunk, start, end)))
    } catch (error) {
      this.ended(error as Error)
      this.link.destroy()
    }
  }

  /** The connection has ended. For the link. */
  ended(error?: Error): void {
    if (this.isOver) return
    this.isOver = true
    this.note(error === undefined ? { type: 'closed' } : { type: 'closed', error })
    this.greeting?.reject(new ConnectionClosed('the handshake', error))
    for (const { op, reject } of this.pending.splice(0)) reject(new ConnectionClosed(op, error))
    this.settleClosed()
  }

  private frame(reader: JuteReader): void {
    if (this.response === undefined) {
      this.response = readConnectResponse(reader)
      this.note({ type: 'connected', response: this.response })
      this.greeting?.resolve(this.response)
      this.greeting = undefined
      return
    }
    const header = readReplyHeader(reader)
    if (header.xid === Xid.notification) {
      this.note({
        type: 'notification',
        notification: { zxid: header.zxid, event: readWatcherEvent(reader) },
      })
    } else {
      this.answer(header, reader)
    }
  }

  /** Answers come in order, but for a few that may overtake; so the first that waits with this xid is meant. */
  private answer(header: { xid: number; zxid: bigint; err: number }, reader: JuteReader): void {
    const place = this.pending.findIndex(({ xid }) => xid === header.xid)
    const [asked] = place < 0 ? [] : this.pending.splice(place, 1)
    if (asked === undefined) {
      this.note({ type: 'reply', reply: header })
      return
    }
    const reply = header.err === 0 ? { ...header, result: readResult(asked.op, reader) } : header
    this.note({ type: 'reply', op: asked.op, reply })
    asked.resolve(reply)
  }

  private note(event: Unnumbered): void {
    this.events.push({ sequence: this.events.length, ...event } as ClientEvent)
    this.waiters = this.waiters.filter((waiter) => {
      const done = this.isOver || waiter.enough()
      if (done) waiter.resolve()
      return !done
    })
  }

  private xidOf(request: Request): number {
    switch (request.op) {
      case 'ping':
        return Xid.ping
      case 'auth':
        return Xid.auth
      case 'setWatches':
      case 'setWatches2':
        return Xid.setWatches
      default:
        return this.nextXid++
    }
  }
}

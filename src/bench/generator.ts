/**
 * A load generator, in a process of its own: raw sockets, frames made beforehand, every reply's xid and error checked.
 */
import { connect, type Socket } from 'node:net'
import { FrameSplitter, JuteWriter, writeConnectRequest, writeRequest } from '../wire/index.js'
import { Histogram } from './histogram.js'
import { idleSessions } from './idle-sessions.js'
import type { Order, Report } from './messages.js'
import { Traffic } from './traffic.js'

type LoadOrder = Extract<Order, { type: 'load' }>

const say = (report: Report) => process.send?.(report)
const frame = (write: (writer: JuteWriter) => void) => {
  const writer = new JuteWriter()
  write(writer)
  return writer.take()
}

/** What the handshake of every generated connection says. */
export const hello = frame((writer) =>
  writeConnectRequest(writer, {
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 300_000,
    sessionId: 0n,
    passwd: new Uint8Array(16),
    readOnly: false,
  }),
)
const goodbye = frame((writer) => writeRequest(writer, 0, { op: 'closeSession' }))

/** One load on one server. */
class Generation {
  private readonly lines: Line[] = []
  private readonly latencies = new Histogram()
  private measuring = false
  private stopping = false
  private from = 0
  private cpu: NodeJS.CpuUsage | undefined
  /** Requests that may still be sent. */
  left: number
  now = 0

  constructor(readonly order: LoadOrder) {
    this.left = order.requests ?? Number.POSITIVE_INFINITY
  }

  async connect(): Promise<void> {
    for (let i = 0; i < this.order.connections; i++) this.lines.push(new Line(this, i))
    await Promise.all(this.lines.map((line) => line.established))
    say({ type: 'ready' })
  }

  start(): void {
    this.now = performance.now()
    for (const line of this.lines) line.send(this.order.outstanding)
    if (this.order.requests !== undefined) {
      this.begin()
      return
    }
    setTimeout(() => {
      this.begin()
      setTimeout(() => this.end(), this.order.measureMs)
    }, this.order.warmUpMs)
  }

  private begin(): void {
    this.measuring = true
    this.from = performance.now()
    this.cpu = process.cpuUsage()
  }

  private end(): void {
    const ms = performance.now() - this.from
    const { user, system } = process.cpuUsage(this.cpu)
    this.measuring = false
    this.stopping = true
    say({
      type: 'result',
      replies: this.latencies.total,
      ms,
      latencies: this.latencies.sparse(),
      cpu: (user + system) / 1000 / ms,
    })
    for (const line of this.lines) line.leaveWhenIdle()
  }

  answered(ms: number): void {
    if (this.measuring) this.latencies.add(ms)
  }

  /** How many requests to send after `count` replies. */
  allow(count: number): number {
    if (this.stopping) return 0
    const allowed = Math.min(count, this.left)
    this.left -= allowed
    if (this.left === 0 && this.lines.every((line) => line.waiting === 0)) this.end()
    return allowed
  }
}

/** One connection. */
class Line {
  readonly established: Promise<void>
  private readonly socket: Socket
  private readonly traffic: Traffic
  private readonly times: Float64Array
  private readonly splitter = new FrameSplitter(0x7fff_ffff)
  private greeted!: () => void
  private isGreeted = false
  private isLeaving = false
  private answered = 0

  constructor(
    private readonly generation: Generation,
    index: number,
  ) {
    const { ports, request, name, outstanding } = generation.order
    this.traffic = new Traffic(request, `${name}-${index}`, outstanding)
    this.times = new Float64Array(outstanding)
    this.established = new Promise((resolve) => (this.greeted = resolve))
    this.socket = connect({
      port: ports[index % ports.length]!,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(64 * 1024),
        callback: (count, bytes) => this.received(Buffer.from(bytes.buffer, bytes.byteOffset, count)),
      },
    })
    this.socket.on('connect', () => this.socket.write(hello))
    this.socket.on('error', (error) => fail(error))
    this.socket.on('close', () => {
      if (!this.isLeaving) fail(new Error('the server closed a connection'))
    })
  }

  /** Requests that wait for their replies. */
  get waiting(): number {
    return this.traffic.sent - this.answered
  }

  send(count: number): void {
    const allowed = this.generation.allow(count)
    if (allowed === 0) return
    const first = this.traffic.sent + 1
    for (let i = 0; i < allowed; i++) this.times[this.traffic.slotOf(first + i)] = this.generation.now
    this.traffic.next(allowed, (bytes) => this.socket.write(bytes))
  }

  leaveWhenIdle(): void {
    this.isLeaving = true
    if (this.waiting === 0) this.socket.end(goodbye)
  }

  private received(bytes: Buffer): boolean {
    const { generation } = this
    generation.now = performance.now()
    const before = this.answered
    this.splitter.push(bytes, (chunk, start) => {
      if (!this.isGreeted) {
        this.isGreeted = true
        this.greeted()
        return
      }
      // The closing handshake's answer has xid 0.
      if (this.isLeaving && this.waiting === 0) return
      const xid = ++this.answered
      if (chunk.readInt32BE(start) !== xid || chunk.readInt32BE(start + 12) !== 0)
        fail(
          new Error(
            `request ${xid} was answered by xid ${chunk.readInt32BE(start)}, error ${chunk.readInt32BE(start + 12)}`,
          ),
        )
      generation.answered(generation.now - (this.times[this.traffic.slotOf(xid)] as number))
    })
    if (this.answered > before) {
      this.send(this.answered - before)
      if (this.isLeaving && this.waiting === 0) this.socket.end(goodbye)
    }
    return true
  }
}

function fail(error: Error): void {
  say({ type: 'failed', message: error.message })
  process.exitCode = 1
  process.disconnect?.()
  setImmediate(() => process.exit(1))
}

let start: () => void = () => {}
process.on('message', (order: Order) => {
  if (order.type === 'go') start()
  if (order.type === 'leave') process.exit(0)
  if (order.type === 'idle') idleSessions(order).then(() => say({ type: 'ready' }), fail)
  if (order.type === 'load') {
    const generation = new Generation(order)
    start = () => generation.start()
    generation.connect().catch(fail)
  }
})
process.on('disconnect', () => process.exit(0))

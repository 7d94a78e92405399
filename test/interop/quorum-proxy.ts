/** Proxies between learners and leaders, one for each pair, that can hold single packets back. */
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Numbers of packets on the quorum port (Apache's `Leader`). */
export const packet = { PROPOSAL: 2, ACK: 3, TRUNC: 14, SNAP: 15, DIFF: 13 } as const

/** A direction of a pair of servers. */
interface Way {
  /** Types of all packets that went through, oldest first, over all connections. */
  readonly passed: number[]
  /** Whether a packet has to wait; it is asked again after each change. `before`: types of this connection so far. */
  holds: (type: number, before: readonly number[]) => boolean
}

const passes = () => false

/** A stream of packets, and what of it may go on. */
class Flow {
  private rest = Buffer.alloc(0)
  private readonly before: number[] = []
  private isRaw = false

  constructor(
    private readonly way: Way,
    private readonly to: Socket,
  ) {}

  push(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes])
    this.goOn()
  }

  goOn(): void {
    while (this.rest.length > 0) {
      if (this.isRaw) {
        this.to.write(this.rest)
        this.rest = Buffer.alloc(0)
        return
      }
      const length = packetLength(this.rest)
      if (length === undefined) return
      const type = this.rest.readInt32BE(0)
      if (this.way.holds(type, this.before)) return
      this.to.write(this.rest.subarray(0, length))
      this.rest = this.rest.subarray(length)
      this.before.push(type)
      this.way.passed.push(type)
      // A snapshot's stream follows, which has no packets.
      if (type === packet.SNAP) this.isRaw = true
    }
  }
}

/** A packet's bytes, once it is whole: type, zxid, data, and pairs of texts that say who has asked. */
function packetLength(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined
  let at = 16 + Math.max(0, bytes.readInt32BE(12))
  if (bytes.length < at + 4) return undefined
  let texts = 2 * Math.max(0, bytes.readInt32BE(at))
  for (at += 4; texts > 0; texts--) {
    if (bytes.length < at + 4) return undefined
    at += 4 + Math.max(0, bytes.readInt32BE(at))
  }
  return bytes.length < at ? undefined : at
}

export class QuorumProxies {
  private readonly servers = new Map<string, { readonly server: Server; port: number }>()
  private readonly ways = new Map<string, Way>()
  private readonly flows = new Map<string, Set<Flow>>()
  private readonly sockets = new Set<Socket>()

  /** One between each two servers. @param ports where servers 1, 2, ... listen for learners */
  async open(ports: readonly number[]): Promise<void> {
    for (let from = 1; from <= ports.length; from++)
      for (let to = 1; to <= ports.length; to++) if (from !== to) await this.openOne(from, to, ports[to - 1]!)
  }

  /** Where a server finds another's quorum port; undefined for its own. */
  portOf(from: number, to: number): number | undefined {
    return this.servers.get(`${from} ${to}`)?.port
  }

  /** Holds packets from a server to another; both directions of a connection are ways of their own. */
  hold(from: number, to: number, holds: Way['holds']): void {
    this.way(from, to).holds = holds
    this.again(from, to)
  }

  release(from: number, to: number): void {
    this.hold(from, to, passes)
  }

  /** Packets of a type that went from a server to another so far. */
  count(from: number, to: number, type: number): number {
    return this.way(from, to).passed.filter((each) => each === type).length
  }

  /** Waits until a packet of a type has gone through, more often than `than` times. */
  async untilPassed(from: number, to: number, types: readonly number[], than = 0): Promise<void> {
    const has = () => types.reduce((sum, type) => sum + this.count(from, to, type), 0) > than
    for (const end = Date.now() + 30_000; !has(); await sleep(10))
      if (Date.now() > end) throw new Error(`no packet ${types.join()} from ${from} to ${to}`)
  }

  close(): void {
    for (const { server } of this.servers.values()) server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private openOne(from: number, to: number, port: number): Promise<void> {
    const server = createServer((learner) => this.connect(from, to, port, learner))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        this.servers.set(`${from} ${to}`, { server, port: (server.address() as { port: number }).port })
        resolve()
      })
    })
  }

  private connect(from: number, to: number, port: number, learner: Socket): void {
    const leader = createConnection({ port, host: '127.0.0.1', noDelay: true })
    this.carry(from, to, learner, leader)
    this.carry(to, from, leader, learner)
  }

  private carry(from: number, to: number, source: Socket, target: Socket): void {
    const flow = new Flow(this.way(from, to), target)
    const flows = this.flowsOf(from, to)
    flows.add(flow)
    this.sockets.add(source)
    source.on('data', (bytes: Buffer) => flow.push(bytes))
    source.on('error', () => {})
    source.on('close', () => {
      flows.delete(flow)
      this.sockets.delete(source)
      target.destroy()
    })
  }

  private again(from: number, to: number): void {
    for (const flow of this.flowsOf(from, to)) flow.goOn()
  }

  private way(from: number, to: number): Way {
    const key = `${from} ${to}`
    let way = this.ways.get(key)
    if (way === undefined) this.ways.set(key, (way = { passed: [], holds: passes }))
    return way
  }

  private flowsOf(from: number, to: number): Set<Flow> {
    const key = `${from} ${to}`
    let flows = this.flows.get(key)
    if (flows === undefined) this.flows.set(key, (flows = new Set()))
    return flows
  }
}

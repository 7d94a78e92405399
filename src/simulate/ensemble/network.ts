/**
 * A network between simulated machines. A connection's bytes arrive in order, in pieces, and late; a cut holds them back in one
 * direction until it heals; a machine that is switched off says nothing to whoever is connected to it.
 */
import type { Link, LinkListener, PeerAddress, PeerNetwork, PeerPort } from '../../platform/peer-network.js'
import type { Random } from '../../random/random.js'
import type { EventQueue } from './event-queue.js'
import { Connection, type End, type Wires } from './connection.js'

export interface Latency {
  /** Milliseconds. */
  readonly least: number
  readonly most: number
}

interface Listening {
  readonly accept: (link: Link) => LinkListener
  readonly accepted: Set<Link>
}

export class SimulatedNetwork implements Wires {
  /** `from to`: nothing goes that way. */
  private readonly cuts = new Set<string>()
  /** Where machines listen: `host:port`. */
  private readonly listening = new Map<string, Listening>()
  private readonly off = new Set<string>()
  /** How often the programs of a machine were gone. */
  private readonly lives = new Map<string, number>()
  private readonly connections = new Set<Connection>()
  latency: Latency = { least: 0.1, most: 2 }

  constructor(
    readonly queue: EventQueue,
    private readonly random: Random,
  ) {}

  /** How long the next piece takes. */
  delay(): number {
    const { least, most } = this.latency
    const usual = least + this.random.part() * (most - least)
    // One in a hundred is late.
    return this.random.part() < 0.01 ? usual * 10 : usual
  }

  /** A piece of what arrives: as bytes come from a socket, in any pieces. */
  pieceOf(length: number): number {
    return this.random.part() < 0.9 ? length : 1 + this.random.below(length)
  }

  /** The network as the programs of a machine have it, until it is left: what a program that is gone asks for never comes. */
  of(host: string): PeerNetwork {
    const life = this.lives.get(host)
    const isAlive = () => this.lives.get(host) === life
    return {
      listen: (at, accept) => (isAlive() ? this.listen(host, at, accept) : never()),
      connect: (to, timeout, listener) =>
        isAlive() ? this.connect(host, to, timeout, listener, isAlive) : never(),
    }
  }

  isCut(from: string, to: string): boolean {
    return this.cuts.has(`${from} ${to}`)
  }

  cut(from: string, to: string): void {
    this.cuts.add(`${from} ${to}`)
  }

  heal(from: string, to: string): void {
    if (!this.cuts.delete(`${from} ${to}`)) return
    for (const connection of this.connections) connection.goOn(from, to)
  }

  healAll(): void {
    for (const cut of [...this.cuts]) {
      const [from, to] = cut.split(' ') as [string, string]
      this.heal(from, to)
    }
  }

  /** Breaks the connections between two machines: both hear of it. */
  reset(a: string, b: string): void {
    for (const connection of [...this.connections]) if (connection.isBetween(a, b)) connection.reset()
  }

  /** The machine's programs are gone. Its system ends their connections, unless it is off, too. */
  leave(host: string, isOff: boolean): void {
    for (const key of [...this.listening.keys()]) if (key.startsWith(`${host}:`)) this.listening.delete(key)
    this.lives.set(host, (this.lives.get(host) ?? 0) + 1)
    if (isOff) this.off.add(host)
    for (const connection of [...this.connections]) connection.leave(host, isOff)
  }

  /** The machine runs again: whoever is still connected to what ran before hears that nobody is there. */
  join(host: string): void {
    this.off.delete(host)
    for (const connection of [...this.connections]) connection.joined(host)
  }

  isOff(host: string): boolean {
    return this.off.has(host)
  }

  forget(connection: Connection): void {
    this.connections.delete(connection)
  }

  private listen(
    host: string,
    { port }: PeerAddress,
    accept: (link: Link) => LinkListener,
  ): Promise<PeerPort> {
    const key = `${host}:${port}`
    if (this.listening.has(key)) return Promise.reject(new Error(`${key} is in use`))
    const listening: Listening = { accept, accepted: new Set() }
    this.listening.set(key, listening)
    return Promise.resolve({
      close: () => {
        if (this.listening.get(key) === listening) this.listening.delete(key)
        for (const link of listening.accepted) link.close()
        return Promise.resolve()
      },
    })
  }

  private connect(
    from: string,
    to: PeerAddress,
    timeout: number,
    listener: (link: Link) => LinkListener,
    isAlive: () => boolean,
  ): Promise<Link> {
    const host = to.host!
    return new Promise((resolve, reject) => {
      const there = this.delay()
      this.queue.after(there, () => {
        if (!isAlive()) return
        if (this.isCut(from, host) || this.isCut(host, from) || this.isOff(host)) {
          this.queue.after(timeout - there, () => reject(new Error(`no answer from ${host}:${to.port}`)))
          return
        }
        const listening = this.listening.get(`${host}:${to.port}`)
        if (listening === undefined) {
          this.queue.after(this.delay(), () => reject(new Error(`${host}:${to.port} refuses`)))
          return
        }
        const connection = new Connection(this, from, host)
        this.connections.add(connection)
        this.accept(listening, connection.ends[1])
        this.queue.after(this.delay(), () => {
          if (!isAlive()) return
          connection.ends[0].attach(listener)
          resolve(connection.ends[0])
        })
      })
    })
  }

  private accept({ accept, accepted }: Listening, end: End): void {
    accepted.add(end)
    end.attach((link) => {
      const listener = accept(link)
      return {
        received: (bytes) => listener.received(bytes),
        drained: () => listener.drained(),
        ended: () => {
          accepted.delete(end)
          listener.ended()
        },
      }
    })
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}

/**
 * A client of a simulated ensemble: it keeps its session across connections, to any server, sets its watches again, and asks one
 * thing after the other. Whatever it hears goes to its history.
 */
import type { Request, SessionId } from '../../../spec/vocabulary/index.js'
import { Client } from '../../client/client.js'
import type { ClientEvent } from '../../client/events.js'
import type { Link, PeerNetwork } from '../../platform/peer-network.js'
import type { Random } from '../../random/random.js'
import type { EventQueue } from './event-queue.js'
import type { ClientHistory } from './judge/client-history.js'
import { type KeptSession, Workload } from './workload.js'

export interface SimulatedClientOptions {
  readonly name: string
  readonly network: PeerNetwork
  readonly queue: EventQueue
  readonly random: Random
  /** Where the servers are. */
  readonly hosts: readonly string[]
  readonly port: number
  readonly timeOut: number
  /** Milliseconds between two requests, at most. */
  readonly pace: number
  historyOf(session: SessionId): ClientHistory
  /** What is heard is judged in here. */
  judge(work: () => void): void
}

export class SimulatedClient {
  private session: KeptSession | undefined
  private history: ClientHistory | undefined
  private connection: Client | undefined
  /** It has a session on a connection. */
  isReady = false
  private nextXid = 1
  private inFlight = new Map<number, Request>()
  private heardAt = 0
  private isBusy = true
  /** It has asked to end its session, and asks nothing more on that connection. */
  private isLeaving = false
  private isOver = false
  private readonly workload: Workload

  constructor(private readonly options: SimulatedClientOptions) {
    this.workload = new Workload(options.random, options.name)
  }

  start(): void {
    this.connectLater()
    this.work()
  }

  /** Asks nothing more, and goes on keeping its session. */
  rest(): void {
    this.isBusy = false
  }

  /** Is gone, as a client that is killed: its session has to expire. */
  vanish(): void {
    this.isOver = true
    this.connection?.destroy()
  }

  get sessionId(): SessionId {
    return this.session?.id ?? 0n
  }

  private ask(request: Request): void {
    const xid = this.nextXid++
    this.isLeaving = request.op === 'closeSession'
    this.inFlight.set(xid, request)
    this.history!.ask(xid, request)
    void this.connection!.request(request, xid).catch(() => {})
  }

  private work(): void {
    if (this.isOver) return
    const { queue, random, pace } = this.options
    queue.after(random.part() * pace, () => this.work())
    if (!this.isReady) return
    if (this.isBusy && !this.isLeaving && this.inFlight.size < 4) this.ask(this.workload.next())
    const { timeOut } = this.session!
    const silence = queue.now - this.heardAt
    if (silence > (timeOut * 2) / 3) this.connection!.destroy()
    else if (silence > timeOut / 3) void this.connection!.ping().catch(() => {})
  }

  private connectLater(): void {
    const { queue, random } = this.options
    queue.after(random.part() * 1000, () => {
      if (!this.isOver) void this.connect()
    })
  }

  private async connect(): Promise<void> {
    const { network, hosts, random, port, timeOut } = this.options
    const host = hosts[random.below(hosts.length)]!
    try {
      await network.connect({ host, port }, timeOut / 3, (link) => this.use(link))
    } catch {
      this.connectLater()
    }
  }

  private use(link: Link) {
    const { queue, timeOut } = this.options
    const client = new Client({
      send: (bytes) => link.send(bytes),
      end: () => link.end(),
      destroy: () => link.close(),
      pause: () => link.pause(),
      resume: () => link.resume(),
    })
    this.connection = client
    this.heardAt = queue.now
    const { session } = this
    void client
      .greet({
        timeOut,
        lastZxidSeen: this.history?.lastSeen ?? 0n,
        ...(session === undefined ? {} : { sessionId: session.id, passwd: session.passwd }),
      })
      .catch(() => {})
    queue.after(timeOut / 3, () => {
      if (client.response === undefined) client.destroy()
    })
    return {
      received: (bytes: Buffer) => {
        this.heardAt = queue.now
        client.received(bytes)
        this.take(client)
      },
      drained: () => {},
      ended: () => {
        client.ended()
        this.lost(client)
      },
    }
  }

  private take(client: Client): void {
    this.options.judge(() => {
      for (const event of client.events.splice(0)) if (client === this.connection) this.hear(event)
    })
  }

  private hear(event: ClientEvent): void {
    switch (event.type) {
      case 'connected':
        return this.connected(event.response)
      case 'notification':
        return this.history!.notified(event.notification)
      case 'reply': {
        const { reply, op } = event
        if (op === 'setWatches') return this.history!.watchesSet(reply.zxid)
        const request = this.inFlight.get(reply.xid)
        this.inFlight.delete(reply.xid)
        this.history!.replied(reply)
        if (request === undefined) return
        this.workload.answered(request, reply)
        return
      }
      case 'closed':
    }
  }

  private connected({ timeOut, sessionId, passwd }: NonNullable<Client['response']>): void {
    if (timeOut === 0) {
      this.history?.expired()
      this.forgetSession()
      this.connection!.destroy()
      return
    }
    if (this.session === undefined) {
      this.session = { id: sessionId, passwd, timeOut }
      this.history = this.options.historyOf(sessionId)
      this.nextXid = 1
      this.workload.newSession()
    } else {
      this.setWatches()
    }
    this.isReady = true
  }

  /** The next connection begins another session. */
  private forgetSession(): void {
    this.session = undefined
    this.history = undefined
    this.isLeaving = false
  }

  private setWatches(): void {
    const history = this.history!
    const { data, exist, child } = history.outstanding()
    history.reconnected()
    if (data.length + exist.length + child.length === 0) return
    const request: Request = {
      op: 'setWatches',
      relativeZxid: history.lastSeen,
      dataWatches: data,
      existWatches: exist,
      childWatches: child,
    }
    void this.connection!.request(request).catch(() => {})
  }

  private lost(client: Client): void {
    if (client !== this.connection) return
    this.isReady = false
    this.inFlight = new Map()
    this.history?.disconnected()
    this.connection = undefined
    if (this.isLeaving) this.forgetSession()
    this.connectLater()
  }
}

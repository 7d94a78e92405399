/**
 * The connections between election ports: one for each pair of servers, the one that the larger sid has opened (ELECTION-70). What is
 * said over them is the election's; what of it may be lost, and what is said again, is decided here (ELECTION-75, ELECTION-76).
 */
import type { Logger } from '../platform/logger.js'
import type { Link, LinkListener, PeerAddress, PeerNetwork, PeerPort } from '../platform/peer-network.js'
import { FrameError } from '../wire/frames.js'
import { MarshallingError } from '../wire/marshalling-error.js'
import { ElectionStream } from '../wire/peer/election-stream.js'
import {
  type HostPort,
  type InitialMessage,
  initialMessageBytes,
  unnumberedObserver,
} from '../wire/peer/initial-message.js'
import { type Notification, notificationBytes, readNotification } from '../wire/peer/notification.js'

export interface ConnectionsOptions {
  readonly sid: bigint
  /** This server's election addresses, as the others know them. */
  readonly addresses: readonly HostPort[]
  /** The other servers' election addresses, by sid. */
  readonly peers: ReadonlyMap<bigint, readonly PeerAddress[]>
  readonly network: PeerNetwork
  /** Milliseconds that a connection may take to be made. */
  readonly connectTimeout: number
  readonly logger: Logger
  /** Another server has told something. */
  readonly heard: (from: bigint, notification: Notification) => void
}

/** What there is with another server. */
interface Peer {
  link: Link | undefined
  isDialling: boolean
  /** A notification that could not be sent yet: the newest alone (ELECTION-75). */
  waiting: Buffer | undefined
  /** What was sent last. */
  sent: Buffer | undefined
}

export class ElectionConnections {
  private readonly peers = new Map<bigint, Peer>()
  private ports: PeerPort[] = []
  private readonly accepted = new Set<Link>()
  private isClosed = false
  /** Observers without a number are called by numbers below 0 (ELECTION-71). */
  private nextUnnumbered = -1n
  /** Who this server is, as it says first. */
  private readonly greeting: Buffer

  /** @throws RangeError where its addresses take more than the initial message has room for */
  constructor(private readonly options: ConnectionsOptions) {
    this.greeting = initialMessageBytes(options)
  }

  /** Opens this server's ports. Rejects when one can't be had. */
  async listen(addresses: readonly PeerAddress[]): Promise<void> {
    for (const address of addresses)
      this.ports.push(await this.options.network.listen(address, (link) => this.accept(link)))
  }

  /** Ends every connection, and closes the ports. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const { link } of this.peers.values()) link?.close()
    for (const link of this.accepted) link.close()
    await Promise.all(this.ports.map((port) => port.close()))
  }

  /** Tells another server, now or as soon as there is a connection. */
  send(to: bigint, notification: Omit<Notification, 'version'>): void {
    const peer = this.peerOf(to)
    peer.waiting = framed(notificationBytes(notification))
    if (peer.link === undefined) this.dial(to)
    else this.flush(peer)
  }

  /** Connects to the servers to which there is no connection. */
  connectAll(): void {
    for (const sid of this.options.peers.keys()) if (this.peerOf(sid).link === undefined) this.dial(sid)
  }

  private dial(to: bigint): void {
    const peer = this.peerOf(to)
    const addresses = this.options.peers.get(to)
    if (addresses === undefined || peer.isDialling || this.isClosed) return
    peer.isDialling = true
    void this.connect(to, addresses).finally(() => (peer.isDialling = false))
  }

  private async connect(to: bigint, addresses: readonly PeerAddress[]): Promise<void> {
    const { network, connectTimeout, sid } = this.options
    for (const address of addresses) {
      try {
        const link = await network.connect(address, connectTimeout, (made) => this.listenTo(made, to, false))
        link.send(this.greeting)
        // ELECTION-70: the larger sid connects back, now that it knows who has asked.
        if (this.isClosed) link.close()
        else if (sid < to) link.end()
        else this.use(to, link)
        return
      } catch {
        // It may be down: it is told again in time (ELECTION-35).
      }
    }
  }

  private accept(link: Link): LinkListener {
    this.accepted.add(link)
    return this.listenTo(link, undefined, true)
  }

  /** What comes in on a connection. `from`: who is at the other end, where that is known. */
  private listenTo(link: Link, known: bigint | undefined, isAccepted: boolean): LinkListener {
    let from = known
    const stream = new ElectionStream(isAccepted, {
      initial: (message) => {
        from = this.admit(link, message)
      },
      message: (bytes) => {
        if (from !== undefined) this.hear(from, bytes)
      },
    })
    return {
      received: (bytes) => {
        try {
          stream.push(bytes)
        } catch (error) {
          if (!(error instanceof MarshallingError || error instanceof FrameError)) throw error
          this.refuse(link, error.message)
        }
      },
      drained: () => {
        if (from !== undefined) this.flush(this.peerOf(from))
      },
      ended: () => {
        this.accepted.delete(link)
        if (from === undefined) return
        const peer = this.peerOf(from)
        if (peer.link === link) peer.link = undefined
      },
    }
  }

  /** Says who has connected, if the connection is to be used. */
  private admit(link: Link, { sid: from }: InitialMessage): bigint | undefined {
    const { sid, peers } = this.options
    if (from === unnumberedObserver) {
      const called = this.nextUnnumbered--
      this.use(called, link)
      return called
    }
    if (from === sid) this.refuse(link, `it says that it is server ${sid}, as this one is`)
    else if (!peers.has(from)) this.refuse(link, `server ${from} is not in the configuration`)
    else if (from < sid) this.connectBack(from, link)
    else {
      this.use(from, link)
      return from
    }
    return undefined
  }

  /** ELECTION-70: a smaller sid has said who it is; what connection there was is of before. */
  private connectBack(to: bigint, link: Link): void {
    link.close()
    const peer = this.peerOf(to)
    peer.link?.close()
    peer.link = undefined
    this.dial(to)
  }

  /** A connection takes the place of the one before. */
  private use(sid: bigint, link: Link): void {
    const peer = this.peerOf(sid)
    peer.link?.close()
    peer.link = link
    // ELECTION-76
    peer.waiting ??= peer.sent
    this.flush(peer)
  }

  private flush(peer: Peer): void {
    const { link, waiting } = peer
    if (link === undefined || waiting === undefined || link.unsent > 0) return
    peer.sent = waiting
    peer.waiting = undefined
    link.send(waiting)
  }

  private hear(from: bigint, bytes: Buffer): void {
    try {
      this.options.heard(from, readNotification(bytes))
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error
      // ELECTION-74: the message is dropped, the connection stays.
      this.options.logger.warn({ from: String(from) }, `notification dropped: ${error.message}`)
    }
  }

  private refuse(link: Link, why: string): void {
    this.options.logger.warn({ peer: link.peer }, `connection on the election port closed: ${why}`)
    link.close()
  }

  private peerOf(sid: bigint): Peer {
    const known = this.peers.get(sid)
    if (known !== undefined) return known
    const peer: Peer = { link: undefined, isDialling: false, waiting: undefined, sent: undefined }
    this.peers.set(sid, peer)
    return peer
  }
}

/** ELECTION-72: a message with its length before it. */
function framed(bytes: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeInt32BE(bytes.length)
  return Buffer.concat([head, bytes])
}

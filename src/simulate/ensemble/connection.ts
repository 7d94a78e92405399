/** A connection of the simulated network: two ends, and what is on its way between them. */
import type { Link, LinkListener } from '../../platform/peer-network.js'
import type { EventQueue } from './event-queue.js'

/** Bytes that the systems at both ends hold for a program that does not read. */
const room = 64 * 1024

/** `end`: what was sent before arrives first. */
type Item = Buffer | 'end'

/** What a connection needs of its network. */
export interface Wires {
  readonly queue: EventQueue
  /** How long the next piece takes, in milliseconds. */
  delay(): number
  /** How much of so many bytes arrives at once. */
  pieceOf(length: number): number
  isCut(from: string, to: string): boolean
  isOff(host: string): boolean
  forget(connection: Connection): void
}

export class Connection {
  readonly ends: readonly [End, End]

  constructor(
    readonly network: Wires,
    from: string,
    to: string,
  ) {
    const first = new End(this, from)
    const second = new End(this, to)
    first.other = second
    second.other = first
    this.ends = [first, second]
  }

  isBetween(a: string, b: string): boolean {
    const [first, second] = this.ends
    return (first.host === a && second.host === b) || (first.host === b && second.host === a)
  }

  /** A cut has healed. */
  goOn(from: string, to: string): void {
    for (const end of this.ends) if (end.host === from && end.other.host === to) end.deliverLater()
  }

  reset(): void {
    for (const end of this.ends) end.endLater()
  }

  leave(host: string, isOff: boolean): void {
    for (const end of this.ends) if (end.host === host) end.vanish(isOff)
  }

  joined(host: string): void {
    for (const end of this.ends) if (end.host === host && end.isGone) end.other.endLater()
  }
}

/** One end: what it sends is in its queue until it arrives at the other. */
export class End implements Link {
  other!: End
  /** The program that had it is gone. */
  isGone = false
  private listener: LinkListener | undefined
  private readonly queue: Item[] = []
  private queued = 0
  private isOver = false
  private isPaused = false
  private isSending = false
  private isClosing = false
  private hasOverflowed = false

  constructor(
    private readonly connection: Connection,
    readonly host: string,
  ) {}

  get peer(): string {
    return this.other.host
  }

  get unsent(): number {
    return Math.max(0, this.queued - room)
  }

  attach(listener: (link: Link) => LinkListener): void {
    this.listener = listener(this)
    // What ended it while nobody listened yet is told now.
    if (this.isOver) this.connection.network.queue.after(0, () => this.listener?.ended())
    else this.other.deliverLater()
  }

  send(bytes: Uint8Array): void {
    if (this.isOver || this.isClosing || bytes.length === 0) return
    this.put(Buffer.from(bytes))
    this.queued += bytes.length
    if (this.unsent > 0) this.hasOverflowed = true
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    this.other.deliverLater()
  }

  end(): void {
    if (this.isOver || this.isClosing) return
    this.isClosing = true
    this.put('end')
  }

  close(): void {
    if (this.isOver) return
    this.end()
    this.endLater()
  }

  /** Ends this end, whatever is on its way to it. */
  endLater(): void {
    this.connection.network.queue.after(0, () => this.finish())
  }

  /** The program that had it is gone. `isSilent`: nobody ends it for it. */
  vanish(isSilent: boolean): void {
    this.isGone = true
    this.isOver = true
    this.listener = undefined
    if (isSilent) {
      this.queue.length = 0
      return
    }
    this.put('end')
  }

  /** What is first in the queue goes on its way, unless something is on it. */
  deliverLater(): void {
    if (this.isSending || this.queue.length === 0) return
    this.isSending = true
    const { network } = this.connection
    network.queue.after(network.delay(), () => {
      this.isSending = false
      this.deliver()
    })
  }

  private put(item: Item): void {
    this.queue.push(item)
    this.deliverLater()
  }

  private deliver(): void {
    const { other } = this
    const { network } = this.connection
    if (network.isCut(this.host, other.host) || network.isOff(other.host)) return
    if (other.isOver) {
      // Nobody is there: the other system says so.
      this.queue.length = 0
      if (other.isGone) this.endLater()
      return
    }
    if (other.listener === undefined || other.isPaused) return
    this.hand(other)
    this.deliverLater()
  }

  /** What has come together by now arrives in one piece, or in part. */
  private hand(other: End): void {
    if (this.queue[0] === 'end') {
      this.queue.length = 0
      other.finish()
      return
    }
    const end = this.queue.indexOf('end')
    const whole = Buffer.concat(this.queue.splice(0, end < 0 ? this.queue.length : end) as Buffer[])
    const length = this.connection.network.pieceOf(whole.length)
    if (length < whole.length) this.queue.unshift(whole.subarray(length))
    this.queued -= length
    other.listener!.received(whole.subarray(0, length))
    if (this.queued === 0 && this.hasOverflowed && !this.isOver) {
      this.hasOverflowed = false
      this.listener?.drained()
    }
  }

  /** It has ended, and its program hears of it; so does the other, when what was sent has arrived. */
  private finish(): void {
    if (this.isOver) return
    this.end()
    this.isOver = true
    this.other.queue.length = 0
    this.listener?.ended()
    if (this.other.isOver) this.connection.network.forget(this.connection)
  }
}

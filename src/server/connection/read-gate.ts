/**
 * When a connection is read: not while its output waits to be taken (a client that never reads), nor while it has requests
 * in progress and the server as a whole has too many (a flood). So neither can make the server's memory grow.
 */

/** What a gate switches. */
export interface Gated {
  pause(): void
  resume(): void
}

export class ReadGate {
  private isFull = false
  private isThrottled = false

  constructor(private readonly gated: Gated) {}

  /** Whether the connection is read. */
  get isOpen(): boolean {
    return !this.isFull && !this.isThrottled
  }

  /** WIRE-81: its output waits to be taken, or does no longer. */
  setFull(isFull: boolean): void {
    const wasOpen = this.isOpen
    this.isFull = isFull
    this.turned(wasOpen)
  }

  /** WIRE-80: there is too much in progress, and some of it is its own; or no longer. */
  setThrottled(isThrottled: boolean): void {
    const wasOpen = this.isOpen
    this.isThrottled = isThrottled
    this.turned(wasOpen)
  }

  private turned(wasOpen: boolean): void {
    if (wasOpen === this.isOpen) return
    if (wasOpen) this.gated.pause()
    else this.gated.resume()
  }
}

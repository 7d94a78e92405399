/** What a server and its connections count, for the four-letter words. Latencies in milliseconds. */

/** The least, mean and greatest of what was added. */
export class Latency {
  /** -1: nothing was added. Small integers all, which V8 keeps in the object itself. */
  private least = -1
  private greatest = 0
  private sum = 0
  private count = 0

  add(value: number): void {
    const whole = value | 0
    if (whole < this.least || this.least < 0) this.least = whole
    if (whole > this.greatest) this.greatest = whole
    this.sum += whole
    this.count++
  }

  get min(): number {
    return this.count === 0 ? 0 : this.least
  }

  get max(): number {
    return this.greatest
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count
  }

  reset(): void {
    this.least = -1
    this.greatest = 0
    this.sum = 0
    this.count = 0
  }
}

/** What the server counts as a whole. */
export class ServerStats {
  readonly latency = new Latency()
  packetsReceived = 0
  packetsSent = 0
  bytesReceived = 0
  connectionsRejected = 0
  connectionsDropped = 0
  sessionlessExpired = 0
  authFailed = 0
  sessionsExpired = 0
  /** Sizes of replies in bytes; -1 before the first. */
  lastResponseSize = -1
  minResponseSize = -1
  maxResponseSize = -1

  response(size: number): void {
    this.lastResponseSize = size
    if (this.minResponseSize === -1 || size < this.minResponseSize) this.minResponseSize = size
    if (size > this.maxResponseSize) this.maxResponseSize = size
  }

  reset(): void {
    this.latency.reset()
    this.packetsReceived = 0
    this.packetsSent = 0
    this.lastResponseSize = -1
    this.minResponseSize = -1
    this.maxResponseSize = -1
  }
}

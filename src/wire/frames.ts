/**
 * Framing: a stream of bytes becomes frames, each a 4-byte length and that many bytes. Carries WIRE-12, WIRE-15, WIRE-16.
 */

/** Apache's default of `jute.maxbuffer`: bytes. */
export const defaultMaxBuffer = 0xfffff

/** A length that no frame may have. The connection can't go on: where the next frame starts is unknown. */
export class FrameError extends Error {
  override readonly name = 'FrameError'

  constructor(
    readonly length: number,
    readonly max: number,
  ) {
    super(`frame length ${length}: must be 0 to ${max} (jute.maxbuffer)`)
  }
}

/** Takes what a connection sends, gives whole frames. */
export class FrameSplitter {
  private pending: Buffer | undefined
  private filled = 0

  /** @param max the longest frame, in bytes */
  constructor(private readonly max: number = defaultMaxBuffer) {}

  /** Bytes of a frame that is not yet whole. */
  get buffered(): number {
    return this.filled
  }

  /**
   * Calls `onFrame` with each frame that is now whole: the bytes that hold it, where it starts and ends.
   * They are valid during the call. `onFrame` returns false to stop; the rest of the chunk is dropped.
   * @throws FrameError at a length that is negative or too large
   */
  push(chunk: Buffer, onFrame: (bytes: Buffer, start: number, end: number) => boolean | void): void {
    let at = 0
    const pending = this.pending
    if (pending !== undefined) {
      at = this.fill(pending, chunk)
      const whole = this.pending
      if (whole === undefined || this.filled < 4 || this.filled < 4 + whole.readInt32BE(0)) return
      const end = this.filled
      this.pending = undefined
      this.filled = 0
      if (onFrame(whole, 4, end) === false) return
    }
    while (chunk.length - at >= 4) {
      const length = this.checked(chunk.readInt32BE(at))
      const end = at + 4 + length
      if (end > chunk.length) break
      if (onFrame(chunk, at + 4, end) === false) return
      at = end
    }
    if (at < chunk.length) this.keep(chunk, at)
  }

  private checked(length: number): number {
    if (length < 0 || length > this.max) throw new FrameError(length, this.max)
    return length
  }

  /** Keeps the start of a frame. Memory grows with what has arrived, not with what a length announces. */
  private keep(chunk: Buffer, at: number): void {
    this.filled = chunk.length - at
    this.pending = Buffer.allocUnsafeSlow(Math.max(64, this.filled))
    chunk.copy(this.pending, 0, at)
  }

  /** Adds to the kept frame up to its end; returns how much of the chunk that took. */
  private fill(pending: Buffer, chunk: Buffer): number {
    let taken = 0
    if (this.filled < 4) {
      taken = Math.min(4 - this.filled, chunk.length)
      chunk.copy(pending, this.filled, 0, taken)
      this.filled += taken
      if (this.filled < 4) return taken
    }
    const total = 4 + this.checked(pending.readInt32BE(0))
    const more = Math.min(total - this.filled, chunk.length - taken)
    let into = pending
    if (this.filled + more > into.length) {
      into = Buffer.allocUnsafeSlow(Math.min(total, Math.max(this.filled + more, into.length * 2)))
      pending.copy(into, 0, 0, this.filled)
      this.pending = into
    }
    chunk.copy(into, this.filled, taken, taken + more)
    this.filled += more
    return taken + more
  }
}

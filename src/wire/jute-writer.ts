/**
 * Writes jute into one growing buffer, so that many records leave in one piece.
 */

/** A buffer with a position. `take` or `view` what was written; `clear` to start over in the same memory. */
export class JuteWriter {
  private bytes: Buffer
  /** Where the next byte goes. */
  position = 0

  /** @param size bytes to begin with; it doubles as needed */
  constructor(size = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  /** Makes room for `count` more bytes and returns where they start. */
  private room(count: number): number {
    const at = this.position
    const end = at + count
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.bytes.length * 2))
      this.bytes.copy(larger, 0, 0, at)
      this.bytes = larger
    }
    this.position = end
    return at
  }

  int(value: number): void {
    const at = this.room(4)
    this.bytes.writeInt32BE(value | 0, at)
  }

  long(value: bigint): void {
    const at = this.room(8)
    this.bytes.writeBigInt64BE(BigInt.asIntN(64, value), at)
  }

  /** A long from a number that it holds exactly, such as a time in milliseconds. */
  longFromNumber(value: number): void {
    const at = this.room(8)
    const high = Math.floor(value / 0x1_0000_0000)
    this.bytes.writeInt32BE(high | 0, at)
    this.bytes.writeUInt32BE((value - high * 0x1_0000_0000) >>> 0, at + 4)
  }

  bool(value: boolean): void {
    const at = this.room(1)
    this.bytes[at] = value ? 1 : 0
  }

  byte(value: number): void {
    const at = this.room(1)
    this.bytes[at] = value
  }

  /** A string, or null as length -1. A lone surrogate becomes `?`, as in Java. */
  string(value: string | null): void {
    if (value === null) {
      this.int(-1)
      return
    }
    // At most three bytes a UTF-16 unit.
    const most = value.length * 3
    const at = this.room(4 + most)
    const written = this.bytes.write(value, at + 4, most, 'utf8')
    if (written !== value.length && !value.isWellFormed()) {
      this.position = at
      this.string(value.replace(loneSurrogate, '?'))
      return
    }
    this.bytes.writeInt32BE(written, at)
    this.position = at + 4 + written
  }

  /** Bytes, or null as length -1. */
  buffer(value: Uint8Array | null): void {
    if (value === null) {
      this.int(-1)
      return
    }
    const at = this.room(4 + value.length)
    this.bytes.writeInt32BE(value.length, at)
    this.bytes.set(value, at + 4)
  }

  /** Bytes without a length before them. */
  raw(value: Uint8Array): void {
    const at = this.room(value.length)
    this.bytes.set(value, at)
  }

  /** A vector, or null as length -1. */
  vector<T>(elements: readonly T[] | null, element: (writer: JuteWriter, value: T) => void): void {
    if (elements === null) {
      this.int(-1)
      return
    }
    this.int(elements.length)
    for (const value of elements) element(this, value)
  }

  /** Starts a frame: leaves room for its length and returns what {@link endFrame} wants. */
  beginFrame(): number {
    return this.room(4)
  }

  /** Ends a frame: fills in its length. */
  endFrame(start: number): void {
    this.bytes.writeInt32BE(this.position - start - 4, start)
  }

  /** What was written, as a view that the next write or `clear` may change. */
  view(): Buffer {
    return this.bytes.subarray(0, this.position)
  }

  /** A copy of what was written; the writer is clear afterwards. */
  take(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.position)
    this.bytes.copy(copy, 0, 0, this.position)
    this.position = 0
    return copy
  }

  /** What was written, given away with its memory: the writer goes on in new memory. */
  release(): Buffer {
    const released = this.bytes.subarray(0, this.position)
    this.bytes = Buffer.allocUnsafeSlow(1024)
    this.position = 0
    return released
  }

  clear(): void {
    this.position = 0
  }
}

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

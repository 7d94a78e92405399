/**
 * Writes jute into one growing buffer, so that many records leave in one piece. Carries WIRE-10.
 */

/** A buffer with a position. `take` or `view` what was written; `clear` to start over in the same memory. */
export class JuteWriter {
  private bytes: Buffer
  /** The same memory: a DataView writes 64-bit numbers without making small ones of them first. */
  private words: DataView
  /** Where the next byte goes. */
  position = 0

  /** @param size bytes to begin with; it doubles as needed */
  constructor(size = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.words = viewOf(this.bytes)
  }

  /** Makes room for `count` more bytes and returns where they start. */
  private room(count: number): number {
    const at = this.position
    const end = at + count
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.bytes.length * 2))
      this.bytes.copy(larger, 0, 0, at)
      this.bytes = larger
      this.words = viewOf(larger)
    }
    this.position = end
    return at
  }

  int(value: number): void {
    const at = this.room(4)
    this.words.setInt32(at, value)
  }

  long(value: bigint): void {
    const at = this.room(8)
    this.words.setBigInt64(at, value)
  }

  /** A long from a number that it holds exactly, such as a time in milliseconds. */
  longFromNumber(value: number): void {
    const at = this.room(8)
    const high = Math.floor(value / 0x1_0000_0000)
    this.words.setInt32(at, high)
    this.words.setUint32(at + 4, value - high * 0x1_0000_0000)
  }

  bool(value: boolean): void {
    const at = this.room(1)
    this.bytes[at] = value ? 1 : 0
  }

  byte(value: number): void {
    const at = this.room(1)
    this.bytes[at] = value
  }

  /**
   * A string, or null as length -1: UTF-8, and `?` for a lone surrogate. Apache's jute writes every surrogate by itself,
   * in three bytes which it does not read back as the same; what is written here, it reads.
   */
  string(value: string | null): void {
    if (value === null) {
      this.int(-1)
      return
    }
    // At most three bytes a UTF-16 unit.
    const most = value.length * 3
    const at = this.room(4 + most)
    if (value.length <= shortString && this.ascii(value, at + 4)) {
      this.words.setInt32(at, value.length)
      this.position = at + 4 + value.length
      return
    }
    const written = this.bytes.write(value, at + 4, most, 'utf8')
    if (written !== value.length && !value.isWellFormed()) {
      this.position = at
      this.string(value.replace(loneSurrogate, '?'))
      return
    }
    this.words.setInt32(at, written)
    this.position = at + 4 + written
  }

  /** Writes a string of ASCII; false at the first character that isn't. Of a short one, quicker than a call of the system's. */
  private ascii(value: string, at: number): boolean {
    const { bytes } = this
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) return false
      bytes[at + i] = unit
    }
    return true
  }

  /** Bytes, or null as length -1. */
  buffer(value: Uint8Array | null): void {
    if (value === null) {
      this.int(-1)
      return
    }
    const at = this.room(4 + value.length)
    this.words.setInt32(at, value.length)
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
    this.words.setInt32(start, this.position - start - 4)
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
    this.words = viewOf(this.bytes)
    this.position = 0
    return released
  }

  clear(): void {
    this.position = 0
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Characters up to which a string counts as short. */
const shortString = 64
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

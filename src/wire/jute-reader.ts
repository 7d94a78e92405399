/**
 * Reads jute, ZooKeeper's big-endian serialisation: what every record on the wire and on disk is made of.
 * Never reads past its end, never allocates by a length that it has not checked against what is there.
 * Carries WIRE-10, WIRE-11, WIRE-12.
 */
import { MarshallingError } from './marshalling-error.js'

/** A cursor over bytes. One may be reused for frame after frame with {@link JuteReader.reset}. */
export class JuteReader {
  private bytes: Buffer
  private at: number
  private end: number
  private start: number
  /** The same memory, once it is asked for a long: a DataView reads one without making small ones of it first. */
  private words: DataView | undefined
  private isKeeping = false
  /** Where the first null path stood, since the last {@link reset}; -1 where none did. */
  nullPathAt = -1

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.start = start
    this.at = start
    this.end = end
  }

  /** Starts over on other bytes. */
  reset(bytes: Buffer, start: number, end: number): this {
    if (bytes !== this.bytes) this.words = undefined
    this.bytes = bytes
    this.start = start
    this.at = start
    this.end = end
    this.nullPathAt = -1
    return this
  }

  /**
   * From here on small buffers are kept several in one piece of memory: much less work where many are read that live on
   * together, as a snapshot's do, and a waste where one of them outlives the others.
   */
  keepTogether(): this {
    this.isKeeping = true
    return this
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.at - this.start
  }

  /** Bytes left. */
  get remaining(): number {
    return this.end - this.at
  }

  /** A copy of the bytes left, which stay to be read. */
  copyRest(): Buffer {
    return Buffer.from(this.bytes.subarray(this.at, this.end))
  }

  /** An error at the current byte. */
  error(expected: string, found: string, at = this.at): MarshallingError {
    return new MarshallingError(at - this.start, expected, found)
  }

  private need(count: number, what: string): number {
    const at = this.at
    if (count > this.end - at) throw this.error(`${what} of ${count} bytes`, `${this.end - at} bytes left`)
    this.at = at + count
    return at
  }

  int(): number {
    return this.bytes.readInt32BE(this.need(4, 'an int'))
  }

  long(): bigint {
    const at = this.need(8, 'a long')
    this.words ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
    return this.words.getBigInt64(at)
  }

  /** A long that counts milliseconds: exact up to 2^53. */
  time(): number {
    const at = this.need(8, 'a long')
    return this.bytes.readInt32BE(at) * 0x1_0000_0000 + this.bytes.readUInt32BE(at + 4)
  }

  /** Passes over these bytes if they come next; says whether they did. */
  skip(expected: Uint8Array): boolean {
    const { bytes, at } = this
    if (expected.length > this.end - at) return false
    for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false
    this.at = at + expected.length
    return true
  }

  /** Any byte but 0 is true, as Java reads it. */
  bool(): boolean {
    return this.bytes[this.need(1, 'a boolean')] !== 0
  }

  /** A single byte, for framing that is not jute's. */
  byte(): number {
    return this.bytes[this.need(1, 'a byte')] as number
  }

  /** The length of a string or a buffer: -1 says null. Any other negative, or more than `max`, is an error. */
  private length(what: string, max: number): number {
    const length = this.int()
    if (length < -1 || length > max) {
      throw this.error(`the length of ${what}, -1 to ${max}`, String(length), this.at - 4)
    }
    return length
  }

  /** A string; null when its length is -1. Bytes that aren't UTF-8 become U+FFFD, as in Java. */
  nullableString(): string | null {
    const length = this.length('a string', this.end - this.at - 4)
    if (length < 0) return null
    const at = this.need(length, 'a string')
    return this.bytes.toString('utf8', at, at + length)
  }

  /** A string that may not be null. */
  string(): string {
    const value = this.nullableString()
    if (value === null) throw this.error('a string', 'null', this.at - 4)
    return value
  }

  /** A path: a null one reads as empty, and is remembered. What to make of it is known when the record is read. */
  path(): string {
    const value = this.nullableString()
    if (value === null && this.nullPathAt < 0) this.nullPathAt = this.at - 4 - this.start
    return value ?? ''
  }

  /** A copy of a buffer's bytes, which the caller may keep; null when its length is -1. */
  buffer(): Buffer | null {
    const length = this.length('a buffer', this.end - this.at - 4)
    if (length < 0) return null
    const at = this.need(length, 'a buffer')
    const copy = this.isKeeping ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length)
    this.bytes.copy(copy, 0, at, at + length)
    return copy
  }

  /**
   * A vector; null when its count is -1, and empty for other negative counts. `least` is the fewest bytes that an element takes,
   * so that a length without the bytes to match is refused before anything is allocated.
   */
  vector<T>(least: number, element: (reader: JuteReader) => T): T[] | null {
    const count = this.int()
    if (count === -1) return null
    const most = Math.floor((this.end - this.at) / least)
    if (count > most) throw this.error(`the count of a vector, at most ${most}`, String(count), this.at - 4)
    const elements: T[] = []
    for (let i = 0; i < count; i++) elements.push(element(this))
    return elements
  }

  /** What is left, as a view: valid as long as the bytes underneath are. */
  rest(): Buffer {
    const rest = this.bytes.subarray(this.at, this.end)
    this.at = this.end
    return rest
  }
}

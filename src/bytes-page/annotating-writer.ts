/** A jute writer that remembers each field it writes: where its bytes stand, its type and its value. For pages, not for servers. */
import { JuteWriter } from '../wire/jute-writer.js'

/** A field as it was written. */
export interface WrittenField {
  readonly type: 'int' | 'long' | 'boolean' | 'ustring' | 'buffer'
  /** Bytes `start` up to, not including, `end` of what the writer holds; the length before a string or a buffer is among them. */
  readonly start: number
  readonly end: number
  readonly value: string
}

export class AnnotatingWriter extends JuteWriter {
  readonly fields: WrittenField[] = []
  /** Whether a field is under way that is itself made of others: a null string is an int. */
  private isWithin = false

  override int(value: number): void {
    this.note('int', String(value), () => super.int(value))
  }

  override long(value: bigint): void {
    this.note('long', shownLong(value), () => super.long(value))
  }

  override longFromNumber(value: number): void {
    this.note('long', String(value), () => super.longFromNumber(value))
  }

  override bool(value: boolean): void {
    this.note('boolean', String(value), () => super.bool(value))
  }

  override string(value: string | null): void {
    this.note('ustring', value === null ? 'null' : JSON.stringify(value), () => super.string(value))
  }

  override buffer(value: Uint8Array | null): void {
    this.note('buffer', shownBuffer(value), () => super.buffer(value))
  }

  /** The length of a frame is a field too; what it comes to is known at the frame's end. */
  override beginFrame(): number {
    const start = super.beginFrame()
    this.fields.push({ type: 'int', start, end: start + 4, value: '' })
    return start
  }

  override endFrame(start: number): void {
    super.endFrame(start)
    const at = this.fields.findIndex((field) => field.start === start)
    this.fields[at] = { ...this.fields[at]!, value: String(this.position - start - 4) }
  }

  private note(type: WrittenField['type'], value: string, write: () => void): void {
    if (this.isWithin) return write()
    const start = this.position
    this.isWithin = true
    write()
    this.isWithin = false
    this.fields.push({ type, start, end: this.position, value })
  }
}

/** Small numbers are counted, large ones are ids: these are easier to find in the bytes as hexadecimal. */
function shownLong(value: bigint): string {
  return value >= 0x1_0000n ? `0x${value.toString(16)}` : String(value)
}

function shownBuffer(value: Uint8Array | null): string {
  if (value === null) return 'null'
  const isText = value.length > 0 && value.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText ? `${value.length} bytes: ${Buffer.from(value).toString('latin1')}` : `${value.length} bytes`
}

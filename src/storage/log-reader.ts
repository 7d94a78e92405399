/**
 * Reads a log, record by record, through a window that moves over the file: no more of it is in memory at a time.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Disk, ReadFile } from './disk.js'
import { isLogHeader, logHeaderSize, nextRecord, type RecordAt, recordAt } from './log-format.js'

/** Bytes of a log that are read at a time. */
const windowSize = 1 << 20

export class LogReader {
  private readonly file: ReadFile
  private window = Buffer.allocUnsafeSlow(windowSize)
  /** What the window holds, where in the file that begins, and where in it the next record stands. */
  private bytes = this.window.subarray(0, 0)
  private from = 0
  private at = 0

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
  ) {
    this.file = disk.open(path)
    this.more()
  }

  /** Where in the file the next record stands. */
  get offset(): number {
    return this.from + this.at
  }

  /** Passes over the header; false if the file begins otherwise. */
  header(): boolean {
    if (!isLogHeader(this.bytes)) return false
    this.at = logHeaderSize
    return true
  }

  /** What stands here; of a transaction up to the zxid `after`, only that it does. */
  next(after: Zxid): RecordAt {
    for (;;) {
      const found = recordAt(this.bytes, this.at, after)
      if (found.kind === 'record' || found.kind === 'earlier') {
        this.at = found.end
        return found
      }
      // An end shows in twelve zeros; fewer of them, or half a record, may just be what the window has of it.
      if (found.kind === 'end' && this.bytes.length - this.at >= 12) return found
      if (!this.more()) return found
    }
  }

  get size(): number {
    return this.disk.size(this.path)
  }

  /** Whether there is nothing but zeros from an offset to the end of the file. */
  isZeroFrom(offset: number): boolean {
    const zeros = Buffer.alloc(windowSize)
    const window = Buffer.allocUnsafeSlow(windowSize)
    for (let from = offset; ;) {
      const got = this.file.read(window, 0, windowSize, from)
      if (got === 0) return true
      if (window.compare(zeros, 0, got, 0, got) !== 0) return false
      from += got
    }
  }

  /** Where the next whole record behind this place starts, if there is one. */
  laterRecord(): number | undefined {
    return nextRecord(this.disk.read(this.path), this.offset + 1)
  }

  close(): void {
    this.file.close()
  }

  /** Moves the window to the next record, and reads on; false at the end of the file. */
  private more(): boolean {
    const left = this.bytes.subarray(this.at)
    if (left.length > this.window.length / 2) this.window = Buffer.allocUnsafeSlow(this.window.length * 2)
    this.window.set(left)
    this.from += this.at
    this.at = 0
    const room = this.window.length - left.length
    const got = this.file.read(this.window, left.length, room, this.from + left.length)
    this.bytes = this.window.subarray(0, left.length + got)
    return got > 0
  }
}

/**
 * The transaction log's format: a header, then records of checksum, length, transaction and an end mark, then zeros up to
 * where the file was grown to. Apache's own format, byte for byte.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { JuteWriter } from '../wire/index.js'
import {
  JuteReader,
  MarshallingError,
  readTransaction,
  readTxnHeader,
  writeTransaction,
} from '../wire/index.js'
import type { Transaction } from '../tree/txn.js'
import { adler32 } from './adler32.js'

/** `ZKLG`. */
const magic = 0x5a4b_4c47
const version = 2
/** Bytes of the header: magic, version, database id. */
export const logHeaderSize = 16
/** Bytes of a record around its transaction: checksum, length, end mark. */
const frameSize = 13
const endMark = 0x42

/** A log's header. */
export function logHeader(): Buffer {
  const header = Buffer.alloc(logHeaderSize)
  header.writeInt32BE(magic, 0)
  header.writeInt32BE(version, 4)
  return header
}

/** Whether bytes begin with a log's header. */
export function isLogHeader(bytes: Buffer): boolean {
  return bytes.length >= logHeaderSize && bytes.readInt32BE(0) === magic && bytes.readInt32BE(4) === version
}

/** Appends a record to what is to be written. */
export function writeRecord(writer: JuteWriter, transaction: Transaction): void {
  const start = writer.position
  writer.long(0n)
  writer.int(0)
  writeTransaction(writer, transaction)
  const end = writer.position
  writer.byte(endMark)
  const bytes = writer.view()
  // The checksum is 32 bits in a field of 64.
  bytes.writeUInt32BE(adler32(bytes, start + 12, end), start + 4)
  bytes.writeInt32BE(end - start - 12, start + 8)
}

/** What stands at an offset of a log. */
export type RecordAt =
  | { readonly kind: 'record'; readonly transaction: Transaction; readonly end: number }
  /** A whole record of a transaction that nobody asked for. */
  | { readonly kind: 'earlier'; readonly end: number }
  /** Zeros or nothing: the log ends here. */
  | { readonly kind: 'end' }
  /** A record of which the end is not there. */
  | { readonly kind: 'bad'; readonly problem: string }

const reader = new JuteReader(Buffer.alloc(0))

/** Reads the record at an offset. Of a transaction up to the zxid `after` it looks no further than at the checksum. */
export function recordAt(bytes: Buffer, at: number, after: Zxid = -1n): RecordAt {
  const left = bytes.length - at
  if (left < 12)
    return isZero(bytes, at)
      ? { kind: 'end' }
      : { kind: 'bad', problem: 'a record of which only the start is there' }
  const length = bytes.readInt32BE(at + 8)
  if (length === 0) {
    return bytes.readBigInt64BE(at) === 0n
      ? { kind: 'end' }
      : { kind: 'bad', problem: 'a record without a transaction' }
  }
  if (length < 0) return { kind: 'bad', problem: `a record of length ${length}` }
  if (left < length + frameSize)
    return { kind: 'bad', problem: `a record of ${length} bytes of which ${left - 12} are there` }
  const start = at + 12
  const end = start + length
  if (bytes.readUInt32BE(at) !== 0 || bytes.readUInt32BE(at + 4) !== adler32(bytes, start, end))
    return { kind: 'bad', problem: 'a record whose checksum is wrong' }
  if (bytes[end] !== endMark) return { kind: 'bad', problem: 'a record without its end mark' }
  try {
    if (after >= 0n && readTxnHeader(reader.reset(bytes, start, end)).zxid <= after)
      return { kind: 'earlier', end: end + 1 }
    return { kind: 'record', transaction: readTransaction(reader.reset(bytes, start, end)), end: end + 1 }
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error
    return { kind: 'bad', problem: `a record that is no transaction (${error.message})` }
  }
}

/**
 * Where the next whole record after an offset starts, if there is one: then what is bad before it was not the end of the log.
 */
export function nextRecord(bytes: Buffer, from: number): number | undefined {
  for (let at = from; at + frameSize < bytes.length; at++) {
    // Cheap signs first: the checksum's high half is zero, the length fits, the end mark is where it should be.
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 0 || bytes[at + 3] !== 0) continue
    const length = bytes.readInt32BE(at + 8)
    const end = at + 12 + length
    if (length < 32 || end >= bytes.length || bytes[end] !== endMark) continue
    if (bytes.readUInt32BE(at + 4) === adler32(bytes, at + 12, end)) return at
  }
  return undefined
}

function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

/** Reads the log from a zxid on, for a leader that brings a learner up to date from its disk (BROADCAST-34). */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import { type Disk, inFolder } from './disk.js'
import type { Folders } from './folders.js'
import { logHeaderSize } from './log-format.js'
import { LogReader } from './log-reader.js'
import { follows, type NamedFile, sorted } from './names.js'

/** A transaction with the bytes of its record, or something that can't be read. */
type Found = { readonly transaction: Transaction; readonly size: number } | 'broken'

/**
 * The transactions from the last one at or before `zxid` up to the last one before `before`, in order. None where the log does not
 * reach back so far, where something is missing between them, or where their records are more than `limitBytes`. A log may be
 * appended to meanwhile: whether it is written up to `before`, the last one tells. Throws what the disk throws.
 */
export function readLogFrom(
  disk: Disk,
  folders: Folders,
  zxid: Zxid,
  before: Zxid,
  limitBytes: number,
): readonly Transaction[] {
  if (before <= zxid) return []
  const logs = logsFrom(disk, folders.logs, zxid)
  let found: Transaction[] = []
  let bytes = 0
  for (const each of recordsOf(disk, folders.logs, logs)) {
    if (each === 'broken') return []
    const next = each.transaction.header.zxid
    const last = found.at(-1)?.header.zxid
    if (next >= before) break
    // Apache logs some transactions twice.
    if (last !== undefined && next <= last) continue
    if (next <= zxid) {
      found = []
      bytes = 0
    } else if (last === undefined || !follows(last, next)) return []
    found.push(each.transaction)
    bytes += each.size
    if (bytes > limitBytes) return []
  }
  return isWhole(disk, folders, found, before) ? found : []
}

/** The logs from the last one on that begins at or before a zxid; none if there is none. */
function logsFrom(disk: Disk, folder: string, zxid: Zxid): readonly NamedFile[] {
  const logs = sorted('log', disk.list(folder))
  const start = logs.findLastIndex(
    ({ name, zxid: first }) => first <= zxid && reaches(disk, folder, name, zxid),
  )
  return start === -1 ? [] : logs.slice(start)
}

function reaches(disk: Disk, folder: string, name: string, zxid: Zxid): boolean {
  const log = new LogReader(disk, inFolder(folder, name))
  try {
    return log.header() && log.next(zxid).kind === 'earlier'
  } finally {
    log.close()
  }
}

/** What stands in logs, up to what can't be read. */
function* recordsOf(disk: Disk, folder: string, logs: readonly NamedFile[]): Generator<Found> {
  for (const { name } of logs) {
    const log = new LogReader(disk, inFolder(folder, name))
    try {
      yield* recordsIn(log)
    } finally {
      log.close()
    }
  }
}

function* recordsIn(log: LogReader): Generator<Found> {
  if (!log.header()) {
    // A crash between creating a log and writing its header.
    if (log.size >= logHeaderSize && !log.isZeroFrom(0)) yield 'broken'
    return
  }
  for (;;) {
    const { offset } = log
    const found = log.next(-1n)
    if (found.kind === 'record') yield { transaction: found.transaction, size: log.offset - offset }
    else {
      // Zeros end a log, unless something follows them.
      if (found.kind !== 'end' || !log.isZeroFrom(log.offset)) yield 'broken'
      return
    }
  }
}

/**
 * Whether the log has the transaction of each snapshot that was taken meanwhile. Apache keeps its log when it is sent a snapshot: what
 * lies between the two is in no log, and where an epoch begins behind it, no gap shows.
 */
function isWhole(disk: Disk, folders: Folders, found: readonly Transaction[], before: Zxid): boolean {
  const [first] = found
  if (first === undefined) return true
  const logged = new Set(found.map(({ header }) => header.zxid))
  return sorted('snapshot', disk.list(folders.snapshots)).every(
    ({ zxid }) => zxid <= first.header.zxid || zxid >= before || logged.has(zxid),
  )
}

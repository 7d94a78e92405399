/**
 * Opens a data directory: the newest whole snapshot, then the transactions of the logs after it: all that was shown to anyone
 * (SERVICE-70). A tail that was torn by a
 * crash is cut off; what is corrupt before valid records, or in a log that is not the last, is refused.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import type { Logger } from '../../server/logger.js'
import { StorageError } from '../../storage/errors.js'
import { isLogHeader, logHeaderSize, nextRecord, type RecordAt, recordAt } from '../../storage/log-format.js'
import { logsAfter, sorted, versionFolder } from '../../storage/names.js'
import { readSnapshot } from '../../storage/snapshot-format.js'
import type { DataTree } from '../../tree/data-tree.js'
import type { Transaction } from '../../tree/txn.js'

/** Where a server's files are. */
export interface Folders {
  readonly snapshots: string
  readonly logs: string
}

/** What was found: the tree is filled, and these are the sessions with their timeouts in milliseconds. */
export interface Recovered {
  readonly sessions: ReadonlyMap<SessionId, number>
  /** Whether there was nothing at all. */
  readonly isFresh: boolean
  readonly transactions: number
}

/** Makes the folders if need be. Throws a {@link StorageError} when they can't be. */
export function openFolders(dataDir: string, dataLogDir: string | null): Folders {
  const folders = {
    snapshots: join(dataDir, versionFolder),
    logs: join(dataLogDir ?? dataDir, versionFolder),
  }
  for (const folder of Object.values(folders)) {
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw new StorageError(
        folder,
        `the folder can't be made (${(error as Error).message})`,
        'Choose another dataDir, or give this user the right to write there',
      )
    }
  }
  return folders
}

/** Fills a tree from a data directory. Throws a {@link StorageError} that says what can't be read, and what to do. */
export function recover(folders: Folders, tree: DataTree, trustEmpty: boolean, logger: Logger): Recovered {
  const sessions = new Map<SessionId, number>()
  const snapshot = loadSnapshot(folders.snapshots, tree, sessions, logger)
  const logs = sorted('log', readdirSync(folders.logs))
  if (snapshot === undefined && logs.length > 0 && !trustEmpty && hasRecords(folders.logs, logs)) {
    throw new StorageError(
      folders.snapshots,
      'there are logs but no snapshot, so what came before the logs is missing',
      'Restore the snapshots, or set snapshot.trust.empty=true if the logs are complete',
    )
  }
  const replay = new Replay(tree, sessions)
  const relevant = logsAfter(logs, snapshot ?? -1n)
  relevant.forEach(({ name }, index) => {
    const next = relevant[index + 1]?.zxid
    readLog(join(folders.logs, name), next, replay, logger)
  })
  return { sessions, isFresh: snapshot === undefined && logs.length === 0, transactions: replay.count }
}

/** Bytes of a log that are read at a time. */
const windowSize = 1 << 20

function hasRecords(folder: string, logs: readonly { name: string }[]): boolean {
  return logs.some(({ name }) => {
    const log = new LogFile(join(folder, name))
    try {
      return log.header() && log.next(-1n).kind === 'record'
    } finally {
      log.close()
    }
  })
}

/** Loads the newest snapshot that is whole; gives its zxid, undefined when there is none at all. */
function loadSnapshot(
  folder: string,
  tree: DataTree,
  sessions: Map<SessionId, number>,
  logger: Logger,
): Zxid | undefined {
  const snapshots = sorted('snapshot', readdirSync(folder)).reverse()
  for (const { name, zxid } of snapshots) {
    const file = join(folder, name)
    try {
      if (name.endsWith('.snappy')) throw new Error('it is compressed with snappy, which is not read here')
      const stored = readFileSync(file)
      const bytes = name.endsWith('.gz') ? gunzipSync(stored) : stored
      for (const [id, timeOut] of readSnapshot(bytes, tree, zxid)) sessions.set(id, timeOut)
      logger.debug({ file, znodes: tree.size }, 'snapshot read')
      return zxid
    } catch (error) {
      logger.warn({ file }, `snapshot left out: ${(error as Error).message}`)
    }
  }
  if (snapshots.length > 0) {
    throw new StorageError(
      folder,
      'none of the snapshots can be read',
      'Restore one from a backup, or start with an empty dataDir',
    )
  }
  return undefined
}

/** Applies logged transactions to the tree and to the sessions. */
class Replay {
  count = 0
  private readonly tree: DataTree
  private readonly sessions: Map<SessionId, number>

  constructor(tree: DataTree, sessions: Map<SessionId, number>) {
    this.tree = tree
    this.sessions = sessions
  }

  get last(): Zxid {
    return this.tree.lastProcessedZxid
  }

  apply(transaction: Transaction): void {
    const { header, txn } = transaction
    if (header.zxid <= this.last) return
    this.tree.apply(transaction, () => {})
    if (txn.op === 'createSession') this.sessions.set(header.clientId, txn.timeOut)
    if (txn.op === 'closeSession') this.sessions.delete(header.clientId)
    this.count++
  }
}

/**
 * A log, record by record, through a window that moves over the file: no more of it is in memory at a time, and what it
 * was grown by beyond its records is not read at all.
 */
class LogFile {
  private readonly fd: number
  private window = Buffer.allocUnsafeSlow(windowSize)
  /** What the window holds, where in the file that begins, and where in it the next record stands. */
  private bytes = this.window.subarray(0, 0)
  private from = 0
  private at = 0

  constructor(private readonly file: string) {
    this.fd = openSync(file, 'r')
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

  /** The whole file, for what only the whole of it can tell. */
  all(): Buffer {
    return readFileSync(this.file)
  }

  close(): void {
    closeSync(this.fd)
  }

  /** Moves the window to the next record, and reads on; false at the end of the file. */
  private more(): boolean {
    const left = this.bytes.subarray(this.at)
    if (left.length > this.window.length / 2) this.window = Buffer.allocUnsafeSlow(this.window.length * 2)
    this.window.set(left)
    this.from += this.at
    this.at = 0
    const room = this.window.length - left.length
    const got = readSync(this.fd, this.window, left.length, room, this.from + left.length)
    this.bytes = this.window.subarray(0, left.length + got)
    return got > 0
  }
}

function readLog(file: string, next: Zxid | undefined, replay: Replay, logger: Logger): void {
  const log = new LogFile(file)
  try {
    replayLog(file, log, next, replay, logger)
  } finally {
    log.close()
  }
}

function replayLog(file: string, log: LogFile, next: Zxid | undefined, replay: Replay, logger: Logger): void {
  if (!log.header()) {
    const bytes = log.all()
    // A crash between creating a log and writing its header; nothing in it was ever acknowledged.
    if (bytes.every((byte) => byte === 0) || (bytes.length < logHeaderSize && next === undefined)) return
    throw new StorageError(file, 'it does not begin as a log does', 'Restore it from a backup')
  }
  for (;;) {
    const found = log.next(replay.last)
    if (found.kind === 'record') replay.apply(found.transaction)
    if (found.kind === 'record' || found.kind === 'earlier') continue
    if (found.kind === 'end') return
    const at = log.offset
    const later = nextRecord(log.all(), at + 1)
    if (later !== undefined || (next !== undefined && next !== replay.last + 1n)) {
      const proof = later === undefined ? 'a later log goes on' : `valid records follow at byte ${later}`
      throw new StorageError(
        file,
        `corrupt at byte ${at}, after zxid 0x${replay.last.toString(16)}: ${found.problem}, and ${proof}`,
        'Restore the file from a backup; cutting it there would lose acknowledged writes',
      )
    }
    logger.warn(
      { file, byte: at, last: `0x${replay.last.toString(16)}` },
      `the log ends in ${found.problem}, torn by a crash: cut off`,
    )
    truncateSync(file, at)
    return
  }
}

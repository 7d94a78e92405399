/**
 * Opens a data directory: the newest whole snapshot, then the transactions of the logs after it. A tail that was torn by a
 * crash is cut off; what is corrupt before valid records, or in a log that is not the last, is refused.
 */
import { mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import type { Logger } from '../../server/logger.js'
import { StorageError } from '../../storage/errors.js'
import { isLogHeader, logHeaderSize, nextRecord, recordAt } from '../../storage/log-format.js'
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

function hasRecords(folder: string, logs: readonly { name: string }[]): boolean {
  return logs.some(({ name }) => {
    const bytes = readFileSync(join(folder, name))
    return isLogHeader(bytes) && recordAt(bytes, logHeaderSize).kind === 'record'
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

function readLog(file: string, next: Zxid | undefined, replay: Replay, logger: Logger): void {
  const bytes = readFileSync(file)
  if (!isLogHeader(bytes)) {
    // A crash between creating a log and writing its header; nothing in it was ever acknowledged.
    if (bytes.every((byte) => byte === 0) || (bytes.length < logHeaderSize && next === undefined)) return
    throw new StorageError(file, 'it does not begin as a log does', 'Restore it from a backup')
  }
  let at = logHeaderSize
  for (;;) {
    const found = recordAt(bytes, at)
    if (found.kind === 'record') {
      replay.apply(found.transaction)
      at = found.end
      continue
    }
    if (found.kind === 'end') return
    const later = nextRecord(bytes, at + 1)
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

/**
 * Opens a data directory: the newest whole snapshot, then the transactions of the logs after it: all that was shown to
 * anyone (SERVICE-70). What can't be all is refused.
 */
import type { SessionId, Zxid } from '../../spec/vocabulary/index.js'
import type { Compression } from '../platform/compression.js'
import type { Logger } from '../platform/logger.js'
import { DataTree, type TreeOptions } from '../tree/data-tree.js'
import type { Transaction } from '../tree/txn.js'
import { type Disk, inFolder } from './disk.js'
import { reasonOf, StorageError } from './errors.js'
import { checkFolders, type Folders } from './folders.js'
import { LogReader } from './log-reader.js'
import { LogReplay } from './log-replay.js'
import { hex, logsAfter, type NamedFile, sorted, unknownSnapshots } from './names.js'
import { uncompressed } from './snapshot-compression.js'
import { draftPrefix } from './snapshot-file.js'
import { readSnapshot } from './snapshot-format.js'
import { finishInstalling } from './install-snapshot.js'
import { removeStaleEphemerals } from './stale-ephemerals.js'

/** What was found. */
export interface Recovered {
  readonly tree: DataTree
  /** Their timeouts in milliseconds. */
  readonly sessions: ReadonlyMap<SessionId, number>
  /** Whether there was nothing at all. */
  readonly isFresh: boolean
  /** Whether the next start would not find the same without a new snapshot. */
  readonly needsSnapshot: boolean
  readonly transactions: number
}

export interface RecoveryOptions {
  readonly disk: Disk
  readonly compression: Compression
  readonly folders: Folders
  readonly tree: TreeOptions
  /** `snapshot.trust.empty` */
  readonly trustEmpty: boolean
  readonly logger: Logger
  /** Told of each transaction of the logs that is applied, in order. */
  readonly onApplied?: (transaction: Transaction) => void
}

interface Loaded {
  readonly tree: DataTree
  readonly sessions: Map<SessionId, number>
  /** Undefined: no snapshot can be read. */
  readonly zxid: Zxid | undefined
}

/** Reads a data directory. Throws a {@link StorageError} that says what can't be read, and what to do. */
export function recover(options: RecoveryOptions): Recovered {
  const { disk, folders, logger } = options
  checkFolders(disk, folders)
  finishInstalling(disk, folders)
  removeDrafts(disk, folders.snapshots)
  const { tree, sessions, zxid } = loadSnapshot(options)
  const logs = sorted('log', disk.list(folders.logs))
  if (zxid === undefined) checkWithoutSnapshot(options, logs)
  else if (zxid > 0n && logs.length === 0) {
    logger.warn(
      { folder: folders.logs },
      `there is no log beside the snapshot of ${hex(zxid)}: if the logs are elsewhere, stop and set dataLogDir`,
    )
  }
  const replay = new LogReplay({
    disk,
    logger,
    folder: folders.logs,
    tree,
    sessions,
    onApplied: options.onApplied,
  })
  const replayed = logsAfter(logs, zxid ?? -1n)
  replay.run(replayed)
  makeDurable(disk, folders, replayed)
  const removed = removeStaleEphemerals(tree, sessions, logger)
  return {
    tree,
    sessions,
    isFresh: zxid === undefined && replay.count === 0,
    needsSnapshot: zxid === undefined || removed > 0,
    transactions: replay.count,
  }
}

/**
 * BROADCAST-13, SERVICE-70: what a server that was killed had written may be in the system's memory only. Whoever starts is about to
 * show it, to vote with it, and to write behind it.
 */
function makeDurable(disk: Disk, folders: Folders, logs: readonly NamedFile[]): void {
  for (const { name } of logs) disk.syncFile(inFolder(folders.logs, name))
  disk.syncFolder(folders.logs)
  if (folders.snapshots !== folders.logs) disk.syncFolder(folders.snapshots)
}

/** Snapshots that a crash left half-written. */
function removeDrafts(disk: Disk, folder: string): void {
  for (const name of disk.list(folder)) if (name.startsWith(draftPrefix)) disk.remove(inFolder(folder, name))
}

/** Without a snapshot, only an operator can say whether the logs are complete. */
function checkWithoutSnapshot(
  { disk, folders, trustEmpty }: RecoveryOptions,
  logs: readonly NamedFile[],
): void {
  const unreadable = sorted('snapshot', disk.list(folders.snapshots)).length
  const isLogged = hasRecords(disk, folders.logs, logs)
  if (isLogged ? trustEmpty : unreadable === 0) return
  const snapshots = unreadable === 0 ? 'there is no snapshot' : 'none of the snapshots can be read'
  const elsewhere = unreadable === 0 ? ', and set dataDir to their folder' : ' from a backup'
  throw new StorageError(
    folders.snapshots,
    isLogged
      ? `${snapshots}, so what came before the logs is missing`
      : `${snapshots}, and no transaction can be read from the logs in ${folders.logs}`,
    isLogged
      ? `Restore the snapshots${elsewhere}, or set snapshot.trust.empty=true if the logs are complete from the first transaction on`
      : 'Restore one from a backup, or start with an empty dataDir',
  )
}

function hasRecords(disk: Disk, folder: string, logs: readonly NamedFile[]): boolean {
  return logs.some(({ name }) => {
    const log = new LogReader(disk, inFolder(folder, name))
    try {
      return log.header() && log.next(-1n).kind === 'record'
    } finally {
      log.close()
    }
  })
}

/** Loads the newest snapshot that is whole. */
function loadSnapshot({ disk, compression, folders, tree: treeOptions, logger }: RecoveryOptions): Loaded {
  const names = disk.list(folders.snapshots)
  for (const name of unknownSnapshots(names)) {
    logger.warn(
      { file: inFolder(folders.snapshots, name) },
      'snapshot left out: its name ends with no form that is known',
    )
  }
  const snapshots = sorted('snapshot', names).reverse()
  for (const { name, zxid } of snapshots) {
    const file = inFolder(folders.snapshots, name)
    const tree = new DataTree(treeOptions)
    try {
      const bytes = uncompressed(name, disk.read(file), compression)
      const sessions = new Map(readSnapshot(bytes, tree, zxid))
      logger.debug({ file, znodes: tree.size }, 'snapshot read')
      return { tree, sessions, zxid }
    } catch (error) {
      logger.warn({ file }, `snapshot left out: ${reasonOf(error)}`)
    }
  }
  return { tree: new DataTree(treeOptions), sessions: new Map(), zxid: undefined }
}

/**
 * Removes what no start needs any more: what is older than the newest snapshots, counting only those that a start could
 * read, and older than the logs that they need. Where there are too few of them, nothing is removed.
 */
import type { Clock } from '../platform/clock.js'
import type { Compression } from '../platform/compression.js'
import { type Disk, inFolder } from './disk.js'
import type { Folders } from './folders.js'
import { logsAfter, sorted } from './names.js'
import { isReadableSnapshot } from './snapshot-check.js'

export interface PurgeOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly compression: Compression
  readonly folders: Folders
  /** How many snapshots are kept. */
  readonly keep: number
  readonly isCancelled?: () => boolean
}

/** What a purge came to: paths. */
export interface Purged {
  readonly gone: readonly string[]
  /** Snapshots that no start could read, among those that were looked at. */
  readonly unreadable: readonly string[]
}

export async function purge(options: PurgeOptions): Promise<Purged> {
  const { disk, folders } = options
  const snapshots = sorted('snapshot', disk.list(folders.snapshots))
  const keep = Math.max(1, options.keep)
  const unreadable: string[] = []
  let readable = 0
  let oldest = snapshots.length
  while (readable < keep) {
    if (--oldest < 0) return { gone: [], unreadable }
    const path = inFolder(folders.snapshots, snapshots[oldest]!.name)
    if (await isReadableSnapshot(options, path)) readable++
    else unreadable.push(path)
  }
  if (options.isCancelled?.() === true) return { gone: [], unreadable }
  const { zxid } = snapshots[oldest]!
  const logs = sorted('log', disk.list(folders.logs))
  const needed = new Set(logsAfter(logs, zxid).map(({ name }) => name))
  const gone = [
    ...snapshots.slice(0, oldest).map(({ name }) => inFolder(folders.snapshots, name)),
    ...logs.filter(({ name }) => !needed.has(name)).map(({ name }) => inFolder(folders.logs, name)),
  ]
  for (const file of gone) disk.remove(file)
  return { gone, unreadable }
}

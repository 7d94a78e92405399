/** Cuts the log for a learner whose leader says TRUNC (BROADCAST-41). */
import type { Zxid } from '../../spec/vocabulary/index.js'
import { type Disk, inFolder } from './disk.js'
import type { Folders } from './folders.js'
import { LogReader } from './log-reader.js'
import { sorted } from './names.js'

/**
 * Removes every record later than a zxid, whether the log has that zxid itself or not. What a crash leaves of it is the log up
 * to some later zxid, which can be cut again. False, and nothing is changed, where a snapshot is later: it can't be cut.
 */
export function truncateLog(disk: Disk, folders: Folders, zxid: Zxid): boolean {
  const newest = sorted('snapshot', disk.list(folders.snapshots)).at(-1)
  if (newest !== undefined && newest.zxid > zxid) return false
  // The newest first: what is left is a beginning of the log at every moment.
  let isLast = true
  // All of them: Apache logs some transactions twice, so that an earlier file may have what a later one has.
  for (const { name } of sorted('log', disk.list(folders.logs)).toReversed()) {
    const path = inFolder(folders.logs, name)
    const { isAtStart, hasLater, offset } = placeBehind(disk, path, zxid)
    if (isAtStart && (hasLater || isLast)) disk.remove(path)
    else if (hasLater) {
      // What was removed must be gone before there is a gap before it.
      disk.syncFolder(folders.logs)
      disk.truncate(path, offset)
    }
    if (!isAtStart) isLast = false
  }
  disk.syncFolder(folders.logs)
  return true
}

/** Where in a log the first record behind a zxid stands. */
function placeBehind(
  disk: Disk,
  path: string,
  zxid: Zxid,
): { isAtStart: boolean; hasLater: boolean; offset: number } {
  const log = new LogReader(disk, path)
  try {
    if (!log.header()) return { isAtStart: true, hasLater: false, offset: 0 }
    for (let isAtStart = true; ; isAtStart = false) {
      const { offset } = log
      const found = log.next(zxid)
      if (found.kind !== 'earlier') return { isAtStart, hasLater: found.kind === 'record', offset }
    }
  } finally {
    log.close()
  }
}

/**
 * Puts a snapshot in the place of all that a folder has: what a leader sent, for what this server had (BROADCAST-45). A start finds
 * what was there before, or the snapshot and nothing else.
 */
import type { DataTree } from '../tree/data-tree.js'
import { type Disk, inFolder } from './disk.js'
import type { Folders } from './folders.js'
import { sorted } from './names.js'
import type { SessionEntry } from './snapshot-format.js'
import { saveSnapshot, type SnapshotPlace } from './snapshot-file.js'

/** What the name of a snapshot begins with that is to be put in the place of all else. */
const prefix = 'installing.'

/** Durable once it resolves. The log must not be written meanwhile. */
export async function installSnapshot(
  place: SnapshotPlace,
  folders: Folders,
  tree: DataTree,
  sessions: readonly SessionEntry[],
): Promise<void> {
  const { disk } = place
  // The decision: from here on a start goes through with it.
  await saveSnapshot({ ...place, method: 'checked' }, tree, sessions, undefined, prefix)
  finishInstalling(disk, folders)
}

/** Goes through with what was decided before a crash; does nothing where nothing was. */
export function finishInstalling(disk: Disk, folders: Folders): void {
  const decided = disk.list(folders.snapshots).filter((name) => name.startsWith(prefix))
  for (const name of decided) {
    const final = name.slice(prefix.length)
    for (const { name: log } of sorted('log', disk.list(folders.logs)).toReversed())
      disk.remove(inFolder(folders.logs, log))
    for (const { name: earlier } of sorted('snapshot', disk.list(folders.snapshots)))
      disk.remove(inFolder(folders.snapshots, earlier))
    // Once the snapshot has its final name, nothing of what was there may come back.
    disk.syncFolder(folders.logs)
    disk.syncFolder(folders.snapshots)
    disk.rename(inFolder(folders.snapshots, name), inFolder(folders.snapshots, final))
    disk.syncFolder(folders.snapshots)
  }
}

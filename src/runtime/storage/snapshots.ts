/** Writes snapshots beside the server's work, a piece at a time, and removes what is no longer needed. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileName, logsAfter, sorted } from '../../storage/names.js'
import { type SessionEntry, writeSnapshot } from '../../storage/snapshot-format.js'
import type { DataTree } from '../../tree/data-tree.js'
import { syncFolder } from './journal.js'
import type { Folders } from './recover.js'

/** Writes a snapshot under its final name when it is whole. Throws what the file system throws; nothing is left behind then. */
export async function saveSnapshot(
  folder: string,
  tree: DataTree,
  sessions: readonly SessionEntry[],
  isCancelled: () => boolean = () => false,
): Promise<string | undefined> {
  const name = fileName('snapshot', tree.lastProcessedZxid)
  const draft = join(folder, `tmp.${name}`)
  const fd = openSync(draft, 'w')
  try {
    for (const piece of writeSnapshot(tree, sessions)) {
      writeSync(fd, piece)
      await nextTurn()
      if (isCancelled()) {
        rmSync(draft, { force: true })
        return undefined
      }
    }
    fsyncSync(fd)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
  const file = join(folder, name)
  renameSync(draft, file)
  syncFolder(folder)
  return file
}

/** Removes all but the newest snapshots and the logs that they need. Gives the names that are gone. */
export function purge(folders: Folders, keep: number): string[] {
  const snapshots = sorted('snapshot', readdirSync(folders.snapshots))
  const oldest = snapshots[Math.max(0, snapshots.length - keep)]
  if (oldest === undefined) return []
  const logs = sorted('log', readdirSync(folders.logs))
  const needed = new Set(logsAfter(logs, oldest.zxid).map(({ name }) => name))
  const gone = [
    ...snapshots.filter(({ zxid }) => zxid < oldest.zxid).map(({ name }) => join(folders.snapshots, name)),
    ...logs.filter(({ name }) => !needed.has(name)).map(({ name }) => join(folders.logs, name)),
  ]
  for (const file of gone) rmSync(file, { force: true })
  return gone
}

/** The two folders of a server's files, which may be one. */
import { type Disk, inFolder } from './disk.js'
import { reasonOf, StorageError } from './errors.js'
import { type FileKind, sorted, versionFolder } from './names.js'

/** Where a server's files are. */
export interface Folders {
  readonly snapshots: string
  readonly logs: string
}

/** The folders below `dataDir` and `dataLogDir`. */
export function foldersOf(dataDir: string, dataLogDir: string | null): Folders {
  return {
    snapshots: inFolder(dataDir, versionFolder),
    logs: inFolder(dataLogDir ?? dataDir, versionFolder),
  }
}

/** Makes the folders if need be. Throws a {@link StorageError} when they can't be. */
export function makeFolders(disk: Disk, folders: Folders): void {
  for (const folder of [folders.snapshots, folders.logs]) {
    try {
      disk.makeFolder(folder)
    } catch (error) {
      throw new StorageError(
        folder,
        `the folder can't be made (${reasonOf(error)})`,
        'Choose another dataDir, or give this user the right to write there',
      )
    }
  }
}

/**
 * Two folders must not hold each other's files: then they were swapped, or one was moved, and what is there would be left out.
 * Throws a {@link StorageError} that says which holds what.
 */
export function checkFolders(disk: Disk, folders: Folders): void {
  const { snapshots, logs } = folders
  if (disk.isSame(snapshots, logs)) return
  const strayLogs = sorted('log', disk.list(snapshots)).length
  const straySnapshots = sorted('snapshot', disk.list(logs)).length
  if (strayLogs === 0 && straySnapshots === 0) return
  const content = `${snapshots} (dataDir) holds ${contentOf(disk, snapshots)}, ${logs} (dataLogDir) holds ${contentOf(disk, logs)}`
  throw new StorageError(
    strayLogs > 0 ? snapshots : logs,
    `dataDir is for snapshots and dataLogDir for logs, but ${content}`,
    strayLogs > 0 && straySnapshots > 0
      ? 'If the two keys were swapped, swap them back; otherwise move each file to its folder'
      : strayLogs > 0
        ? `Move the logs to ${logs}, or remove dataLogDir to leave them where they are`
        : `Move the snapshots to ${snapshots}, or set both keys as they were`,
  )
}

function contentOf(disk: Disk, folder: string): string {
  const names = disk.list(folder)
  const told = (['snapshot', 'log'] satisfies FileKind[]).flatMap((kind) => {
    const files = sorted(kind, names)
    if (files.length === 0) return []
    const last = files.at(-1)!.name
    return files.length === 1 ? [last] : [`${files.length} ${kind}s up to ${last}`]
  })
  return told.length === 0 ? 'neither' : told.join(' and ')
}

/** The sizes of the folders' files in bytes. */
export function folderSizes(disk: Disk, { snapshots, logs }: Folders): { snapshots: number; logs: number } {
  const sizeOf = (folder: string) =>
    disk.list(folder).reduce((sum, name) => sum + disk.size(inFolder(folder, name)), 0)
  return { snapshots: sizeOf(snapshots), logs: sizeOf(logs) }
}

/** Writes a snapshot beside the server's work, a piece at a time, under its final name when it is whole. */
import { type Clock, nextTurn } from '../platform/clock.js'
import type { Compression } from '../platform/compression.js'
import type { DataTree } from '../tree/data-tree.js'
import { type Disk, inFolder, type WriteFile } from './disk.js'
import { fileName } from './names.js'
import { compressed, type CompressionMethod, suffixOf } from './snapshot-compression.js'
import { type SessionEntry, writeSnapshot } from './snapshot-format.js'

/** What the names of snapshots begin with while they are written. */
export const draftPrefix = 'tmp.snapshot.'

/** Where snapshots go, and how. */
export interface SnapshotPlace {
  readonly disk: Disk
  readonly clock: Clock
  readonly compression: Compression
  readonly method: CompressionMethod
  readonly folder: string
}

/** Writes a snapshot, under its name with a prefix; gives its path, undefined if it was cancelled. Throws what the disk throws; nothing is left behind then. */
export async function saveSnapshot(
  { disk, clock, compression, method, folder }: SnapshotPlace,
  tree: DataTree,
  sessions: readonly SessionEntry[],
  isCancelled: () => boolean = () => false,
  prefix = '',
): Promise<string | undefined> {
  const name = fileName('snapshot', tree.lastProcessedZxid) + suffixOf(method)
  const draft = inFolder(folder, `tmp.${name}`)
  const file = disk.create(draft)
  let isWhole = false
  try {
    for (const piece of compressed(writeSnapshot(tree, sessions), method, compression)) {
      file.append(piece)
      await nextTurn(clock)
      if (isCancelled()) return undefined
    }
    await synced(file)
    isWhole = !isCancelled()
  } finally {
    file.close()
    if (!isWhole) disk.remove(draft)
  }
  if (!isWhole) return undefined
  const path = inFolder(folder, prefix + name)
  disk.rename(draft, path)
  disk.syncFolder(folder)
  return path
}

function synced(file: WriteFile): Promise<void> {
  return new Promise((resolve, reject) => file.sync((error) => (error === null ? resolve() : reject(error))))
}

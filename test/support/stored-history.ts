/** A history on a simulated disk: transactions in logs, snapshots of some of them; and what a start finds of it. */
import fc from 'fast-check'
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Clock } from '../../src/platform/clock.js'
import type { Compression } from '../../src/platform/compression.js'
import { silent } from '../../src/platform/logger.js'
import { SimulatedDisk } from '../../src/simulate/simulated-disk.js'
import type { Disk } from '../../src/storage/disk.js'
import type { Folders } from '../../src/storage/folders.js'
import { logHeader, writeRecord } from '../../src/storage/log-format.js'
import { LogWriter } from '../../src/storage/log-writer.js'
import { fileName, follows } from '../../src/storage/names.js'
import { recover } from '../../src/storage/recovery.js'
import { writeSnapshot } from '../../src/storage/snapshot-format.js'
import { DataTree } from '../../src/tree/data-tree.js'
import type { Transaction } from '../../src/tree/txn.js'
import { JuteWriter } from '../../src/wire/index.js'
import { put } from './crashing-disk.js'

export const oneFolder: Folders = { snapshots: 'data', logs: 'data' }
export const twoFolders: Folders = { snapshots: 'data', logs: 'logs' }

/** Nothing is compressed. */
export const noCompression: Compression = {
  gzip: () => Buffer.alloc(0),
  gunzip: () => Buffer.alloc(0),
  compressBlock: () => Buffer.alloc(0),
  uncompressBlock: () => Buffer.alloc(0),
}

/** Time stands still, and turns are short. */
export const stillClock: Clock = {
  now: () => 0,
  elapsed: () => 0,
  soon: (action) => queueMicrotask(action),
  every: () => () => {},
}

export function zxidAt(epoch: number, counter: number): Zxid {
  return (BigInt(epoch) << 32n) | BigInt(counter)
}

/** A transaction that creates a znode named after it. */
export function creation(zxid: Zxid, size = 3): Transaction {
  return {
    header: { clientId: 1n, cxid: 0, zxid, time: 1000, type: 1 },
    txn: {
      op: 'create',
      path: `/${zxid.toString(16)}`,
      data: Buffer.alloc(size, 1),
      acl: [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }],
      ephemeral: false,
      parentCVersion: -1,
    },
  }
}

/** A log's bytes, with zeros behind. */
export function logBytes(transactions: readonly Transaction[], zeros = 0): Buffer {
  const writer = new JuteWriter()
  for (const each of transactions) writeRecord(writer, each)
  return Buffer.concat([logHeader(), writer.take(), Buffer.alloc(zeros)])
}

/** The tree that transactions lead to. */
export function treeOf(zxids: readonly Zxid[]): DataTree {
  const tree = new DataTree()
  for (const zxid of zxids) tree.apply(creation(zxid), () => {})
  return tree
}

export function snapshotBytes(tree: DataTree): Buffer {
  return Buffer.concat([...writeSnapshot(tree, [])])
}

export interface StoredHistory {
  /** Every transaction there ever was, in order. */
  readonly zxids: readonly Zxid[]
  /** The logs. A file may begin with what the one before it ends with. */
  readonly files: readonly (readonly Zxid[])[]
  /** Bytes behind each file's records. */
  readonly zeros: number
  /** Whether the last log got no record. */
  readonly hasEmptyLog: boolean
}

/** Histories of several epochs in several files, of some transactions or none. */
export const storedHistory: fc.Arbitrary<StoredHistory> = fc
  .record({
    epochs: fc.array(fc.record({ skip: fc.integer({ min: 1, max: 2 }), count: fc.nat(5) }), { maxLength: 4 }),
    cuts: fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
    again: fc.array(fc.nat(2), { minLength: 24, maxLength: 24 }),
    zeros: fc.constantFrom(0, 5, 12, 700),
    hasEmptyLog: fc.boolean(),
  })
  .map(({ epochs, cuts, again, zeros, hasEmptyLog }) => {
    let epoch = -1
    const zxids = epochs.flatMap(({ skip, count }) => {
      epoch += skip
      return Array.from({ length: count }, (_, at) => zxidAt(epoch, at + 1))
    })
    const files: Zxid[][] = []
    zxids.forEach((zxid, at) => {
      const last = files.at(-1)
      if (last !== undefined && !cuts[at]!) return void last.push(zxid)
      const from = Math.max(last === undefined ? 0 : zxids.indexOf(last[0]!) + 1, at - again[at]!)
      files.push(zxids.slice(Math.min(from, at), at + 1))
    })
    return { zxids, files, zeros, hasEmptyLog }
  })

/** A disk with a history, and snapshots of its first so many transactions. */
export function diskWith(
  history: StoredHistory,
  folders: Folders,
  snapshots: readonly number[],
): SimulatedDisk {
  const disk = new SimulatedDisk()
  disk.makeFolder(folders.snapshots)
  disk.makeFolder(folders.logs)
  const { zxids, files, zeros, hasEmptyLog } = history
  const putLog = (first: Zxid, bytes: Buffer) => put(disk, `${folders.logs}/${fileName('log', first)}`, bytes)
  for (const file of files)
    putLog(
      file[0]!,
      logBytes(
        file.map((zxid) => creation(zxid)),
        zeros,
      ),
    )
  if (hasEmptyLog) putLog((zxids.at(-1) ?? 0n) + 1n, logBytes([], zeros))
  for (const count of snapshots) {
    const tree = treeOf(zxids.slice(0, count))
    put(disk, `${folders.snapshots}/${fileName('snapshot', tree.lastProcessedZxid)}`, snapshotBytes(tree))
  }
  return disk
}

/** A zxid of a history, or beside one. */
export function zxidNear({ zxids }: StoredHistory): fc.Arbitrary<Zxid> {
  const places = [0n, 1n, zxidAt(9, 0), ...zxids.flatMap((at) => [at, at + 1n, at - 1n, (at >> 32n) << 32n])]
  return fc.constantFrom(...places.filter((at) => at >= 0n))
}

/** What a start finds: the znodes' names, in order, and the last zxid. */
export function found(
  disk: Disk,
  folders: Folders,
): { readonly zxids: readonly Zxid[]; readonly last: Zxid } {
  const { tree } = recover({
    disk,
    compression: noCompression,
    folders,
    tree: { extendedTypes: false },
    trustEmpty: true,
    logger: silent,
  })
  const paths = [...tree.entries()].map(([path]) => path)
  const names = paths.filter((path) => /^\/[\da-f]+$/.test(path))
  const zxids = names.map((path) => BigInt(`0x${path.slice(1)}`))
  return { zxids: zxids.sort((a, b) => (a < b ? -1 : 1)), last: tree.lastProcessedZxid }
}

/** A writer of logs that goes on. */
export function logWriter(disk: Disk, folders: Folders, preAllocSize = 0): LogWriter {
  return new LogWriter({
    disk,
    clock: stillClock,
    logger: silent,
    folder: folders.logs,
    forceSync: true,
    preAllocSize,
    sizeLimit: 0,
    syncWarningMs: 1000,
    onDurable: () => {},
    onFailure: (error) => {
      throw error
    },
  })
}

/** Zxids that may come behind one. */
export function nextZxids(last: Zxid, count: number, isNewEpoch: boolean): Zxid[] {
  const first = isNewEpoch ? (((last >> 32n) + 1n) << 32n) + 1n : last + 1n
  if (!follows(last, first)) throw new Error('no such history')
  return Array.from({ length: count }, (_, at) => first + BigInt(at))
}

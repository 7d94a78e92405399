/** BROADCAST-45: a snapshot takes the place of all that was there, or of nothing. */
import test from 'ava'
import fc from 'fast-check'
import { installSnapshot } from '../../src/storage/install-snapshot.js'
import type { Disk } from '../../src/storage/disk.js'
import type { Folders } from '../../src/storage/folders.js'
import type { DataTree } from '../../src/tree/data-tree.js'
import { copyOf, CrashingDisk, crashEverywhere, put } from '../support/crashing-disk.js'
import {
  creation,
  diskWith,
  found,
  logWriter,
  noCompression,
  oneFolder,
  snapshotBytes,
  stillClock,
  storedHistory,
  treeOf,
  twoFolders,
  zxidAt,
  zxidNear,
} from '../support/stored-history.js'

function install(disk: Disk, folders: Folders, tree: DataTree): Promise<void> {
  const place = {
    disk,
    clock: stillClock,
    compression: noCompression,
    method: 'checked' as const,
    folder: folders.snapshots,
  }
  return installSnapshot(place, folders, tree, [])
}

/** A tree with one znode that no history has, up to a zxid. */
function foreignTree(zxid: bigint): DataTree {
  const tree = treeOf([])
  const { header, txn } = creation(zxidAt(77, 1))
  tree.apply({ header: { ...header, zxid: 0n }, txn }, () => {})
  tree.lastProcessedZxid = zxid
  return tree
}

const replaced = storedHistory.chain((history) =>
  fc.record({
    history: fc.constant(history),
    snapshots: fc.uniqueArray(fc.nat(history.zxids.length), { maxLength: 3 }),
    zxid: zxidNear(history),
    folders: fc.constantFrom(oneFolder, twoFolders),
  }),
)

test('BROADCAST-45: a crash anywhere leaves what was there or the snapshot, and nothing else', async (t) => {
  await fc.assert(
    fc.asyncProperty(replaced, async ({ history, snapshots, zxid, folders }) => {
      const before = diskWith(history, folders, snapshots)
      const old = found(copyOf(before), folders)
      const name = `snapshot.${zxid.toString(16)}`
      const installed = { zxids: [zxidAt(77, 1)], last: zxid }
      const seen = new Set<boolean>()
      await crashEverywhere(
        before,
        (disk) => install(disk, folders, foreignTree(zxid)),
        (disk, { isDone, says }) => {
          const now = found(disk, folders)
          const isNew = now.zxids[0] === zxidAt(77, 1)
          seen.add(isNew)
          t.deepEqual(now, isNew ? installed : old, says)
          if (isDone) t.true(isNew)
          if (isNew) {
            // Later and earlier snapshots and logs are gone, and stay gone.
            const left = new Set([...disk.list(folders.snapshots), ...disk.list(folders.logs)])
            t.deepEqual([...left], [name], says)
            t.deepEqual(found(copyOf(disk), folders), installed, says)
          }
        },
      )
      t.is(seen.size, 2)
    }),
    { numRuns: 60 },
  )
})

test('BROADCAST-45: a crash anywhere of the start that goes through with it changes nothing', async (t) => {
  for (const folders of [oneFolder, twoFolders]) {
    const zxids = [1n, 2n, 3n, 4n, 5n, 6n]
    const history = {
      zxids,
      files: [
        [1n, 2n],
        [3n, 4n],
        [5n, 6n],
      ],
      zeros: 9,
      hasEmptyLog: true,
    }
    const decided = diskWith(history, folders, [0, 2, 5])
    put(decided, `${folders.snapshots}/installing.snapshot.3`, snapshotBytes(foreignTree(3n)))
    const crashes = await crashEverywhere(
      decided,
      (disk) => found(disk, folders),
      (disk, { says }) => t.deepEqual(found(disk, folders), { zxids: [zxidAt(77, 1)], last: 3n }, says),
    )
    t.true(crashes > 7)
  }
})

test('BROADCAST-45: a log goes on behind the snapshot, and a start finds both', async (t) => {
  for (const folders of [oneFolder, twoFolders]) {
    const zxids = [1n, 2n, 3n, 4n]
    const disk = diskWith({ zxids, files: [zxids], zeros: 9, hasEmptyLog: false }, folders, [0, 2])
    await install(new CrashingDisk(disk), folders, foreignTree(2n))
    const log = logWriter(new CrashingDisk(disk), folders)
    log.append(creation(3n))
    log.append(creation(zxidAt(1, 1)))
    await log.close()
    t.deepEqual(found(copyOf(disk), folders).zxids, [3n, zxidAt(1, 1), zxidAt(77, 1)])
  }
})

test('BROADCAST-45: where the snapshot cannot be written, what was there stays', async (t) => {
  for (const failing of ['create', 'append', 'sync', 'rename']) {
    const zxids = [1n, 2n, 3n]
    const disk = diskWith({ zxids, files: [zxids], zeros: 0, hasEmptyLog: false }, twoFolders, [1])
    disk.fault = (operation) => {
      if (operation === failing) throw new Error('no space left')
    }
    const names = disk.list('data')
    await t.throwsAsync(install(new CrashingDisk(disk), twoFolders, foreignTree(2n)), {
      message: 'no space left',
    })
    t.deepEqual(found(copyOf(disk), twoFolders).zxids, zxids)
    t.deepEqual(disk.list('data'), failing === 'rename' ? [...names, 'tmp.snapshot.2'] : names, failing)
  }
})

test('BROADCAST-45: what was there is gone for good before the snapshot has its final name', async (t) => {
  for (const folders of [oneFolder, twoFolders]) {
    const disk = diskWith(
      { zxids: [1n, 2n], files: [[1n, 2n]], zeros: 0, hasEmptyLog: false },
      folders,
      [0, 2],
    )
    const unsynced: string[] = []
    const watched = new (class extends CrashingDisk {
      override remove(file: string): void {
        unsynced.push(file)
        super.remove(file)
      }

      override syncFolder(folder: string): void {
        super.syncFolder(folder)
        const left = unsynced.filter((file) => !file.startsWith(`${folder}/`))
        unsynced.splice(0, Infinity, ...left)
      }

      override rename(from: string, to: string): void {
        t.deepEqual(unsynced, [])
        super.rename(from, to)
      }
    })(disk)
    await install(watched, folders, foreignTree(1n))
    t.deepEqual(disk.list(folders.snapshots), ['snapshot.1'])
  }
})

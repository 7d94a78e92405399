/** BROADCAST-41: the log is cut behind a zxid, whether it has it or not, and whenever the machine goes down. */
import test from 'ava'
import fc from 'fast-check'
import { truncateLog } from '../../src/storage/truncate-log.js'
import { contentOf, copyOf, CrashingDisk, crashEverywhere, put } from '../support/crashing-disk.js'
import {
  creation,
  diskWith,
  found,
  logBytes,
  logWriter,
  nextZxids,
  oneFolder,
  storedHistory,
  twoFolders,
  zxidAt,
  zxidNear,
} from '../support/stored-history.js'

/** A history, how much of it the snapshots have, and a zxid. */
const cutHistory = storedHistory.chain((history) =>
  fc.record({
    history: fc.constant(history),
    snapshots: fc.uniqueArray(fc.nat(history.zxids.length), { maxLength: 2 }),
    zxid: zxidNear(history),
    folders: fc.constantFrom(oneFolder, twoFolders),
  }),
)

test('BROADCAST-41: of any log, what is left are exactly the transactions up to the zxid', (t) => {
  let cut = 0
  let refused = 0
  fc.assert(
    fc.property(cutHistory, ({ history, snapshots, zxid, folders }) => {
      const disk = diskWith(history, folders, snapshots)
      const before = [contentOf(disk, folders.snapshots), contentOf(disk, folders.logs)]
      const newest = Math.max(0, ...snapshots)
      const isCut = truncateLog(disk, folders, zxid)
      const isPossible = newest === 0 || history.zxids[newest - 1]! <= zxid
      t.is(isCut, isPossible)
      if (!isCut) {
        refused++
        t.deepEqual([contentOf(disk, folders.snapshots), contentOf(disk, folders.logs)], before)
        return
      }
      const left = history.zxids.filter((each) => each <= zxid)
      if (left.length < history.zxids.length) cut++
      t.deepEqual(found(copyOf(disk), folders), { zxids: left, last: left.at(-1) ?? 0n })
    }),
    { numRuns: 1000 },
  )
  t.true(cut > 50 && refused > 50, `${cut} ${refused}`)
})

test('BROADCAST-41: a crash anywhere leaves a beginning of the log, which can be cut again', async (t) => {
  await fc.assert(
    fc.asyncProperty(cutHistory, async ({ history, snapshots, zxid, folders }) => {
      const newest = Math.max(0, ...snapshots)
      fc.pre(newest === 0 || history.zxids[newest - 1]! <= zxid)
      const left = history.zxids.filter((each) => each <= zxid)
      await crashEverywhere(
        diskWith(history, folders, snapshots),
        (disk) => truncateLog(disk, folders, zxid),
        (disk, { isDone, says }) => {
          const between = found(copyOf(disk), folders).zxids
          t.deepEqual(between, history.zxids.slice(0, between.length), says)
          t.true(between.length >= left.length, says)
          if (isDone) t.is(between.length, left.length, says)
          t.true(truncateLog(disk, folders, zxid))
          t.deepEqual(found(disk, folders).zxids, left, says)
        },
      )
    }),
    { numRuns: 150 },
  )
})

test('BROADCAST-41: a log goes on behind the cut in a new file, and a start finds both', async (t) => {
  const continued = fc.record({
    cut: cutHistory,
    count: fc.integer({ min: 1, max: 4 }),
    isNewEpoch: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(continued, async ({ cut: { history, zxid, folders }, count, isNewEpoch }) => {
      const disk = diskWith(history, folders, [0])
      truncateLog(disk, folders, zxid)
      const left = history.zxids.filter((each) => each <= zxid)
      const more = nextZxids(left.at(-1) ?? 0n, count, isNewEpoch)
      const before = disk.list(folders.logs)
      const log = logWriter(new CrashingDisk(disk), folders)
      for (const each of more) log.append(creation(each))
      await log.close()
      t.deepEqual(
        disk.list(folders.logs).filter((name) => !before.includes(name)),
        [`log.${more[0]!.toString(16)}`],
      )
      t.deepEqual(found(copyOf(disk), folders).zxids, [...left, ...more])
    }),
    { numRuns: 200 },
  )
})

test('BROADCAST-41: a log that was never written does not stand behind one that goes on, and is torn', async (t) => {
  const history = { zxids: [1n, 2n, 3n, 4n], files: [[1n, 2n, 3n, 4n]], zeros: 0, hasEmptyLog: true }
  const disk = diskWith(history, oneFolder, [0])
  truncateLog(disk, oneFolder, 2n)
  put(disk, 'data/log.3', logBytes([creation(3n), creation(4n)]).subarray(0, -5))
  t.deepEqual(found(disk, oneFolder).zxids, [1n, 2n, 3n])
})

test('BROADCAST-41: what is not a log, older than the snapshot, stays for its owner to look at', (t) => {
  const history = { zxids: [1n, 2n, 3n, 4n], files: [[3n, 4n]], zeros: 0, hasEmptyLog: false }
  const disk = diskWith(history, oneFolder, [2])
  put(disk, 'data/log.1', Buffer.alloc(100, 7))
  t.true(truncateLog(disk, oneFolder, 3n))
  t.true(disk.list('data').includes('log.1'))
  t.deepEqual(found(disk, oneFolder).zxids, [1n, 2n, 3n])
})

test('BROADCAST-35, BROADCAST-41: TRUNC to the beginning of an epoch leaves nothing of it', (t) => {
  const [old, first, second] = [zxidAt(1, 1), zxidAt(2, 1), zxidAt(2, 2)]
  const history = {
    zxids: [old, first, second],
    files: [[old, first, second]],
    zeros: 50,
    hasEmptyLog: false,
  }
  const disk = diskWith(history, oneFolder, [0])
  t.true(truncateLog(disk, oneFolder, zxidAt(2, 0)))
  t.deepEqual(found(disk, oneFolder), { zxids: [old], last: old })
})

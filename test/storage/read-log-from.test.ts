/** BROADCAST-34: the log on disk as the beginning of the committed log. */
import test from 'ava'
import fc from 'fast-check'
import { CommittedLog } from '../../src/broadcast/committed-log.js'
import { choose } from '../../src/broadcast/synchronize.js'
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { SimulatedDisk } from '../../src/simulate/simulated-disk.js'
import { readLogFrom } from '../../src/storage/read-log-from.js'
import type { Transaction } from '../../src/tree/txn.js'
import { contentOf, CrashingDisk, put } from '../support/crashing-disk.js'
import { recordStarts } from '../support/log-files.js'
import {
  creation,
  diskWith,
  logBytes,
  logWriter,
  nextZxids,
  oneFolder,
  snapshotBytes,
  storedHistory,
  treeOf,
  twoFolders,
  zxidAt,
  zxidNear,
} from '../support/stored-history.js'

function zxidsOf(transactions: readonly Transaction[]): Zxid[] {
  return transactions.map(({ header }) => header.zxid)
}

function read(disk: SimulatedDisk, zxid: Zxid, before: Zxid, limit = Infinity): Zxid[] {
  return zxidsOf(readLogFrom(disk, oneFolder, zxid, before, limit))
}

/** From the last at or before a zxid up to another; none if there is none to begin with. */
function range(zxids: readonly Zxid[], zxid: Zxid, before: Zxid): Zxid[] {
  const first = zxids.findLastIndex((each) => each <= zxid)
  return first === -1 || before <= zxid ? [] : zxids.slice(first).filter((each) => each < before)
}

const asked = storedHistory.chain((history) =>
  fc.record({
    history: fc.constant(history),
    snapshots: fc.uniqueArray(fc.nat(history.zxids.length), { maxLength: 2 }),
    zxid: zxidNear(history),
    before: zxidNear(history),
    folders: fc.constantFrom(oneFolder, twoFolders),
    without: fc.array(fc.nat(20), { minLength: 1, maxLength: 2 }),
  }),
)

test('BROADCAST-34: of any log, across files and epochs: from the last at or before a zxid up to another', (t) => {
  let many = 0
  fc.assert(
    fc.property(asked, ({ history, snapshots, zxid, before, folders }) => {
      const disk = diskWith(history, folders, snapshots)
      const content = contentOf(disk, folders.logs)
      const transactions = readLogFrom(disk, folders, zxid, before, Infinity)
      const wanted = range(history.zxids, zxid, before)
      t.deepEqual(
        transactions,
        wanted.map((each) => creation(each)),
      )
      t.deepEqual(contentOf(disk, folders.logs), content)
      if (wanted.length > 4 && history.files.length > 2) many++
    }),
    { numRuns: 1000 },
  )
  t.true(many > 20, String(many))
})

test('BROADCAST-34: where files are gone, nothing is given that has a hole', (t) => {
  let holes = 0
  fc.assert(
    fc.property(asked, ({ history, zxid, before, folders, without }) => {
      const disk = diskWith(history, folders, [])
      const taken = new Set<Zxid>()
      // An epoch whose last transactions are missing shows in nothing but the snapshots.
      history.zxids.forEach((zxid, at) => {
        if (history.zxids[at + 1] === zxid + 1n) return
        taken.add(zxid)
        const tree = treeOf(history.zxids.slice(0, at + 1))
        put(disk, `${folders.snapshots}/snapshot.${tree.lastProcessedZxid.toString(16)}`, snapshotBytes(tree))
      })
      const gone = new Set(without.map((at) => history.files[at % Math.max(1, history.files.length)]?.[0]))
      for (const first of gone)
        if (first !== undefined) disk.remove(`${folders.logs}/log.${first.toString(16)}`)
      const left = new Set(history.files.flatMap((file) => (gone.has(file[0]) ? [] : file)))
      const found = zxidsOf(readLogFrom(disk, folders, zxid, before, Infinity))
      if (before <= zxid) return void t.deepEqual(found, [])
      const kept = history.zxids.filter((each) => left.has(each))
      const wanted = range(history.zxids, kept.findLast((each) => each <= zxid) ?? -1n, before)
      const missing = wanted.findIndex((each) => !left.has(each))
      if (missing === -1) return void t.deepEqual(found, wanted)
      // At the end, it looks like a log that is not written so far.
      const isHole = wanted.slice(missing).some((each) => left.has(each) || taken.has(each))
      if (isHole) holes++
      t.deepEqual(found, isHole ? [] : wanted.slice(0, missing))
    }),
    { numRuns: 1000 },
  )
  t.true(holes > 10, String(holes))
})

test('BROADCAST-34: no more than the limit, counted from the first transaction on', (t) => {
  const zxids = [1n, 2n, 3n, 4n, 5n, 6n]
  const files = [
    [1n, 2n, 3n],
    [4n, 5n, 6n],
  ]
  const disk = diskWith({ zxids, files, zeros: 100, hasEmptyLog: false }, oneFolder, [])
  const starts = recordStarts(disk.read('data/log.1'))
  const size = starts[1]! - starts[0]!
  t.deepEqual(read(disk, 2n, 6n, 4 * size), [2n, 3n, 4n, 5n])
  t.deepEqual(read(disk, 2n, 6n, 4 * size - 1), [])
  t.deepEqual(read(disk, 1n, 6n, 4 * size), [])
})

test('BROADCAST-34: a record that is damaged, a page of zeros, a file that is no log: none', (t) => {
  const zxids = [1n, 2n, 3n, zxidAt(1, 1)]
  const damages: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    damaged: (bytes) => Buffer.concat([bytes.subarray(0, 20), Buffer.from([99]), bytes.subarray(21)]),
    'damaged at its end': (bytes) => bytes.subarray(0, recordStarts(bytes).at(-1)! - 3),
    zeros: (bytes) => bytes.fill(0, ...(recordStarts(bytes).slice(0, 2) as [number, number])),
    'no log': (bytes) => bytes.fill(1, 0, 4),
  }
  for (const [says, harm] of Object.entries(damages)) {
    const files = [[1n], [2n, 3n], [zxidAt(1, 1)]]
    const disk = diskWith({ zxids, files, zeros: 10, hasEmptyLog: false }, oneFolder, [])
    t.deepEqual(read(disk, 1n, zxidAt(2, 0)), zxids)
    put(disk, 'data/log.2', harm(logBytes([creation(2n), creation(3n)], 10)))
    t.deepEqual(read(disk, 1n, zxidAt(2, 0)), [], says)
    t.deepEqual(read(disk, zxidAt(1, 1), zxidAt(2, 0)), [zxidAt(1, 1)], says)
  }
})

test('BROADCAST-34: a log that a crash left without a header or without a record is passed over', (t) => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(7, 90),
    Buffer.alloc(5000),
    logBytes([]),
    logBytes([], 5000),
  ]) {
    const zxids = [1n, 2n, 3n]
    const disk = diskWith({ zxids, files: [[1n, 2n], [3n]], zeros: 0, hasEmptyLog: false }, oneFolder, [])
    put(disk, 'data/log.4', bytes)
    t.deepEqual(read(disk, 2n, 9n), [2n, 3n])
    // It is not the one to begin with either.
    t.deepEqual(read(disk, 5n, 9n), [3n])
  }
})

test('BROADCAST-34: what a snapshot has that a leader sent to Apache, between its log and a later epoch, is a hole', (t) => {
  const zxids = [1n, 2n, zxidAt(1, 1), zxidAt(1, 2)]
  const history = {
    zxids,
    files: [
      [1n, 2n],
      [zxidAt(1, 1), zxidAt(1, 2)],
    ],
    zeros: 0,
    hasEmptyLog: false,
  }
  const disk = diskWith(history, oneFolder, [1, 3])
  t.deepEqual(read(disk, 2n, zxidAt(1, 3)), [2n, zxidAt(1, 1), zxidAt(1, 2)])
  for (const sent of [4n, zxidAt(1, 0)]) {
    const tree = treeOf([])
    tree.lastProcessedZxid = sent
    const path = `data/snapshot.${sent.toString(16)}`
    put(disk, path, snapshotBytes(tree))
    t.deepEqual(read(disk, 2n, zxidAt(1, 3)), [], path)
    t.deepEqual(read(disk, zxidAt(1, 1), zxidAt(1, 3)), [zxidAt(1, 1), zxidAt(1, 2)], path)
    disk.remove(path)
  }
})

test('BROADCAST-34: while a log is written, what is in its files is given', async (t) => {
  const zxids = [1n, 2n, 3n]
  const disk = diskWith({ zxids, files: [zxids], zeros: 20, hasEmptyLog: false }, oneFolder, [0])
  const log = logWriter(new CrashingDisk(disk), oneFolder, 4096)
  const more = [...nextZxids(3n, 40, false), ...nextZxids(43n, 40, true)]
  const all = [...zxids, ...more]
  let longest = 0
  for (const [at, zxid] of more.entries()) {
    // Records of every size, in files that were grown ahead of them.
    log.append(creation(zxid, (at * 397) % 6000))
    if (at % 9 === 8) log.roll()
    if (at % 4 === 0) await new Promise((resolve) => setImmediate(resolve))
    const given = read(disk, 2n, zxidAt(5, 0))
    t.deepEqual(given, all.slice(1, 1 + given.length))
    t.true(given.length >= longest)
    longest = given.length
  }
  await log.close()
  t.deepEqual(read(disk, 2n, zxidAt(5, 0)), all.slice(1))
  t.true(longest > 60)
})

test('BROADCAST-34: a leader brings a learner up to date from its disk', (t) => {
  const zxids = [1n, 2n, 3n, zxidAt(1, 1), zxidAt(1, 2), zxidAt(1, 3)]
  const files = [
    [1n, 2n],
    [3n, zxidAt(1, 1)],
    [zxidAt(1, 2), zxidAt(1, 3)],
  ]
  const disk = diskWith({ zxids, files, zeros: 64, hasEmptyLog: false }, oneFolder, [0, 4])
  const committedLog = new CommittedLog()
  for (const zxid of zxids.slice(4)) committedLog.add(creation(zxid))
  const host = { logFrom: (zxid: Zxid, before: Zxid) => readLogFrom(disk, oneFolder, zxid, before, 100_000) }
  const supply = { lastProcessed: zxidAt(1, 3), committedLog, forceSnapSync: false, host }
  const told = (peer: Zxid) => {
    const choice = choose(supply, peer)
    return choice.type === 'SNAP' ? 'SNAP' : [choice.type, choice.zxid, zxidsOf(choice.transactions)]
  }
  t.deepEqual(told(2n), ['DIFF', zxidAt(1, 3), zxids.slice(2)])
  t.deepEqual(told(3n), ['DIFF', zxidAt(1, 3), zxids.slice(3)])
  t.is(told(0n), 'SNAP')
  // What the learner has of the older epoch can't be cut off by a log of the later one.
  t.is(told(7n), 'SNAP')
  disk.remove('data/log.3')
  t.is(told(2n), 'SNAP')
})

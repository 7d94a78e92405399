/** BROADCAST-12, BROADCAST-14: the epochs on disk, in Apache's files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { FileDisk } from '../../src/runtime/file-disk.js'
import { SimulatedDisk } from '../../src/simulate/simulated-disk.js'
import type { Disk } from '../../src/storage/disk.js'
import { EpochFiles } from '../../src/storage/epoch-files.js'
import { StorageError } from '../../src/storage/errors.js'
import { copyOf, CrashingDisk, crashEverywhere, put } from '../support/crashing-disk.js'
import { temporaryFolder } from '../support/data-directory.js'
import { zxidAt } from '../support/stored-history.js'

function diskWith(files: Readonly<Record<string, string>>): SimulatedDisk {
  const disk = new SimulatedDisk()
  disk.makeFolder('data')
  for (const [name, text] of Object.entries(files)) put(disk, `data/${name}`, Buffer.from(text))
  return disk
}

/** What a start has, whose last zxid is of an epoch. */
function loaded(disk: Disk, epoch: number): { accepted: number; current: number } {
  const epochs = new EpochFiles(disk, 'data')
  epochs.load(zxidAt(epoch, 7))
  return { accepted: epochs.accepted, current: epochs.current }
}

function refusal(t: ExecutionContext, files: Readonly<Record<string, string>>, epoch: number): string {
  const error = t.throws(() => loaded(diskWith(files), epoch), { instanceOf: StorageError })
  return error.message
}

test('BROADCAST-12: without files the epochs are those of the last zxid', (t) => {
  t.deepEqual(loaded(diskWith({}), 0), { accepted: 0, current: 0 })
  t.deepEqual(loaded(diskWith({}), 3), { accepted: 3, current: 3 })
  t.deepEqual(loaded(diskWith({ currentEpoch: '4' }), 3), { accepted: 4, current: 4 })
  t.deepEqual(loaded(diskWith({ acceptedEpoch: '4' }), 3), { accepted: 4, current: 3 })
})

test('BROADCAST-12: what was written is read again, each of its own', async (t) => {
  const disk = diskWith({})
  const epochs = new EpochFiles(new CrashingDisk(disk), 'data')
  epochs.load(0n)
  await epochs.writeAccepted(6)
  t.deepEqual([epochs.accepted, epochs.current], [6, 0])
  await epochs.writeCurrent(5)
  t.deepEqual([epochs.accepted, epochs.current], [6, 5])
  t.deepEqual(loaded(disk, 5), { accepted: 6, current: 5 })
  t.deepEqual([...disk.list('data')].sort(), ['acceptedEpoch', 'currentEpoch'])
  await epochs.writeCurrent(0x7fff_ffff)
  await epochs.writeAccepted(0x7fff_ffff)
  t.deepEqual(loaded(disk, 5), { accepted: 0x7fff_ffff, current: 0x7fff_ffff })
})

for (const [which, other] of [
  ['accepted', 'current'],
  ['current', 'accepted'],
] as const) {
  test(`BROADCAST-12: a crash while ${which}Epoch is written leaves the old epoch or the new one`, async (t) => {
    const seen = new Set<number>()
    let told: number | undefined
    const before = { accepted: 9, current: 9, [which]: which === 'accepted' ? 9 : 8 }
    const crashes = await crashEverywhere(
      diskWith({ acceptedEpoch: String(before.accepted), currentEpoch: String(before.current) }),
      async (disk) => {
        told = undefined
        const epochs = new EpochFiles(disk, 'data')
        epochs.load(0n)
        // A longer number too: half of it would be another epoch.
        if (which === 'accepted') await epochs.writeAccepted(12345)
        else await epochs.writeCurrent(9)
        told = epochs[which]
      },
      (disk, { says, isDone }) => {
        const found = loaded(disk, 0)
        const wanted = which === 'accepted' ? 12345 : 9
        t.true([before[which], wanted].includes(found[which]), `${says}: ${found[which]}`)
        t.is(found[other], before[other], says)
        t.is(told, isDone ? wanted : undefined)
        // Whoever was told of it finds it.
        if (isDone) t.is(found[which], wanted, says)
        seen.add(found[which])
      },
    )
    t.true(crashes > 4)
    t.is(seen.size, 2)
  })
}

test('BROADCAST-14: a currentEpoch that lags behind the last zxid is raised', (t) => {
  t.deepEqual(loaded(diskWith({ currentEpoch: '2', acceptedEpoch: '5' }), 4), { accepted: 5, current: 4 })
  t.deepEqual(loaded(diskWith({ currentEpoch: '2', acceptedEpoch: '4' }), 4), { accepted: 4, current: 4 })
  t.deepEqual(loaded(diskWith({ currentEpoch: '2' }), 4), { accepted: 4, current: 4 })
  t.deepEqual(loaded(diskWith({ currentEpoch: '4', acceptedEpoch: '4' }), 2), { accepted: 4, current: 4 })
})

test('BROADCAST-12: an acceptedEpoch before the epoch that was synchronized is refused, with file and advice', (t) => {
  const said = refusal(t, { currentEpoch: '6', acceptedEpoch: '5' }, 3)
  t.true(
    said.startsWith('data/acceptedEpoch: it says epoch 5, and this server was synchronized in epoch 6'),
    said,
  )
  t.regex(said, /last zxid 0x300000007/)
  t.regex(said, /restore all files of the folder from one backup/)
  t.regex(refusal(t, { currentEpoch: '5', acceptedEpoch: '5' }, 6), /synchronized in epoch 6/)
})

test('BROADCAST-12: what is no epoch is refused, with file and advice', (t) => {
  for (const text of ['', 'x', '-1', '1 2', '0x5', '1.5', '2147483648', '99999999999', '\0\0\0']) {
    for (const name of ['currentEpoch', 'acceptedEpoch']) {
      const said = refusal(t, { [name]: text }, 0)
      t.true(
        said.startsWith(`data/${name}: it holds ${JSON.stringify(text)}, and should hold an epoch`),
        said,
      )
      t.regex(said, /Restore it from a backup/)
    }
  }
  // Not all of it is shown.
  t.true(refusal(t, { currentEpoch: 'y'.repeat(5000) }, 0).length < 400)
})

test('BROADCAST-12: a draft that a crash left is removed, and not taken for an epoch', (t) => {
  const disk = diskWith({
    currentEpoch: '2',
    'currentEpoch.tmp': '3',
    'acceptedEpoch.tmp': '',
    acceptedEpoch: '2',
  })
  t.deepEqual(loaded(disk, 1), { accepted: 2, current: 2 })
  t.deepEqual([...disk.list('data')].sort(), ['acceptedEpoch', 'currentEpoch'])
})

test('BROADCAST-12: an epoch that cannot be written is told with its file, and the old one stays', async (t) => {
  for (const failing of ['create', 'append', 'sync', 'rename']) {
    const inner = diskWith({ acceptedEpoch: '1' })
    inner.fault = (operation) => {
      if (operation === failing) throw new Error('no space left')
    }
    const epochs = new EpochFiles(new CrashingDisk(inner), 'data')
    epochs.load(0n)
    const error = await t.throwsAsync(epochs.writeAccepted(2), { instanceOf: StorageError })
    t.regex(error.message, /^data\/acceptedEpoch: the epoch can't be written \(no space left\)/)
    t.is(epochs.accepted, 1)
    t.deepEqual(loaded(copyOf(inner), 0), { accepted: 1, current: 0 })
  }
})

test("BROADCAST-12: the files are of Apache's form: a number as text, without a line's end; read with one too", async (t) => {
  const folder = temporaryFolder(t)
  const epochs = new EpochFiles(new FileDisk(), folder)
  epochs.load(0n)
  await epochs.writeAccepted(41)
  await epochs.writeCurrent(40)
  t.is(readFileSync(join(folder, 'acceptedEpoch'), 'latin1'), '41')
  t.is(readFileSync(join(folder, 'currentEpoch'), 'latin1'), '40')
  writeFileSync(join(folder, 'acceptedEpoch'), '42\n')
  epochs.load(0n)
  t.deepEqual([epochs.accepted, epochs.current], [42, 40])
})

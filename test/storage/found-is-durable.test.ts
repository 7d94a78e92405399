/** SERVICE-70, BROADCAST-13: what a start finds is on disk before anybody relies on it, whoever wrote it. */
import test from 'ava'
import { silent } from '../../src/platform/logger.js'
import { Random } from '../../src/random/random.js'
import { MachineClock } from '../../src/simulate/ensemble/machine-clock.js'
import { EventQueue } from '../../src/simulate/ensemble/event-queue.js'
import { SimulatedDisk } from '../../src/simulate/simulated-disk.js'
import { foldersOf, makeFolders } from '../../src/storage/folders.js'
import { LogWriter } from '../../src/storage/log-writer.js'
import { recover } from '../../src/storage/recovery.js'
import type { Transaction } from '../../src/tree/txn.js'

const folders = foldersOf('/data', null)
const unused = () => {
  throw new Error('not compressed')
}
const compression = { gzip: unused, gunzip: unused, compressBlock: unused, uncompressBlock: unused }

function transaction(counter: number): Transaction {
  const header = { clientId: 1n, cxid: counter, zxid: (1n << 32n) + BigInt(counter), time: 1000, type: 1 }
  const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
  const path = `/n${counter}`
  return { header, txn: { op: 'create', path, data: null, acl, ephemeral: false, parentCVersion: counter } }
}

const lastOf = (disk: SimulatedDisk) =>
  recover({ disk, compression, folders, tree: { extendedTypes: true }, trustEmpty: true, logger: silent })
    .tree.lastProcessedZxid

test('records that a killed server had not synced are there after a start and a loss of power', async (t) => {
  const queue = new EventQueue()
  const disk = new SimulatedDisk()
  makeFolders(disk, folders)
  const log = new LogWriter({
    disk,
    clock: new MachineClock(queue, { rate: 1, ahead: 0 }),
    logger: silent,
    folder: folders.logs,
    forceSync: true,
    preAllocSize: 0,
    sizeLimit: 0,
    syncWarningMs: 1000,
    onDurable: () => {},
    onFailure: (error) => t.fail(error.message),
  })
  for (let counter = 1; counter <= 5; counter++) log.append(transaction(counter))
  await queue.runUntil(10, () => false)
  t.is(disk.syncing, 1, 'written, and its sync does not end')
  disk.afterKill()
  const found = lastOf(disk)
  t.is(found, (1n << 32n) + 5n)
  for (const kind of ['ordered', 'scattered'] as const)
    for (let seed = 0; seed < 20; seed++) t.is(lastOf(disk.afterCrash(new Random(seed), kind)), found)
})

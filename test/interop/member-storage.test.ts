/** What a member of an ensemble keeps: Apache 3.8 opens our epochs and a log that we cut, and we read its log from a zxid on. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { connectClient } from '../../src/runtime/client-socket.js'
import { FileDisk } from '../../src/runtime/file-disk.js'
import { EpochFiles } from '../../src/storage/epoch-files.js'
import { foldersOf } from '../../src/storage/folders.js'
import { readLogFrom } from '../../src/storage/read-log-from.js'
import { truncateLog } from '../../src/storage/truncate-log.js'
import { fill, filesOf, start, temporaryFolder } from '../support/data-directory.js'
import { logOf } from '../support/log-files.js'
import { zxidAt } from '../support/stored-history.js'
import { freePort, isApacheInstalled, startApache, wholeTree } from './apache.js'

const disk = new FileDisk()
const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

/** Logs of the zxids 1 to 3, 4 to 6, 7 to 9, a session and two znodes each, and of an epoch 2. */
async function filled(t: ExecutionContext): Promise<string> {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'f'],
  ])
  const [log] = filesOf('log', dataDir)
  writeFileSync(log!.replace('log.1', 'log.200000001'), logOf([zxidAt(2, 1), zxidAt(2, 2)]))
  return dataDir
}

async function writeEpochs(dataDir: string, accepted: number, current: number): Promise<void> {
  const epochs = new EpochFiles(disk, foldersOf(dataDir, null).snapshots)
  await epochs.writeAccepted(accepted)
  await epochs.writeCurrent(current)
}

async function create(port: number, names: readonly string[]): Promise<void> {
  const client = await connectClient({ port })
  for (const name of names) {
    const reply = await client.request({ op: 'create', path: `/${name}`, data: null, acl: open, flags: 0 })
    if (reply.err !== 0) throw new Error(`create /${name}: ${reply.err}`)
  }
  await client.close()
}

/** The znodes that transactions create, between others. */
function createdIn(dataDir: string, zxid: bigint, before: bigint): { zxids: bigint[]; paths: string[] } {
  const transactions = readLogFrom(disk, foldersOf(dataDir, null), zxid, before, Infinity)
  return {
    zxids: transactions.map(({ header }) => header.zxid),
    paths: transactions.flatMap(({ txn }) => (txn.op === 'create' ? [txn.path] : [])),
  }
}

if (!isApacheInstalled) {
  test.skip("storage of a member: skipped, because Apache's server (Debian: zookeeper) is not installed", () => {})
} else {
  test.serial('BROADCAST-41: Apache opens a log that was cut, and shows the tree at that zxid', async (t) => {
    t.timeout(240_000)
    const dataDir = await filled(t)
    await writeEpochs(dataDir, 3, 2)
    // A zxid of the last log, the end of an epoch, two that no log has, one in the middle.
    for (const [zxid, paths] of [
      [zxidAt(2, 1), ['/a', '/b', '/c', '/d', '/e', '/f']],
      [zxidAt(2, 0), ['/a', '/b', '/c', '/d', '/e', '/f']],
      [8n, ['/a', '/b', '/c', '/d', '/e']],
      [5n, ['/a', '/b', '/c']],
      [0n, []],
    ] as const) {
      t.true(truncateLog(disk, foldersOf(dataDir, null), zxid))
      const [ours, apaches] = [temporaryFolder(t), temporaryFolder(t)]
      cpSync(dataDir, ours, { recursive: true })
      cpSync(dataDir, apaches, { recursive: true })
      const apache = await startApache(apaches)
      const shown = await wholeTree(apache.port)
      await apache.stop()
      t.deepEqual(
        Object.keys(shown).filter((path) => /^\/.$/.test(path)),
        [...paths],
        String(zxid),
      )
      const server = await start(ours)
      t.deepEqual(await wholeTree(server.port), shown, String(zxid))
      await server.stop()
    }
  })

  test.serial(
    'BROADCAST-12, BROADCAST-34: a member of Apache goes on from our epochs, and we from its',
    async (t) => {
      t.timeout(240_000)
      const dataDir = temporaryFolder(t)
      await fill(dataDir, [['a', 'b'], ['c']])
      await writeEpochs(dataDir, 8, 7)
      writeFileSync(join(dataDir, 'myid'), '1')
      const host = '127.0.0.1'
      const settings = [
        'standaloneEnabled=false',
        'initLimit=20',
        'syncLimit=20',
        `server.1=${host}:${await freePort()}:${await freePort()}`,
      ]
      const apache = await startApache(dataDir, settings)
      await create(apache.port, ['d', 'e'])
      const names = Object.keys(await wholeTree(apache.port))
      await apache.stop()
      for (const name of ['/a', '/b', '/c', '/d', '/e']) t.true(names.includes(name), name)
      // The epoch after the one that was accepted.
      const epochs = new EpochFiles(disk, foldersOf(dataDir, null).snapshots)
      epochs.load(zxidAt(9, 1))
      t.deepEqual([epochs.accepted, epochs.current], [9, 9])
      const { zxids, paths } = createdIn(dataDir, 3n, zxidAt(10, 0))
      t.deepEqual(paths, ['/b', '/c', '/d', '/e'], filesOf('snapshot', dataDir).join())
      t.deepEqual(zxids.slice(0, 3), [3n, 4n, 5n])
      t.true(zxids.includes(zxidAt(9, 1)))
    },
  )

  test.serial("BROADCAST-34: Apache's own logs are read from any zxid on", async (t) => {
    t.timeout(240_000)
    const dataDir = temporaryFolder(t)
    const wanted = Array.from({ length: 40 }, (_, at) => `n${at}`)
    for (const part of [wanted.slice(0, 23), wanted.slice(23)]) {
      // Apache begins a new log each few transactions, and takes snapshots.
      const apache = await startApache(dataDir, ['snapCount=8'])
      await create(apache.port, part)
      await apache.stop()
    }
    t.true(filesOf('log', dataDir).length > 3)
    const all = createdIn(dataDir, 1n, zxidAt(1, 0))
    t.deepEqual(
      all.paths,
      wanted.map((name) => `/${name}`),
    )
    t.deepEqual(
      all.zxids,
      all.zxids.map((_, at) => BigInt(at + 1)),
    )
    for (let zxid = 1n; zxid <= all.zxids.length; zxid += 3n) {
      const { zxids } = createdIn(dataDir, zxid, zxid + 20n)
      t.deepEqual(
        zxids,
        all.zxids.filter((each) => each >= zxid && each < zxid + 20n),
      )
    }
  })
}

/** What the field damages in data directories: Apache 3.8 and this server open the same, to the same tree. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { MultiOp } from '../../spec/vocabulary/index.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import type { FileKind } from '../../src/storage/names.js'
import { writeSnapshot } from '../../src/storage/snapshot-format.js'
import { DataTree } from '../../src/tree/data-tree.js'
import { logOf, recordStarts } from '../support/log-files.js'
import { create, fill, filesOf, refused, start, temporaryFolder } from '../support/data-directory.js'
import { ApacheRefuses, apacheJar, isApacheInstalled, startApache, wholeTree } from './apache.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

/** The same directory for each of the two: an open one changes. */
function copies(t: ExecutionContext, dataDir: string): [string, string] {
  const [one, other] = [temporaryFolder(t), temporaryFolder(t)]
  cpSync(dataDir, one, { recursive: true })
  cpSync(dataDir, other, { recursive: true })
  return [one, other]
}

/** What each of the two finds in a directory. */
async function bothOpen(
  t: ExecutionContext,
  dataDir: string,
  settings: readonly string[] = [],
  config: Parameters<typeof start>[1] = {},
): Promise<Record<string, unknown>> {
  const [ours, apaches] = copies(t, dataDir)
  const apache = await startApache(apaches, settings)
  const expected = await wholeTree(apache.port)
  await apache.stop()
  const server = await start(ours, config)
  const found = await wholeTree(server.port)
  await server.stop()
  t.deepEqual(found, expected)
  return found
}

async function threeLogs(t: ExecutionContext): Promise<{ dataDir: string; logs: string[] }> {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'f'],
  ])
  return { dataDir, logs: filesOf('log', dataDir) }
}

if (!isApacheInstalled) {
  test.skip("storage: skipped, because Apache's server (Debian: zookeeper) is not installed", () => {})
} else {
  test.serial(
    'ZOOKEEPER-2967: both refuse a dataLogDir that was named later, and swapped folders',
    async (t) => {
      const dataDir = temporaryFolder(t)
      const dataLogDir = temporaryFolder(t)
      await fill(dataDir, [['a']])
      await t.throwsAsync(() => startApache(dataDir, [`dataLogDir=${dataLogDir}`]), {
        instanceOf: ApacheRefuses,
      })
      await refused(t, dataDir, { dataLogDir })
      const snapshots = temporaryFolder(t)
      const logs = temporaryFolder(t)
      await fill(snapshots, [['a']], { dataLogDir: logs })
      await t.throwsAsync(() => startApache(logs, [`dataLogDir=${snapshots}`]), { instanceOf: ApacheRefuses })
      await refused(t, logs, { dataLogDir: snapshots })
    },
  )

  for (const method of ['gz', 'snappy'] as const) {
    test.serial(
      `ZOOKEEPER-3179: each reads the snapshots that the other writes with ${method}`,
      async (t) => {
        const dataDir = temporaryFolder(t)
        const setting = `snapshot.compression.method=${method}`
        const onlyNewest = (): void => {
          const files = filesOf('snapshot', dataDir)
          t.true(files.at(-1)!.endsWith(`.${method}`), files.join())
          for (const file of files.slice(0, -1)) rmSync(file)
        }
        await fill(dataDir, [['a', 'b'], ['c']])
        // Apache writes a snapshot when it starts.
        const writer = await startApache(dataDir, [setting])
        const expected = await wholeTree(writer.port)
        await writer.stop()
        onlyNewest()
        const server = await start(dataDir, { snapshotCompression: method, snapCount: 4 })
        t.deepEqual(await wholeTree(server.port), expected)
        await create(server, ['d', 'e', 'f', 'g', 'h', 'i'])
        const grown = await wholeTree(server.port)
        await server.stop()
        onlyNewest()
        const reader = await startApache(dataDir, [setting])
        t.deepEqual(await wholeTree(reader.port), grown)
        await reader.stop()
      },
    )
  }

  for (const [says, config, count] of [
    ['more than two jute.maxbuffer of them', {}, 24_000],
    ['closeSessionTxn.enabled=false', { closeSessionTxn: false }, 3],
  ] as const) {
    test.serial(
      `ZOOKEEPER-4306: Apache opens the log of a session closed with its ephemerals: ${says}`,
      async (t) => {
        t.timeout(120_000)
        const dataDir = temporaryFolder(t)
        const server = await start(dataDir, { ...config, snapCount: 1_000_000 })
        const client = await connectClient({ port: server.port, timeOut: 40_000 })
        const long = 'e'.repeat(90)
        for (let from = 0; from < count; from += 1000) {
          const ops = Array.from({ length: Math.min(1000, count - from) }, (_, at): MultiOp => {
            return { op: 'create', path: `/${long}-${from + at}`, data: null, acl: open, flags: 1 }
          })
          t.is((await client.request({ op: 'multi', ops })).err, 0)
        }
        t.is(server.core.state.tree.ephemeralCount, count)
        await client.close()
        await create(server, ['after'])
        const expected = await wholeTree(server.port)
        await server.stop()
        const [ours, apaches] = copies(t, dataDir)
        const apache = await startApache(apaches)
        t.deepEqual(await wholeTree(apache.port), expected)
        await apache.stop()
        const again = await start(ours)
        t.deepEqual(await wholeTree(again.port), expected)
        t.is(Object.keys(expected).length, 5)
        await again.stop()
      },
    )
  }

  test.serial('ZOOKEEPER-2332: both refuse an emptied log in the middle', async (t) => {
    const { dataDir, logs } = await threeLogs(t)
    truncateSync(logs[1]!, 0)
    const [ours, apaches] = copies(t, dataDir)
    await t.throwsAsync(() => startApache(apaches), { instanceOf: ApacheRefuses })
    await refused(t, ours)
  })

  test.serial(
    'BROADCAST-80: both open a torn record at the end of an epoch, and the log of a later one',
    async (t) => {
      const { dataDir, logs } = await threeLogs(t)
      const bytes = readFileSync(logs[2]!)
      const last = recordStarts(bytes).at(-2)!
      writeFileSync(logs[2]!, bytes.subarray(0, last + 30))
      writeFileSync(logs[2]!.replace('log.7', 'log.200000001'), logOf([(2n << 32n) + 1n]))
      const tree = await bothOpen(t, dataDir)
      t.true('/e' in tree && !('/f' in tree))
    },
  )

  test.serial(
    'ZOOKEEPER-3056: both replay the logs where every snapshot is empty and snapshot.trust.empty says so',
    async (t) => {
      const { dataDir } = await threeLogs(t)
      for (const file of filesOf('snapshot', dataDir)) truncateSync(file, 0)
      const tree = await bothOpen(t, dataDir, ['snapshot.trust.empty=true'], { snapshotTrustEmpty: true })
      t.true('/f' in tree)
    },
  )

  test.serial(
    'ZOOKEEPER-3144: both remove an ephemeral whose session is in no table, and leave the same Stats',
    async (t) => {
      const dataDir = temporaryFolder(t)
      const tree = new DataTree()
      const owners = { '/p': 0n, '/p/kept': 0n, '/p/stale': 0x1234n }
      Object.entries(owners).forEach(([path, owner], at) => {
        const header = { clientId: owner, cxid: 0, zxid: BigInt(at + 1), time: 1000, type: 1 }
        const txn = {
          op: 'create',
          path,
          data: null,
          acl: open,
          ephemeral: owner !== 0n,
          parentCVersion: -1,
        } as const
        tree.apply({ header, txn }, () => {})
      })
      tree.lastProcessedZxid = 9n
      mkdirSync(join(dataDir, 'version-2'))
      writeFileSync(join(dataDir, 'version-2', 'snapshot.9'), Buffer.concat([...writeSnapshot(tree, [])]))
      writeFileSync(join(dataDir, 'version-2', 'log.a'), logOf([10n]))
      const found = await bothOpen(t, dataDir)
      t.true('/p/kept' in found && !('/p/stale' in found))
    },
  )

  test.serial('ZOOKEEPER-3231: both purge the same files where the newest snapshots are empty', async (t) => {
    const dataDir = temporaryFolder(t)
    const server = await start(dataDir, { snapCount: 8 })
    await create(
      server,
      Array.from({ length: 60 }, (_, index) => `n${index}`),
    )
    await server.stop()
    for (const file of filesOf('snapshot', dataDir).slice(-3)) truncateSync(file, 0)
    const [ours, apaches] = copies(t, dataDir)
    const main = 'org.apache.zookeeper.server.PurgeTxnLog'
    spawnSync('java', ['-cp', apacheJar, main, apaches, apaches, '-n', '3'])
    const left = (kind: FileKind, folder: string) => filesOf(kind, folder).map((file) => basename(file))
    t.true(left('snapshot', apaches).length < left('snapshot', dataDir).length)
    let purged: () => void
    const isPurged = new Promise<void>((resolve) => (purged = resolve))
    const info = (_: unknown, message: string) => {
      if (message === 'old files removed') purged()
    }
    const again = await start(
      ours,
      { purgeInterval: 1 },
      { logger: { debug() {}, info, warn() {}, error() {} } },
    )
    await isPurged
    await again.stop()
    t.deepEqual(left('snapshot', ours), left('snapshot', apaches))
    // Apache keeps a log more, which ends where the oldest snapshot was taken.
    t.deepEqual(left('log', ours), left('log', apaches).slice(1))
    const tree = await bothOpen(t, ours)
    t.is(Object.keys(tree).filter((path) => path.startsWith('/n')).length, 60)
  })

  test.serial(
    'Apache opens a directory in which a server of ours was killed, its socket still there',
    async (t) => {
      const dataDir = temporaryFolder(t)
      await fill(dataDir, [['a']])
      const folder = join(dataDir, 'version-2')
      // A listener whose file stays, as a killed process leaves it.
      const left = createServer()
      await new Promise<void>((resolve) => left.listen(join(folder, 'server-1-00.lock'), resolve))
      const apache = await startApache(dataDir)
      t.true('/a' in (await wholeTree(apache.port)))
      await apache.stop()
      t.true(readdirSync(folder).includes('server-1-00.lock'))
      await new Promise((resolve) => left.close(resolve))
      const server = await start(dataDir)
      t.true('/a' in (await wholeTree(server.port)))
      await server.stop()
    },
  )
}

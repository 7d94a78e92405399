/** ZOOKEEPER-3144, SERVICE-59: an ephemeral whose session is in no table is removed at load. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { writeSnapshot } from '../../src/storage/snapshot-format.js'
import { DataTree } from '../../src/tree/data-tree.js'
import { ownerOfTtl } from '../../src/tree/ephemeral-owner.js'
import type { Transaction } from '../../src/tree/txn.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { fill, filesOf, pathsOf, refused, start, temporaryFolder } from '../support/data-directory.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const dead = 0x1000_0000_000d_ead0n
const alive = 0x1000_0000_0000_0001n

function creation(zxid: bigint, path: string, owner: bigint): Transaction {
  const header = { clientId: owner, cxid: 0, zxid, time: 1000, type: 1 }
  const ephemeral = owner !== 0n
  const txn = { op: 'create', path, data: null, acl: open, ephemeral, parentCVersion: -1 } as const
  return { header, txn }
}

/** A snapshot of zxid 4 with an ephemeral of a session that lives and of one that doesn't. */
function plantSnapshot(dataDir: string, ...more: Transaction[]): void {
  const tree = new DataTree()
  const creations = [creation(1n, '/p', 0n), creation(2n, '/p/stale', dead), creation(3n, '/live', alive)]
  for (const transaction of [...creations, ...more]) tree.apply(transaction, () => {})
  tree.lastProcessedZxid = 4n
  for (const file of [...filesOf('snapshot', dataDir), ...filesOf('log', dataDir)]) rmSync(file)
  const bytes = Buffer.concat([...writeSnapshot(tree, [[alive, 30_000]])])
  writeFileSync(join(dataDir, 'version-2', 'snapshot.4'), bytes)
}

async function warned(dataDir: string, config = {}) {
  const lines: { fields: Readonly<Record<string, unknown>>; message: string }[] = []
  const warn = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ fields, message })
  const server = await start(dataDir, config, { logger: { debug() {}, info() {}, warn, error: warn } })
  return { server, lines }
}

test('SERVICE-59: an ephemeral whose session does not exist is removed at load, with a log line', async (t) => {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [['x']])
  plantSnapshot(dataDir)
  const { server, lines } = await warned(dataDir)
  t.deepEqual(pathsOf(server), ['/live', '/p'])
  const line = lines.find(({ message }) => message.startsWith('ephemerals removed'))
  t.deepEqual(line?.fields, { session: '0x10000000000dead0', paths: ['/p/stale'] })
  // As Apache leaves its parent.
  const parent = server.core.state.tree.get('/p')!.stat()
  t.is(parent.pzxid, 4n)
  t.is(parent.cversion, 2)
  // The name is free again, and what takes it stays whatever the next start replays.
  const client = await connectClient({ port: server.port })
  const again = { op: 'create', path: '/p/stale', data: Buffer.from('new'), acl: open, flags: 0 } as const
  t.is((await client.request(again)).err, 0)
  client.destroy()
  await server.stop()
  const next = await warned(dataDir)
  t.deepEqual(pathsOf(next.server), ['/live', '/p', '/p/stale'])
  t.false(next.lines.some(({ message }) => message.startsWith('ephemerals removed')))
  await next.server.stop()
})

test('SERVICE-59: an ephemeral whose session is created in the log after the snapshot stays', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir)
  const client = await connectClient({ port: server.port })
  await client.request({ op: 'create', path: '/e', data: null, acl: open, flags: 1 })
  client.destroy()
  await server.kill()
  const again = await start(dataDir)
  t.deepEqual(pathsOf(again), ['/e'])
  await again.stop()
})

test('a TTL node that is opened without extendedTypesEnabled is kept, and the key is named', async (t) => {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [['x']])
  plantSnapshot(dataDir, creation(4n, '/ttl', ownerOfTtl(60_000n)))
  const { server, lines } = await warned(dataDir)
  t.deepEqual(pathsOf(server), ['/live', '/p', '/ttl'])
  t.true(lines.some(({ message }) => message.includes('extendedTypesEnabled=true')))
  await server.stop()
})

test('ZOOKEEPER-3056: all snapshots empty: refused with the way on, and snapshot.trust.empty replays the logs', async (t) => {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [['a'], ['b']])
  for (const size of [0, 40]) {
    for (const file of filesOf('snapshot', dataDir)) {
      const bytes = readFileSync(file)
      writeFileSync(file, bytes.subarray(0, size))
    }
    t.regex(
      await refused(t, dataDir),
      /none of the snapshots can be read, so what came before the logs is missing.*snapshot\.trust\.empty=true/,
    )
    const server = await start(dataDir, { snapshotTrustEmpty: true })
    t.deepEqual(pathsOf(server), ['/a', '/b'])
    await server.stop()
    // There is a snapshot again.
    const next = await start(dataDir)
    t.deepEqual(pathsOf(next), ['/a', '/b'])

    await next.stop()
  }
})

test('ZOOKEEPER-3056: snapshots that are damaged and no logs: refused, trusted or not', async (t) => {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [['a']])
  for (const file of filesOf('log', dataDir)) rmSync(file)
  for (const file of filesOf('snapshot', dataDir)) writeFileSync(file, '')
  for (const snapshotTrustEmpty of [false, true]) {
    t.regex(
      await refused(t, dataDir, { snapshotTrustEmpty }),
      /none of the snapshots can be read, and no transaction can be read from the logs in .*Restore one from a backup/,
    )
  }
})

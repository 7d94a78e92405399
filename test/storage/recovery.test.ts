/** What a data directory survives: a torn tail is cut off, corruption before valid records is refused, nothing acknowledged is lost. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { connectClient } from '../../src/runtime/client-socket.js'
import { nextRecord, recordAt } from '../../src/storage/log-format.js'
import { create, filesOf, pathsOf, refused, start, temporaryFolder } from '../support/data-directory.js'
import { recordStarts } from '../support/log-files.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

test('a server that stopped has everything when it starts again, sessions and Stats too', async (t) => {
  const dataDir = temporaryFolder(t)
  const first = await start(dataDir)
  const client = await connectClient({ port: first.port })
  await client.request({ op: 'create', path: '/a', data: Buffer.from('1'), acl: open, flags: 0 })
  await client.request({ op: 'create', path: '/e', data: null, acl: open, flags: 1 })
  await client.request({ op: 'setData', path: '/a', data: Buffer.from('2'), version: 0 })
  const before = await client.request({ op: 'getData', path: '/a', watch: false })
  const { sessionId, passwd } = client
  await first.stop()
  const second = await start(dataDir)
  t.teardown(() => second.kill())
  const back = await connectClient({ port: second.port, sessionId, passwd })
  t.is(back.sessionId, sessionId)
  const after = await back.request({ op: 'getData', path: '/a', watch: false })
  t.deepEqual(after.result, before.result)
  const ephemeral = await back.request({ op: 'exists', path: '/e', watch: false })
  t.true(ephemeral.result?.op === 'exists' && ephemeral.result.stat.ephemeralOwner === sessionId)
})

test('a torn tail is cut off at every length, and what was before it is there', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir)
  await create(server, ['a', 'b', 'c'])
  await server.stop()
  const [log] = filesOf('log', dataDir)
  const whole = readFileSync(log!)
  const starts = recordStarts(whole)
  const last = starts.at(-2)!
  const end = starts.at(-1)!
  for (let cut = last + 5; cut < end; cut += 7) {
    writeFileSync(log!, whole.subarray(0, cut))
    const again = await start(dataDir)
    t.deepEqual(pathsOf(again), ['/a', '/b'], `cut at ${cut}`)
    await again.kill()
    t.is(statSync(log!).size, last)
  }
})

test('a log of several windows, with a record larger than one, is read to its end; its later corruption is found', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir, { juteMaxBuffer: 8 << 20 })
  const client = await connectClient({ port: server.port })
  // A log is read 1 MiB at a time: records of every size around that end and begin in the middle of it.
  for (const [at, size] of [300_000, 700_001, 3 << 20, 1 << 20, 5, (1 << 20) - 60, 900_000].entries()) {
    const data = Buffer.alloc(size, at + 1)
    const reply = await client.request({ op: 'create', path: `/n${at}`, data, acl: open, flags: 0 })
    t.is(reply.err, 0)
  }
  client.destroy()
  await server.stop()
  const again = await start(dataDir)
  for (const [at, size] of [300_000, 700_001, 3 << 20, 1 << 20, 5, (1 << 20) - 60, 900_000].entries()) {
    t.true(again.core.state.tree.get(`/n${at}`)!.data!.every((byte) => byte === at + 1))
    t.is(again.core.state.tree.get(`/n${at}`)!.dataLength, size)
  }
  await again.kill()

  const [log] = filesOf('log', dataDir)
  const bytes = readFileSync(log!)
  const sixth = recordStarts(bytes)[5]!
  bytes[sixth + 50]! ^= 0xff
  writeFileSync(log!, bytes)
  const message = await refused(t, dataDir)
  t.true(message.startsWith(`${log!}: corrupt at byte ${sixth}, after zxid 0x5: `), message)
})

test('a record that is corrupt before valid ones is refused, with file, byte and what to do', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir)
  await create(server, ['a', 'b', 'c'])
  await server.stop()
  const [log] = filesOf('log', dataDir)
  const bytes = readFileSync(log!)
  const second = recordStarts(bytes)[2]!
  bytes[second + 40]! ^= 0xff
  writeFileSync(log!, bytes)
  const message = await refused(t, dataDir)
  t.true(message.startsWith(`${log!}: corrupt at byte ${second}, after zxid 0x2: `), message)
  t.regex(message, /checksum is wrong, and valid records follow at byte \d+\. Restore the file from a backup/)
  t.deepEqual(readFileSync(log!), bytes, 'nothing was cut')
})

test('a log that is damaged while a later one goes on is refused', async (t) => {
  const dataDir = temporaryFolder(t)
  const first = await start(dataDir)
  await create(first, ['a', 'b'])
  await first.stop()
  const second = await start(dataDir)
  await create(second, ['c'])
  await second.stop()
  const [older] = filesOf('log', dataDir)
  const bytes = readFileSync(older!)
  const last = recordStarts(bytes).at(-2)!
  bytes[last + 20]! ^= 0xff
  writeFileSync(older!, bytes)
  const message = await refused(t, dataDir)
  t.regex(message, /and a later log goes on/)
})

test('a damaged snapshot gives way to the one before it, and the logs make up for the difference', async (t) => {
  const dataDir = temporaryFolder(t)
  const names = Array.from({ length: 30 }, (_, index) => `n${index}`)
  const server = await start(dataDir, { snapCount: 8 })
  await create(server, names)
  await server.stop()
  const version = join(dataDir, 'version-2')
  const snapshots = readdirSync(version).filter((name) => name.startsWith('snapshot.'))
  t.true(snapshots.length > 2, snapshots.join())
  const newest = snapshots.sort((a, b) => parseInt(b.slice(9), 16) - parseInt(a.slice(9), 16))[0]!
  const bytes = readFileSync(join(version, newest))
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(join(version, newest), bytes)
  const again = await start(dataDir)
  t.teardown(() => again.kill())
  t.deepEqual(pathsOf(again), names.map((name) => `/${name}`).sort())
})

test('logs without any snapshot are refused unless snapshot.trust.empty says that they are complete', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir)
  await create(server, ['a'])
  await server.stop()
  rmSync(join(dataDir, 'version-2', 'snapshot.0'))
  const message = await refused(t, dataDir)
  t.regex(message, /no snapshot.*snapshot\.trust\.empty/)
  const trusting = await start(dataDir, { snapshotTrustEmpty: true })
  t.teardown(() => trusting.kill())
  t.deepEqual(pathsOf(trusting), ['/a'])
})

test('a crash between writes loses nothing that was acknowledged', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir)
  const client = await connectClient({ port: server.port })
  const acknowledged: string[] = []
  const writes = Array.from({ length: 200 }, async (_, index) => {
    const path = `/w${index}`
    const reply = await client.request({ op: 'create', path, data: null, acl: open, flags: 0 })
    if (reply.err === 0) acknowledged.push(path)
  })
  await Promise.race(writes.slice(100))
  await server.kill()
  await Promise.allSettled(writes)
  t.true(acknowledged.length > 0)
  const again = await start(dataDir)
  t.teardown(() => again.kill())
  const there = new Set(pathsOf(again))
  t.deepEqual(
    acknowledged.filter((path) => !there.has(path)),
    [],
  )
})

test("a folder that can't be written is refused in words", async (t) => {
  const dataDir = temporaryFolder(t)
  const file = join(dataDir, 'file')
  writeFileSync(file, '')
  const message = await refused(t, join(file, 'data'))
  t.regex(message, /the folder can't be made .* Choose another dataDir/)
})

test('the next whole record is found behind garbage, and not in it', (t) => {
  const garbage = Buffer.alloc(200, 0x41)
  t.is(nextRecord(garbage, 0), undefined)
  t.is(recordAt(Buffer.alloc(64), 0).kind, 'end')
  t.is(recordAt(garbage, 0).kind, 'bad')
})

test('a snapshot that a crash left half-written is removed at the next start', async (t) => {
  const dataDir = temporaryFolder(t)
  await (await start(dataDir)).stop()
  const draft = join(dataDir, 'version-2', 'tmp.snapshot.5')
  writeFileSync(draft, 'half')
  await (await start(dataDir)).stop()
  t.false(existsSync(draft))
})

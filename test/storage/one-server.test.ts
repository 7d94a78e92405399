/** One server at a time has a data directory; a server that is gone leaves no lock behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import test from 'ava'
import { FileDisk } from '../../src/runtime/file-disk.js'
import { create, pathsOf, refused, start, temporaryFolder } from '../support/data-directory.js'

const sockets = (dataDir: string) =>
  readdirSync(join(dataDir, 'version-2')).filter((name) => name.endsWith('.lock'))

test('a second server on a data directory is refused, and the first goes on', async (t) => {
  const dataDir = temporaryFolder(t)
  const first = await start(dataDir)
  t.teardown(() => first.kill())
  await create(first, ['a'])
  const message = await refused(t, dataDir)
  t.regex(
    message,
    /another server serves from this folder: process \d+, .*Stop it first, or choose another dataDir/,
  )
  await create(first, ['b'])
  await first.stop()
  t.deepEqual(sockets(dataDir), [])
  const next = await start(dataDir)
  t.deepEqual(pathsOf(next), ['/a', '/b'])
  await next.stop()
})

test('a second server is refused that shares only the logs', async (t) => {
  const dataLogDir = temporaryFolder(t)
  const first = await start(temporaryFolder(t), { dataLogDir })
  t.teardown(() => first.kill())
  const other = temporaryFolder(t)
  await refused(t, other, { dataLogDir })
  t.deepEqual(sockets(other), [])
  await first.stop()
  await (await start(other, { dataLogDir })).stop()
})

test('a server that was killed leaves no lock: the next one starts, and clears away its socket', async (t) => {
  const dataDir = temporaryFolder(t)
  const args = ['serve', '--data-dir', dataDir, '--client-port', '0']
  const child = spawn(process.execPath, [resolve('dist/src/cli/main.js'), ...args])
  t.teardown(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  while (!output.includes('"msg":"serving"')) await once(child.stdout, 'data')
  t.regex(await refused(t, dataDir), new RegExp(`process ${child.pid!},`))
  child.kill('SIGKILL')
  await once(child, 'close')
  t.is(sockets(dataDir).length, 1)
  const next = await start(dataDir)
  t.is(sockets(dataDir).length, 1)
  await next.kill()
  t.deepEqual(sockets(dataDir), [])
})

test('of servers that start at the same time on one folder, at most one has it', async (t) => {
  const disk = new FileDisk()
  for (let round = 0; round < 20; round++) {
    const folder = temporaryFolder(t)
    const claims = await Promise.all(Array.from({ length: 4 }, () => disk.lock(folder)))
    const held = claims.flatMap((claim) => (claim.kind === 'held' ? [claim] : []))
    t.true(held.length <= 1)
    for (const claim of held) claim.unlock()
  }
})

test('a folder whose path is longer than a socket may have is locked too', async (t) => {
  const dataDir = join(temporaryFolder(t), 'deep'.repeat(40))
  mkdirSync(dataDir, { recursive: true })
  const first = await start(dataDir)
  t.teardown(() => first.kill())
  t.regex(await refused(t, dataDir), /another server serves from this folder/)
  await first.stop()
  await (await start(dataDir)).stop()
})

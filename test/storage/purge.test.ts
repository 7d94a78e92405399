/** ZOOKEEPER-3231: a purge removes nothing that a start may need. */
import { gzipSync } from 'node:zlib'
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { create, filesOf, pathsOf, start, temporaryFolder } from '../support/data-directory.js'
import type { RunningServer } from '../../src/server/server.js'

const names = Array.from({ length: 60 }, (_, index) => `n${index}`)
const paths = names.map((name) => `/${name}`).sort()

/** A folder with many snapshots. */
async function manySnapshots(t: ExecutionContext): Promise<{ dataDir: string; snapshots: string[] }> {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir, { snapCount: 10 })
  await create(server, names)
  await server.stop()
  const snapshots = filesOf('snapshot', dataDir)
  t.true(snapshots.length >= 6, snapshots.join())
  return { dataDir, snapshots }
}

/** Starts a server that purges at once, and waits for it. */
async function purge(dataDir: string): Promise<RunningServer> {
  let told: () => void
  const said = new Promise<void>((resolve) => (told = resolve))
  const log = (_: unknown, message: string) => {
    if (/old files removed|snapshots that can't be read/.test(message)) told()
  }
  const logger = { debug: log, info: log, warn: log, error: log }
  const server = await start(dataDir, { purgeInterval: 1 }, { logger })
  await said
  return server
}

test('the first purge is at the start, and keeps three snapshots with their logs', async (t) => {
  const { dataDir, snapshots } = await manySnapshots(t)
  const server = await purge(dataDir)
  await server.stop()
  t.deepEqual(filesOf('snapshot', dataDir), snapshots.slice(-3))
  // The two newer ones get damaged: the third and its logs have everything.
  for (const file of snapshots.slice(-2)) truncateSync(file, 40)
  const again = await start(dataDir)
  t.deepEqual(pathsOf(again), paths)
  await again.stop()
})

const damages: Readonly<Record<string, (file: string) => void>> = {
  empty: (file) => truncateSync(file, 0),
  'cut short': (file) => truncateSync(file, readFileSync(file).length - 20),
  'changed in the middle': (file) => {
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(file, bytes)
  },
  'not a snapshot': (file) => writeFileSync(file, Buffer.alloc(200)),
  'no gzip': (file) => {
    writeFileSync(`${file}.gz`, readFileSync(file))
    rmSync(file)
  },
}

for (const [damage, harm] of Object.entries(damages)) {
  test(`three newest snapshots that are ${damage} don't count: three that can be read are kept, with their logs`, async (t) => {
    const { dataDir, snapshots } = await manySnapshots(t)
    for (const file of snapshots.slice(-3)) harm(file)
    const server = await purge(dataDir)
    t.deepEqual(pathsOf(server), paths)
    await server.stop()
    for (const file of snapshots.slice(-6, -3)) t.true(existsSync(file), basename(file))
    for (const file of snapshots.slice(0, -6)) t.false(existsSync(file), basename(file))
    const again = await start(dataDir)
    t.deepEqual(pathsOf(again), paths)
    await again.stop()
  })
}

test('a compressed snapshot that can be read counts', async (t) => {
  const { dataDir, snapshots } = await manySnapshots(t)
  const newest = snapshots.at(-1)!
  writeFileSync(`${newest}.gz`, gzipSync(readFileSync(newest)))
  rmSync(newest)
  const server = await purge(dataDir)
  await server.stop()
  t.deepEqual(filesOf('snapshot', dataDir), [...snapshots.slice(-3, -1), `${newest}.gz`])
})

test('where fewer can be read than are to be kept, nothing is removed', async (t) => {
  const { dataDir, snapshots } = await manySnapshots(t)
  for (const file of snapshots.slice(2)) truncateSync(file, 0)
  const logs = filesOf('log', dataDir)
  const server = await purge(dataDir)
  await server.stop()
  t.deepEqual(filesOf('snapshot', dataDir), snapshots)
  t.deepEqual(filesOf('log', dataDir), logs)
  const again = await start(dataDir)
  t.deepEqual(pathsOf(again), paths)
  await again.stop()
})

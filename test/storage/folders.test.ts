/** ZOOKEEPER-2967: folders that were swapped, or named when there was data already, are refused. */
import { copyFileSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { fill, pathsOf, refused, start, temporaryFolder } from '../support/data-directory.js'

test('a dataLogDir that is named when the logs are in dataDir already is refused', async (t) => {
  const dataDir = temporaryFolder(t)
  const dataLogDir = temporaryFolder(t)
  await fill(dataDir, [['a'], ['b']])
  const message = await refused(t, dataDir, { dataLogDir })
  t.true(message.startsWith(`${dataDir}/version-2: dataDir is for snapshots`), message)
  t.true(message.includes(`${dataDir}/version-2 (dataDir) holds snapshot.0 and 2 logs up to log.3,`), message)
  t.true(message.includes(`${dataLogDir}/version-2 (dataLogDir) holds neither`), message)
  t.true(
    message.endsWith(
      `Move the logs to ${dataLogDir}/version-2, or remove dataLogDir to leave them where they are`,
    ),
    message,
  )
  // Each way out that the message names is one.
  const same = await start(dataDir)
  t.deepEqual(pathsOf(same), ['/a', '/b'])
  await same.stop()
  const from = join(dataDir, 'version-2')
  for (const name of readdirSync(from).filter((each) => each.startsWith('log.')))
    renameSync(join(from, name), join(dataLogDir, 'version-2', name))
  const moved = await start(dataDir, { dataLogDir })
  t.deepEqual(pathsOf(moved), ['/a', '/b'])
  await moved.stop()
})

test('dataDir and dataLogDir that are swapped are refused', async (t) => {
  const dataDir = temporaryFolder(t)
  const dataLogDir = temporaryFolder(t)
  await fill(dataDir, [['a']], { dataLogDir })
  const message = await refused(t, dataLogDir, { dataLogDir: dataDir })
  t.regex(message, /If the two keys were swapped, swap them back/)
})

test('snapshots below dataLogDir are refused', async (t) => {
  const dataDir = temporaryFolder(t)
  const dataLogDir = temporaryFolder(t)
  await fill(dataDir, [['a']], { dataLogDir })
  copyFileSync(join(dataDir, 'version-2', 'snapshot.0'), join(dataLogDir, 'version-2', 'snapshot.0'))
  const message = await refused(t, dataDir, { dataLogDir })
  t.true(message.startsWith(`${dataLogDir}/version-2: `), message)
})

test('two names of one folder are one folder', async (t) => {
  const dataDir = temporaryFolder(t)
  const other = join(temporaryFolder(t), 'link')
  symlinkSync(dataDir, other)
  await fill(dataDir, [['a']])
  const server = await start(dataDir, { dataLogDir: other })
  t.deepEqual(pathsOf(server), ['/a'])
  await server.stop()
})

test('snapshots without any log are opened, as after a restore, with a warning', async (t) => {
  const dataDir = temporaryFolder(t)
  const dataLogDir = temporaryFolder(t)
  await fill(dataDir, [['a', 'b', 'c', 'd']], { dataLogDir, snapCount: 2 })
  mkdirSync(join(dataDir, 'version-2'), { recursive: true })
  const warnings: string[] = []
  const keep = (_: unknown, message: string) => void warnings.push(message)
  const server = await start(dataDir, {}, { logger: { debug() {}, info() {}, warn: keep, error: keep } })
  t.is(warnings.length, 1)
  t.regex(
    warnings[0]!,
    /there is no log beside the snapshot of 0x\d: if the logs are elsewhere, stop and set dataLogDir/,
  )
  await server.stop()
})

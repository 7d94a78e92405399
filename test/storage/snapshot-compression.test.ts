/** Snapshots compressed with gz and snappy, and forms that nobody knows. */
import { readdirSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { nodeCompression } from '../../src/runtime/node-compression.js'
import { readSnappyStream, snappyBlocks, snappyHeader } from '../../src/storage/snappy-stream.js'
import { isReadableSnapshot } from '../../src/storage/snapshot-check.js'
import { FileDisk } from '../../src/runtime/file-disk.js'
import { SystemClock } from '../../src/runtime/system-clock.js'
import { create, filesOf, pathsOf, refused, start, temporaryFolder } from '../support/data-directory.js'
import { serveFor } from '../support/server.js'

const names = Array.from({ length: 60 }, (_, at) => `node-${at}`)

/** A data directory whose only snapshot with all znodes is compressed, and without the logs that it stands for. */
async function compressedOnly(t: ExecutionContext, method: 'gz' | 'snappy'): Promise<string> {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir, { snapshotCompression: method, snapCount: 20 })
  await create(server, names)
  await server.stop()
  const snapshots = filesOf('snapshot', dataDir)
  const last = snapshots.at(-1)!
  t.true(last.endsWith(`.${method}`), snapshots.join())
  for (const file of snapshots.slice(0, -1)) rmSync(file)
  return dataDir
}

for (const method of ['gz', 'snappy'] as const) {
  test(`ZOOKEEPER-3179: a start reads the snapshot that was written with ${method}`, async (t) => {
    const dataDir = await compressedOnly(t, method)
    const server = await start(dataDir)
    t.teardown(() => server.kill())
    t.deepEqual(pathsOf(server), names.map((name) => `/${name}`).sort())
  })

  test(`ZOOKEEPER-3179: a cut snapshot in ${method} is not readable, and is not passed over in silence`, async (t) => {
    const dataDir = await compressedOnly(t, method)
    const [file] = filesOf('snapshot', dataDir)
    const check = { disk: new FileDisk(), clock: new SystemClock(), compression: nodeCompression }
    t.true(await isReadableSnapshot(check, file!))
    truncateSync(file!, readFileSync(file!).length - 20)
    t.false(await isReadableSnapshot(check, file!))
    t.regex(await refused(t, dataDir), /none of the snapshots can be read/)
  })
}

test('a snapshot in a form that is not known is named in a warning', async (t) => {
  const dataDir = temporaryFolder(t)
  const server = await start(dataDir, { snapCount: 20 })
  await create(server, names)
  await server.stop()
  const version = join(dataDir, 'version-2')
  const newest = filesOf('snapshot', dataDir).at(-1)!
  renameSync(newest, `${newest}.zst`)
  const { lines } = await serveFor(t, { dataDir })
  const told = lines.filter(({ message }) => message.includes('its name ends with no form that is known'))
  t.deepEqual(
    told.map(({ fields }) => fields['file']),
    [`${newest}.zst`],
  )
  t.true(readdirSync(version).some((name) => name.endsWith('.zst')))
})

test('a snappy stream gives back what was put in, whatever the pieces', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70_000 }), { maxLength: 4 }), (pieces) => {
      const stored = [
        snappyHeader,
        ...pieces.map((piece) => snappyBlocks(Buffer.from(piece), nodeCompression)),
      ]
      const read = readSnappyStream(Buffer.concat(stored), nodeCompression)
      t.true(read.equals(Buffer.concat(pieces)))
    }),
    { numRuns: 30 },
  )
  for (const bad of [Buffer.from('no stream'), Buffer.concat([snappyHeader, Buffer.from([0, 0, 0, 9, 1])])])
    t.throws(() => readSnappyStream(bad, nodeCompression))
})

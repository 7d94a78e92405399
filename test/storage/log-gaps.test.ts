/** ZOOKEEPER-2332: what is missing in the middle of the logs shows, because zxids have no gaps within an epoch. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { logHeader } from '../../src/storage/log-format.js'
import { follows } from '../../src/storage/names.js'
import { create, fill, filesOf, pathsOf, refused, start, temporaryFolder } from '../support/data-directory.js'
import { logOf, recordStarts } from '../support/log-files.js'

/** Three logs without a snapshot between: zxids 1 to 3, 4 to 6, 7 to 9. */
async function threeLogs(t: ExecutionContext): Promise<{ dataDir: string; logs: string[] }> {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'f'],
  ])
  const logs = filesOf('log', dataDir)
  t.deepEqual(
    logs.map((file) => basename(file)),
    ['log.1', 'log.4', 'log.7'],
  )
  return { dataDir, logs }
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  missing: (file) => rmSync(file),
  empty: (file) => truncateSync(file, 0),
  'half a header': (file) => truncateSync(file, 8),
  'only a header': (file) => truncateSync(file, 16),
  'all zeros': (file) => writeFileSync(file, Buffer.alloc(65_536)),
  'a header and zeros': (file) => writeFileSync(file, Buffer.concat([logHeader(), Buffer.alloc(65_536)])),
}

for (const [damage, harm] of Object.entries(damages)) {
  test(`SERVICE-71: a log in the middle that is ${damage} is refused, with the zxids that are missing`, async (t) => {
    const { dataDir, logs } = await threeLogs(t)
    harm(logs[1]!)
    const message = await refused(t, dataDir)
    t.true(
      message.startsWith(
        `${logs[2]!}: it goes on at zxid 0x7, but log.1 ends at 0x3: 0x4 to 0x6 are missing`,
      ),
      message,
    )
    t.is(/there is nothing in log\.4/.test(message), damage !== 'missing', message)
  })
}

test('SERVICE-71: the first log after the snapshot that is missing is refused', async (t) => {
  const { dataDir, logs } = await threeLogs(t)
  rmSync(logs[0]!)
  const message = await refused(t, dataDir)
  t.regex(message, /log\.4: it goes on at zxid 0x4, but the snapshot ends at 0x0: 0x1 to 0x3 are missing/)
})

test('SERVICE-71: an older snapshot does not stand in for one that cannot be read, where the logs between are gone', async (t) => {
  const dataDir = temporaryFolder(t)
  await fill(dataDir, [Array.from({ length: 40 }, (_, at) => `n${at}`)], { snapCount: 10 })
  const snapshots = filesOf('snapshot', dataDir)
  const logs = filesOf('log', dataDir)
  t.true(snapshots.length > 2)
  for (const file of snapshots.slice(1)) truncateSync(file, 100)
  for (const file of logs.slice(0, -1)) rmSync(file)
  const message = await refused(t, dataDir)
  t.regex(message, /but the snapshot ends at 0x0: 0x1 to 0x[0-9a-f]+ are missing/)
})

test('SERVICE-71: a page of zeros in a log is refused, in the last log too', async (t) => {
  for (const at of [0, 2]) {
    const { dataDir, logs } = await threeLogs(t)
    const bytes = readFileSync(logs[at]!)
    const [, second, third] = recordStarts(bytes)
    bytes.fill(0, second!, third!)
    writeFileSync(logs[at]!, bytes)
    const message = await refused(t, dataDir)
    t.true(message.startsWith(`${logs[at]!}: corrupt at byte ${second!}, after zxid`), message)
    t.regex(message, /: zeros, and valid records follow at byte \d+/)
  }
})

test('SERVICE-70: what a crash leaves of the last log is no gap', async (t) => {
  for (const damage of ['empty', 'half a header', 'only a header', 'all zeros', 'a header and zeros']) {
    const { dataDir, logs } = await threeLogs(t)
    damages[damage]!(logs[2]!)
    const server = await start(dataDir)
    t.deepEqual(pathsOf(server), ['/a', '/b', '/c', '/d'], damage)
    await create(server, ['g'])
    await server.stop()
    const again = await start(dataDir)
    t.deepEqual(pathsOf(again), ['/a', '/b', '/c', '/d', '/g'], damage)
    await again.kill()
  }
})

const epoch = (number: bigint) => number << 32n

test('BROADCAST-66, BROADCAST-80: a torn record at the end of an epoch, and the log of a later one: opened', async (t) => {
  const { dataDir, logs } = await threeLogs(t)
  const bytes = readFileSync(logs[2]!)
  const last = recordStarts(bytes).at(-2)!
  bytes[last + 20]! ^= 0xff
  writeFileSync(logs[2]!, bytes)
  const later = logs[2]!.replace('log.7', 'log.200000001')
  writeFileSync(later, logOf([epoch(2n) + 1n, epoch(2n) + 2n]))
  const server = await start(dataDir)
  t.deepEqual(pathsOf(server), ['/a', '/b', '/c', '/d', '/e'])
  t.is(server.core.state.lastZxid, epoch(2n) + 2n)
  await server.stop()
  // The torn record is gone, and nothing else.
  const again = await start(dataDir)
  t.is(again.core.state.lastZxid, epoch(2n) + 2n)
  await again.stop()
})

test('SERVICE-71: the first transactions of a later epoch that are missing are refused', async (t) => {
  const { dataDir, logs } = await threeLogs(t)
  writeFileSync(logs[2]!.replace('log.7', 'log.200000003'), logOf([epoch(2n) + 3n]))
  const message = await refused(t, dataDir)
  t.regex(message, /log\.7 ends at 0x9: 0x200000001 to 0x200000002 are missing/)
})

test('SERVICE-20: the next zxid is the last plus one, or the first of a later epoch', (t) => {
  t.true(follows(0n, 1n))
  t.true(follows(5n, 6n))
  t.false(follows(5n, 7n))
  t.true(follows(5n, epoch(1n) + 1n))
  t.true(follows(epoch(1n) + 5n, epoch(4n) + 1n))
  t.false(follows(epoch(1n) + 5n, epoch(4n) + 2n))
  t.true(follows(epoch(2n) - 1n, epoch(2n)))
})

/** The table "Operations at a glance" of `spec/wire`: played on this server and, where it is installed, on Apache ZooKeeper. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { ErrorCode, OpCode, openAcl, type ErrorName, type Request } from '../../spec/vocabulary/index.js'
import { startServer } from '../../src/runtime/server.js'
import { Bench } from '../support/bench.js'
import { hasApache, startApache } from './apache-server.js'
import { ask, buffer, headerOf, hello, int, long, no, ping, talk } from './bytes.js'

interface Row {
  readonly op: Request['op']
  readonly takesZxid: boolean
  readonly touches: boolean
  readonly unreadable: string
  readonly nullPath: string
}

const section = readFileSync('spec/wire/README.md', 'utf8')
  .split('## Operations at a glance')[1]!
  .split('\n## ')[0]!
const rows = [...section.matchAll(/^\| (\w+) \| (yes|no) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, op = '', zxid, touches = '', unreadable = '', nullPath = '']): Row => ({
    op: op as Request['op'],
    takesZxid: zxid === 'yes',
    touches: touches === 'yes',
    unreadable,
    nullPath,
  }),
)

const nothing = buffer(null)
const acl = Buffer.concat([int(1), int(31), buffer('world'), buffer('anyone')])
const part = (type: number, ...record: Buffer[]): Buffer =>
  Buffer.concat([int(type), no, int(-1), ...record, int(-1), Buffer.from([1]), int(-1)])

/** A record with a path in its place; for `reconfig` and what has no path, the record. None succeeds in making a znode. */
const records: Readonly<Record<string, (path: Buffer) => readonly Buffer[]>> = {
  create: (path) => [path, buffer('x'), acl, int(0)],
  create2: (path) => [path, buffer('x'), acl, int(0)],
  createContainer: (path) => [path, buffer('x'), acl, int(4)],
  createTTL: (path) => [path, buffer('x'), acl, int(5), long(1000n)],
  delete: (path) => [path, int(-1)],
  setData: (path) => [path, buffer('x'), int(-1)],
  setACL: (path) => [path, acl, int(-1)],
  check: (path) => [path, int(-1)],
  multi: (path) => [part(OpCode.delete, path, int(-1))],
  deleteContainer: (path) => [path],
  reconfig: () => [nothing, nothing, buffer('x'), long(-1n)],
  exists: (path) => [path, no],
  getData: (path) => [path, no],
  getACL: (path) => [path],
  getChildren: (path) => [path, no],
  getChildren2: (path) => [path, no],
  getAllChildrenNumber: (path) => [path],
  getEphemerals: (path) => [path],
  multiRead: (path) => [part(OpCode.getData, path, no)],
  sync: (path) => [path],
  addWatch: (path) => [path, int(0)],
  checkWatches: (path) => [path, int(3)],
  removeWatches: (path) => [path, int(3)],
  setWatches: (path) => [long(0n), int(1), path, int(0), int(0)],
  setWatches2: (path) => [long(0n), int(1), path, int(0), int(0), int(0), int(0)],
  ping: () => [],
  whoAmI: () => [],
  auth: () => [int(0), buffer('digest'), buffer('u:p')],
  sasl: () => [buffer('token')],
}

test('The table has every operation that a client may ask for', (t) => {
  const all = [...Object.keys(records), 'closeSession']
  t.deepEqual(rows.map(({ op }) => op).sort(), all.sort() as Request['op'][])
})

/** What a request on a connection of its own came to, between two pings: its error, and how many zxids were taken. */
async function outcome(port: number, op: string, record: readonly Buffer[]) {
  const type = OpCode[op as keyof typeof OpCode]
  const { frames } = await talk(port, [hello(), ping, ask(5, type, ...record), ping], 4)
  const heads = frames.slice(1).map(headerOf)
  // The replies to auth and sasl may overtake others (WIRE-31); a ping's has an xid of its own.
  const reply = heads.find(({ xid }) => xid === 5 || (op === 'ping' && xid === -2))
  const [before, after] = op === 'ping' ? [heads[0], heads[2]] : heads.filter(({ xid }) => xid === -2)
  if (after === undefined) return { err: reply?.err, zxids: 0n, closed: true }
  return { err: reply!.err, zxids: after.zxid - before!.zxid, closed: false }
}

function plays(name: string, start: () => Promise<{ port: number; stop(): Promise<void> }>): void {
  const running = start()
  test.after.always(async () => (await running).stop())

  for (const { op, takesZxid, unreadable, nullPath } of rows) {
    const record = records[op]
    if (record === undefined) continue
    const came = async (t: ExecutionContext, says: string, bytes: readonly Buffer[]): Promise<void> => {
      if (says === '-') return
      const { err, zxids, closed } = await outcome((await running).port, op, bytes)
      if (says === 'the connection is closed') {
        t.true(closed)
        return
      }
      const error = says.split(', ')[0]!
      t.is(err, error === 'success' ? ErrorCode.Ok : ErrorCode[error as ErrorName], says)
      t.is(zxids, takesZxid && !says.endsWith('no zxid') ? 1n : 0n, says)
    }
    test.serial(`Operations at a glance: ${op}, on ${name}`, async (t) => {
      const { zxids } = await outcome((await running).port, op, record(buffer('/none/such')))
      t.is(zxids, takesZxid ? 1n : 0n)
      await came(t, unreadable, [])
      await came(t, nullPath, record(nothing))
    })
  }

  test.serial(`Operations at a glance: closeSession, on ${name}`, async (t) => {
    const { frames } = await talk((await running).port, [hello(), ping, ask(5, OpCode.closeSession)], 3)
    const [before, reply] = frames.slice(1).map(headerOf)
    t.is(reply!.zxid - before!.zxid, 1n)
    t.true(rows.find(({ op }) => op === 'closeSession')!.takesZxid)
  })
}

/** A request of each operation, for the server without sockets. */
const path = '/none/such'
const fields = { path, data: null, acl: openAcl, flags: 0 }
const lists = { relativeZxid: 0n, dataWatches: [path], existWatches: [], childWatches: [] }
const requests: Readonly<Partial<Record<Request['op'], Request>>> = {
  create: { op: 'create', ...fields },
  create2: { op: 'create2', ...fields },
  createContainer: { op: 'createContainer', ...fields },
  createTTL: { op: 'createTTL', ...fields, flags: 5, ttl: 1n },
  delete: { op: 'delete', path, version: -1 },
  setData: { op: 'setData', path, data: null, version: -1 },
  setACL: { op: 'setACL', path, acl: openAcl, version: -1 },
  check: { op: 'check', path, version: -1 },
  multi: { op: 'multi', ops: [] },
  deleteContainer: { op: 'deleteContainer' },
  reconfig: {
    op: 'reconfig',
    joiningServers: null,
    leavingServers: null,
    newMembers: null,
    curConfigId: -1n,
  },
  exists: { op: 'exists', path, watch: false },
  getData: { op: 'getData', path, watch: false },
  getACL: { op: 'getACL', path },
  getChildren: { op: 'getChildren', path, watch: false },
  getChildren2: { op: 'getChildren2', path, watch: false },
  getAllChildrenNumber: { op: 'getAllChildrenNumber', path },
  getEphemerals: { op: 'getEphemerals', prefixPath: '/' },
  multiRead: { op: 'multiRead', ops: [] },
  sync: { op: 'sync', path },
  addWatch: { op: 'addWatch', path, mode: 0 },
  checkWatches: { op: 'checkWatches', path, type: 3 },
  removeWatches: { op: 'removeWatches', path, type: 3 },
  setWatches: { op: 'setWatches', ...lists },
  setWatches2: { op: 'setWatches2', ...lists, persistentWatches: [], persistentRecursiveWatches: [] },
  ping: { op: 'ping' },
  whoAmI: { op: 'whoAmI' },
  auth: { op: 'auth', authType: 0, scheme: 'digest', auth: Buffer.from('u:p') },
  sasl: { op: 'sasl', token: Buffer.from('x') },
}

for (const { op, touches } of rows) {
  const request = requests[op]
  if (request === undefined) continue
  test(`SESSION-25: ${op} ${touches ? 'touches' : 'does not touch'} its session`, (t) => {
    const bench = new Bench({ tickTime: 1000 })
    bench.connect(1)
    bench.wait(8000)
    bench.send(1, 1, request)
    bench.durable()
    bench.wait(4000)
    const isOver = bench.logged.at(-1)!.txn.op === 'closeSession'
    t.is(isOver, !touches)
  })
}

plays('zoospec', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-operations-'))
  const server = await startServer({ port: 0, dataDir, config: { maxClientCnxns: 0 } })
  return {
    port: server.port,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
})
if (hasApache) plays('Apache ZooKeeper', () => startApache(['maxClientCnxns=0', 'extendedTypesEnabled=true']))
else
  test.skip('Operations at a glance: skipped on Apache ZooKeeper (Debian: zookeeper), not installed', () => {})

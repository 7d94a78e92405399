/** The core between its inputs and effects: a journal that says when, a transport that keeps what was sent. */
import test from 'ava'
import { OpCode, type Request } from '../../spec/vocabulary/index.js'
import { JuteWriter, writeRequest } from '../../src/wire/index.js'
import type { Pending } from '../../src/server/pipeline/session-order.js'
import { LocalReplication } from '../../src/server/replication/local-replication.js'
import type { Committed } from '../../src/server/replication/replication.js'
import { Bench, open } from '../support/bench.js'

const create = (path: string): Request => ({
  op: 'create',
  path,
  data: Buffer.from(path),
  acl: open,
  flags: 0,
})
const get = (path: string, watch = false): Request => ({ op: 'getData', path, watch })
const set = (path: string): Request => ({ op: 'setData', path, data: Buffer.from('new'), version: -1 })

test('no reply to a write leaves before its record is durable', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.send(1, 1, create('/a'), create('/b'))
  t.is(bench.logged.length, 3)
  t.deepEqual(bench.xids(1), [])
  bench.durable(bench.logged[1]!.header.zxid)
  t.deepEqual(bench.xids(1), [1])
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2])
})

test('WIRE-31: a session gets its answers in the order of its requests: a read waits behind its own writes', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.send(1, 1, create('/a'), get('/a'), { op: 'ping' }, set('/a'), get('/a'))
  t.deepEqual(bench.xids(1), [])
  bench.durable(bench.logged[1]!.header.zxid)
  t.deepEqual(bench.xids(1), [1, 2, -2])
  t.regex(
    bench.frames(1)[1]!.toString('latin1'),
    /\/a/,
    'the read sees the write before it, not the one after',
  )
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2, -2, 4, 5])
  t.regex(bench.frames(1)[4]!.toString('latin1'), /new/)
})

test("a read doesn't wait for the writes of other sessions, and doesn't see them before they are durable", (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.connect(2)
  bench.send(1, 1, create('/a'))
  bench.send(2, 1, { op: 'exists', path: '/a', watch: false })
  t.deepEqual(bench.xids(2), [1])
  t.is(bench.frames(2)[0]!.readInt32BE(12), -101)
})

test('writes are prepared against those that are still being logged', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.send(1, 1, create('/a'), create('/a/b'), create('/a'))
  t.deepEqual(
    bench.logged.slice(1).map(({ txn }) => txn.op),
    ['create', 'create', 'error'],
  )
  bench.durable()
  t.deepEqual(
    bench.frames(1).map((frame) => frame.readInt32BE(12)),
    [0, 0, -110],
  )
})

test('a notification leaves before the reply that shows the change', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.send(1, 1, create('/a'))
  bench.durable()
  bench.send(1, 2, get('/a', true), set('/a'), get('/a'))
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2, -1, 3, 4])
})

test('all that one input causes leaves in one write a connection', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.send(1, 1, create('/a'))
  bench.durable()
  bench.sent.clear()
  bench.send(1, 2, get('/a'), get('/a'), get('/a'), { op: 'exists', path: '/b', watch: false })
  t.is(bench.sent.get(1)!.length, 1)
  t.deepEqual(bench.xids(1), [2, 3, 4, 5])
})

test('a connection whose output waits is not worked for, and goes on where it stopped', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const large: Request = { op: 'create', path: '/large', data: Buffer.alloc(900_000, 1), acl: open, flags: 0 }
  bench.send(1, 1, large)
  bench.durable()
  bench.sent.clear()
  bench.verdict = 'full'
  bench.send(1, 2, ...Array.from({ length: 10 }, () => get('/large')))
  t.deepEqual(bench.xids(1), [2, 3])
  t.true(bench.paused.has(1))
  bench.verdict = 'taken'
  bench.core.drained(1)
  bench.core.flush()
  t.deepEqual(bench.xids(1), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  t.false(bench.paused.has(1))
})

test('WIRE-80: with too many requests in progress, connections that have some are not read until there are fewer', (t) => {
  const bench = new Bench({ globalOutstandingLimit: 3 })
  bench.connect(1)
  bench.connect(2)
  bench.send(1, 1, ...['/a', '/b', '/c', '/d', '/e', '/f'].map(create))
  t.true(bench.paused.has(1))
  t.is(bench.logged.length, 2 + 4)
  bench.send(2, 1, get('/a'))
  t.deepEqual(bench.xids(2), [1], 'who has nothing in progress is answered')
  bench.durable()
  t.false(bench.paused.has(1))
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2, 3, 4, 5, 6])
})

test('the most usual reads are answered as every read is', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const secret = [{ perms: 31, id: { scheme: 'digest', id: 'ann:xyz' } }]
  bench.send(1, 1, create('/a'), { op: 'create', path: '/s', data: null, acl: secret, flags: 0 })
  bench.send(1, 3, { op: 'create', path: '/e', data: null, acl: open, flags: 1 })
  bench.durable()
  const paths = ['/', '/a', '/s', '/e', '/none', '/a\0b', '', '/a/', '/zookeeper/quota']
  for (const path of paths) {
    for (const op of ['getData', 'exists'] as const) {
      const request: Request = { op, path, watch: false }
      bench.sent.clear()
      bench.send(1, 7, request)
      const hot = bench.frames(1)
      // Behind a write of its own session, the same read takes the usual way.
      bench.sent.clear()
      bench.send(1, 6, { op: 'delete', path: '/never', version: -1 }, request)
      bench.durable()
      const usual = bench.frames(1)[1]!
      t.is(hot.length, 1)
      // All but the last zxid, which the write has moved.
      t.deepEqual(hot[0]!.subarray(12), usual.subarray(12), `${op} ${path}`)
    }
  }
})

test('a record that is none: a read is told so, a write becomes an error transaction, and the connection goes on', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const frame = (xid: number, type: number) => {
    const bytes = Buffer.alloc(16, 0xff)
    bytes.writeInt32BE(12, 0)
    bytes.writeInt32BE(xid, 4)
    bytes.writeInt32BE(type, 8)
    return bytes
  }
  bench.core.bytesReceived(1, frame(1, OpCode.getData))
  bench.core.bytesReceived(1, frame(2, OpCode.getChildren))
  bench.core.bytesReceived(1, frame(3, OpCode.create))
  bench.core.flush()
  t.deepEqual(bench.logged.at(-1)!.txn, { op: 'error', err: -5 })
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2, 3])
  t.deepEqual(
    bench.frames(1).map((reply) => reply.readInt32BE(12)),
    [-5, -5, -5],
  )
  t.deepEqual(bench.ended, [])
})

test('frames cut anywhere come to the same', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const writer = new JuteWriter()
  writeRequest(writer, 1, create('/a'))
  writeRequest(writer, 2, get('/a'))
  const bytes = writer.take()
  for (let at = 0; at < bytes.length; at++)
    bench.core.bytesReceived(1, Buffer.from(bytes.subarray(at, at + 1)))
  bench.core.flush()
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2])
})

test('a session is closed by its client: the answer, then the end, and nothing that follows counts', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.send(
    1,
    1,
    { op: 'create', path: '/e', data: null, acl: open, flags: 1 },
    { op: 'closeSession' },
    create('/late'),
  )
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2])
  t.deepEqual(bench.ended, [1])
  t.deepEqual(
    bench.logged.slice(1).map(({ txn }) => txn),
    [bench.logged[1]!.txn, { op: 'closeSession', paths: ['/e'] }],
  )
  t.is(bench.core.state.tree.get('/e'), undefined)
})

test('a session that is overdue ends, and with it its connection and its ephemerals', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.connect(1)
  bench.send(1, 1, { op: 'create', path: '/e', data: null, acl: open, flags: 1 })
  bench.durable()
  bench.now += 9_999
  bench.core.tick()
  t.is(bench.logged.at(-1)!.txn.op, 'create')
  bench.now += 2_001
  bench.core.tick()
  t.deepEqual(bench.logged.at(-1)!.txn, { op: 'closeSession', paths: ['/e'] })
  bench.durable()
  t.deepEqual(bench.ended, [1])
  t.is(bench.core.state.tree.get('/e'), undefined)
})

test('maxClientCnxns bounds the connections from one address, maxCnxns those from all', (t) => {
  const bench = new Bench({ maxClientCnxns: 2, maxCnxns: 3 })
  const from = (id: number, ip: string) => bench.core.connectionOpened(id, ip, id)
  from(1, '10.0.0.1')
  from(2, '10.0.0.1')
  from(3, '10.0.0.1')
  t.deepEqual(bench.ended, [3])
  from(4, '10.0.0.2')
  from(5, '10.0.0.3')
  t.deepEqual(bench.ended, [3, 5])
  bench.core.connectionClosed(1)
  from(6, '10.0.0.1')
  t.deepEqual(bench.ended, [3, 5])
})

/** A server whose `sync` is answered by another one. */
class HeldSyncs extends LocalReplication {
  static last: HeldSyncs
  private readonly held: Pending[] = []
  private committed!: Committed

  override begin(committed: Committed): void {
    super.begin(committed)
    this.committed = committed
    HeldSyncs.last = this
  }

  override sync(...pending: Pending[]): boolean {
    this.held.push(...pending)
    return false
  }

  answer(): void {
    this.committed.synced(this.held.shift()!)
  }
}

test('SERVICE-33: what comes behind a sync waits until replication says that its turn has come', (t) => {
  const bench = new Bench({}, (journal, parts) => new HeldSyncs(journal, parts))
  bench.connect(1)
  bench.send(1, 1, get('/'), create('/a'), { op: 'sync', path: '/a' }, get('/a'), set('/a'))
  t.deepEqual(bench.xids(1), [1], 'the read before it is answered')
  bench.durable(bench.logged[1]!.header.zxid)
  t.deepEqual(bench.xids(1), [1, 2])
  HeldSyncs.last.answer()
  bench.core.flush()
  t.deepEqual(bench.xids(1), [1, 2, 3, 4])
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2, 3, 4, 5])
})

/** What the rules say of sessions that only a clock, a disk and connections at will can show. */
import test from 'ava'
import { ErrorCode, type Acl, type Request } from '../../spec/vocabulary/index.js'
import { passwordOf } from '../../spec/session/password.js'
import { LocalReplication } from '../../src/server/replication/local-replication.js'
import type { Committed } from '../../src/server/replication/replication.js'
import { Bench, open } from '../support/bench.js'

const create = (path: string, flags = 0, acl: readonly Acl[] = open): Request => ({
  op: 'create',
  path,
  data: null,
  acl,
  flags,
})
const set = (path: string): Request => ({ op: 'setData', path, data: null, version: -1 })
const errors = (bench: Bench, id: number) => bench.frames(id).map((frame) => frame.readInt32BE(12))
/** Of a notification: its type, and its path. */
const eventOf = (frame: Buffer) => [frame.readInt32BE(16), frame.subarray(28).toString()]

test('SESSION-16, SESSION-17, SERVICE-50: a new session is answered when its creation is durable, and what waits behind it then', (t) => {
  for (const passwd of [new Uint8Array(16), new Uint8Array(3), new Uint8Array(0)]) {
    const bench = new Bench({ tickTime: 1000 })
    bench.greet(1, { timeOut: 1, passwd }, create('/a'))
    t.deepEqual(
      bench.logged.map(({ txn }) => txn),
      [{ op: 'createSession', timeOut: 2000 }],
    )
    t.deepEqual(bench.frames(1), [])
    bench.durable()
    t.is(bench.frames(1).length, 1)
    t.is(bench.logged.length, 2)
    bench.durable()
    t.deepEqual(bench.xids(1).slice(1), [1])
  }
})

test('SESSION-18, SESSION-19: the answer has version 0 whatever the client said, the timeout, the id, the password, and 0 for read-only', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.greet(1, { protocolVersion: 7, timeOut: 1_000_000 })
  bench.durable()
  const answer = bench.frames(1)[0]!
  t.is(answer.readInt32BE(0), 0)
  t.is(answer.readInt32BE(4), 20_000)
  t.is(answer.readBigInt64BE(8), bench.sessionOf(1))
  t.deepEqual(answer.subarray(20, 36), Buffer.from(passwordOf(bench.sessionOf(1))))
  t.deepEqual([...answer.subarray(36)], [0])
})

/** A session on connection 1, and how long it may be silent before its end is logged, in steps of 100 ms. */
function silence(bench: Bench): number {
  const before = bench.logged.length
  for (let ms = 100; ; ms += 100) {
    bench.wait(100)
    if (bench.logged.length > before) return ms
  }
}

test('SESSION-22, SESSION-26: the timeout that counts is the one of the handshake that the session is on', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.greet(1, { timeOut: 20_000 })
  bench.durable()
  const sessionId = bench.sessionOf(1)
  bench.wait(5000)
  bench.greet(2, { timeOut: 4000, sessionId, passwd: passwordOf(sessionId) })
  bench.wait(3000)
  bench.send(2, 1, { op: 'ping' })
  const ms = silence(bench)
  t.true(ms > 4000 && ms <= 5000, `${ms}`)
})

test('SESSION-27: opening a session and renewing it count as hearing of it', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.greet(1, { timeOut: 10_000 })
  bench.durable()
  const sessionId = bench.sessionOf(1)
  bench.wait(9500)
  t.is(bench.logged.length, 1)
  bench.greet(2, { timeOut: 10_000, sessionId, passwd: passwordOf(sessionId) })
  const ms = silence(bench)
  t.true(ms > 10_000 && ms <= 11_000, `${ms}`)
})

test('SESSION-28, SERVICE-14: whatever a client asks keeps its session; what it is told does not', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.connect(1)
  bench.connect(2)
  bench.send(1, 1, { op: 'addWatch', path: '/', mode: 1 })
  const asks: Request[] = [{ op: 'ping' }, { op: 'whoAmI' }, { op: 'sync', path: '/' }, set('/')]
  for (let second = 0; second < 10; second++) {
    bench.wait(1000)
    // Its writes are told to the first, which is silent.
    bench.send(2, second, create(`/n${second}`), asks[second % asks.length]!)
    bench.durable()
  }
  t.true(bench.xids(1).filter((xid) => xid === -1).length >= 10)
  bench.wait(1000)
  t.is(bench.logged.at(-1)!.txn.op, 'closeSession')
  t.is(bench.logged.at(-1)!.header.clientId, bench.sessionOf(1))
})

test('SERVICE-15: time alone does nothing before a session is due', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.connect(1)
  bench.send(1, 1, create('/a'), create('/e', 1), { op: 'exists', path: '/a', watch: true })
  bench.durable()
  const heard = bench.frames(1).length
  const logged = bench.logged.length
  for (let ms = 0; ms < 9900; ms += 100) bench.wait(100)
  t.is(bench.frames(1).length, heard)
  t.is(bench.logged.length, logged)
  t.deepEqual(bench.ended, [])
})

test('SESSION-35: what comes while the end of its session is decided is dropped, and has no reply', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.connect(1)
  silence(bench)
  t.is(bench.logged.at(-1)!.txn.op, 'closeSession')
  const logged = bench.logged.length
  bench.send(1, 1, create('/late'), { op: 'ping' })
  bench.durable()
  t.is(bench.logged.length, logged)
  t.deepEqual(bench.xids(1), [])
  t.deepEqual(bench.ended, [1])
})

test('SESSION-40: a client that is ahead changes nothing; then the earlier connection goes, whatever the password is worth', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const sessionId = bench.sessionOf(1)
  bench.greet(2, { sessionId, lastZxidSeen: 99n, passwd: passwordOf(sessionId) })
  t.deepEqual(bench.ended, [2])
  t.deepEqual(bench.frames(2), [])
  bench.greet(3, { sessionId, passwd: new Uint8Array(16) })
  t.deepEqual(bench.ended, [2, 1, 3])
  t.is(bench.frames(3)[0]!.readInt32BE(4), 0)
  bench.greet(4, { sessionId, passwd: passwordOf(sessionId) })
  t.is(bench.frames(4)[0]!.readBigInt64BE(8), sessionId)
})

test('SESSION-61, SESSION-64: a closeSession takes effect though the connection that asked is gone', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const sessionId = bench.sessionOf(1)
  bench.send(1, 1, create('/e', 1))
  bench.durable()
  bench.send(1, 2, { op: 'closeSession' })
  bench.core.connectionClosed(1)
  t.not(bench.core.state.tree.get('/e'), undefined)
  bench.durable()
  t.is(bench.core.state.tree.get('/e'), undefined)
  bench.greet(2, { sessionId, passwd: passwordOf(sessionId) })
  t.is(bench.frames(2)[0]!.readInt32BE(4), 0)
})

test('WATCHER-71: a session that ends hears of its own ephemerals, and of nothing else', (t) => {
  const bench = new Bench({ tickTime: 1000 })
  bench.connect(1)
  bench.send(1, 1, create('/e', 1), create('/p'))
  for (const path of ['/e', '/p']) bench.send(1, 3, { op: 'exists', path, watch: true })
  bench.durable()
  bench.sent.clear()
  silence(bench)
  bench.durable()
  t.deepEqual(bench.frames(1).map(eventOf), [[2, '/e']])
  t.deepEqual(bench.ended, [1])
})

test('WATCHER-13: a watch costs no write, and does not go with its session to another connection', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.connect(2)
  bench.send(1, 1, create('/a'))
  bench.durable()
  const logged = bench.logged.length
  bench.send(1, 2, { op: 'addWatch', path: '/a', mode: 0 }, { op: 'getData', path: '/a', watch: true })
  t.is(bench.logged.length, logged)
  const sessionId = bench.sessionOf(1)
  bench.greet(3, { sessionId, passwd: passwordOf(sessionId) })
  bench.sent.clear()
  bench.send(2, 1, set('/a'))
  bench.durable()
  t.deepEqual([bench.xids(1), bench.xids(2), bench.xids(3)], [[], [1], []])
})

test('WATCHER-14, WATCHER-30: a watch waits for the very path that it was set on, and hears of its creation', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const [composed, decomposed] = ['/\u00e9', '/e\u0301']
  bench.send(1, 1, { op: 'exists', path: composed, watch: true })
  bench.send(1, 2, create(decomposed))
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2])
  bench.send(1, 3, create(composed))
  bench.durable()
  t.deepEqual(bench.xids(1), [1, 2, -1, 3])
  t.deepEqual(eventOf(bench.frames(1)[2]!), [1, composed])
})

test('ACL-60: the end of a session deletes its znodes also where nobody may delete', (t) => {
  const bench = new Bench()
  bench.connect(1)
  const anyone = { scheme: 'world', id: 'anyone' }
  bench.send(
    1,
    1,
    create('/p', 0, [{ perms: 1 | 4, id: anyone }]),
    create('/p/e', 1, [{ perms: 1, id: anyone }]),
  )
  bench.send(1, 3, { op: 'delete', path: '/p/e', version: -1 }, { op: 'closeSession' })
  bench.durable()
  t.deepEqual(errors(bench, 1), [0, 0, ErrorCode.NoAuth, 0])
  t.is(bench.core.state.tree.get('/p/e'), undefined)
})

test('ACL-61, SERVICE-13: a request is judged by the list of its turn, and by what was proved before it', (t) => {
  const bench = new Bench()
  bench.connect(1)
  bench.connect(2)
  const auth: Request = { op: 'auth', authType: 0, scheme: 'digest', auth: Buffer.from('ann:secret') }
  const hers = [{ perms: 31, id: { scheme: 'auth', id: '' } }]
  bench.send(1, 1, create('/a'))
  bench.durable()
  bench.send(2, 1, set('/a'))
  bench.send(1, 2, auth, { op: 'setACL', path: '/a', acl: hers, version: -1 })
  // The list is on its way to the disk, and counts already.
  bench.send(2, 2, set('/a'), auth, set('/a'))
  bench.durable()
  t.deepEqual(errors(bench, 1), [0, 0, 0])
  t.deepEqual(errors(bench, 2), [0, ErrorCode.NoAuth, 0, 0])
})

test('WIRE-19: a connection without a handshake is closed when no byte has come for long enough', (t) => {
  const bench = new Bench({ sessionlessCnxnTimeout: 10_000, tickTime: 1000 })
  bench.core.connectionOpened(1, '127.0.0.1', 4000)
  bench.core.connectionOpened(2, '127.0.0.1', 4001)
  bench.wait(9000)
  bench.core.bytesReceived(2, Buffer.from([0]))
  t.deepEqual(bench.ended, [])
  bench.wait(3000)
  t.deepEqual(bench.ended, [1])
  bench.wait(6000)
  t.deepEqual(bench.ended, [1])
  bench.wait(2000)
  t.deepEqual(bench.ended, [1, 2])
})

/** A server that asks another one which sessions are alive. */
class AskingLeader extends LocalReplication {
  static asked: [bigint, number][] = []
  static answer: (session: bigint, isAlive: boolean) => void

  override begin(committed: Committed): void {
    super.begin(committed)
    AskingLeader.asked = []
    AskingLeader.answer = (session, isAlive) => committed.revalidated(session, isAlive)
  }

  revalidate(session: bigint, timeout: number): void {
    AskingLeader.asked.push([session, timeout])
  }
}

test('SESSION-53: a session is renewed or refused when the leader has answered, and nothing is taken before', (t) => {
  for (const isAlive of [true, false]) {
    const bench = new Bench({ tickTime: 1000 }, (journal, parts) => new AskingLeader(journal, parts))
    const sessionId = 0x200000000000001n
    bench.greet(1, { sessionId, passwd: passwordOf(sessionId), timeOut: 5000 }, { op: 'ping' })
    t.deepEqual(AskingLeader.asked, [[sessionId, 5000]])
    t.deepEqual(bench.frames(1), [])
    t.true(bench.paused.has(1))
    AskingLeader.answer(sessionId, isAlive)
    bench.core.flush()
    const [welcome, ...replies] = bench.frames(1)
    t.is(welcome!.readInt32BE(4), isAlive ? 5000 : 0)
    t.is(replies.length, isAlive ? 1 : 0)
    t.deepEqual(bench.ended, isAlive ? [] : [1])
    if (!isAlive) continue
    // Its creation has not come here yet, and what it asks counts all the same.
    bench.send(1, 2, { op: 'exists', path: '/', watch: false })
    t.is(bench.frames(1).length, 3)
  }
})

test('SESSION-53: a wrong password is refused without asking; a later connection takes the place of one that waits', (t) => {
  const bench = new Bench({ tickTime: 1000 }, (journal, parts) => new AskingLeader(journal, parts))
  const sessionId = 0x200000000000001n
  bench.greet(1, { sessionId, passwd: new Uint8Array(16) })
  t.deepEqual(AskingLeader.asked, [])
  t.deepEqual(bench.ended, [1])
  for (const id of [2, 3]) bench.greet(id, { sessionId, passwd: passwordOf(sessionId) })
  t.deepEqual(bench.ended, [1, 2])
  AskingLeader.answer(sessionId, true)
  bench.core.flush()
  t.deepEqual(bench.frames(2), [])
  t.is(bench.frames(3).length, 1)
})

test('SESSION-52: a write of a session that has moved closes its connection without a reply, in a multi too', (t) => {
  const multi: Request = { op: 'multi', ops: [{ op: 'delete', path: '/a', version: -1 }] }
  for (const request of [create('/a'), multi]) {
    const bench = new Bench({ tickTime: 1000 })
    bench.connect(1)
    bench.core.context.parts.sessions.claim(bench.sessionOf(1), 2n)
    bench.send(1, 1, request)
    bench.durable()
    t.deepEqual(bench.frames(1), [])
    t.deepEqual(bench.ended, [1])
  }
})

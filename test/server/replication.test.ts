/** Writes, sessions and watches across servers: a leader's clients and its learners'. */
import test from 'ava'
import fc from 'fast-check'
import { passwordOf } from '../../spec/session/password.js'
import { CreateMode, ErrorCode, OpCode, type Request } from '../../spec/vocabulary/index.js'
import { MarshallingError } from '../../src/wire/index.js'
import { open } from '../support/bench.js'
import { epoch, Replicas } from '../support/replicas.js'

const create = (path: string, flags: number = CreateMode.persistent): Request => ({
  op: 'create',
  path,
  data: Buffer.from(path),
  acl: open,
  flags,
})
const exists = (path: string, watch = false): Request => ({ op: 'exists', path, watch })
const sync: Request = { op: 'sync', path: '/' }

const errors = (replicas: Replicas, sid: number, connection: number) =>
  replicas
    .server(sid)
    .frames(connection)
    .map((frame) => frame.readInt32BE(12))

test('BROADCAST-50, BROADCAST-51: a learner forwards its clients\u2019 writes, and all servers apply them in the leader\u2019s order', (t) => {
  const replicas = new Replicas(2)
  for (const sid of [1, 2, 3]) replicas.connect(sid, 1)
  for (const sid of [1, 2, 3]) replicas.server(sid).send(1, 1, create('/a'), create(`/by-${sid}`))
  t.deepEqual(
    [1, 2, 3].map((sid) => errors(replicas, sid, 1)),
    [[], [], []],
  )
  replicas.settle()
  const exist = ErrorCode.NodeExists
  t.deepEqual(
    [1, 2, 3].map((sid) => errors(replicas, sid, 1)),
    [
      [0, 0],
      [exist, 0],
      [exist, 0],
    ],
  )
  const trees = [1, 2, 3].map((sid) => {
    const { tree } = replicas.server(sid).core.state
    return ['/a', '/by-1', '/by-2', '/by-3'].map((path) => tree.get(path)?.czxid)
  })
  t.deepEqual(trees[1], trees[0])
  t.deepEqual(trees[2], trees[0])
  t.is(trees[0]![0]! >> 32n, BigInt(epoch))
})

test('SESSION-16, SESSION-12: a session that a client opens on a learner is known on all servers, and has the learner\u2019s number', (t) => {
  const replicas = new Replicas(1)
  replicas.server(2).greet(1)
  t.deepEqual(replicas.server(2).frames(1), [])
  replicas.settle()
  const id = replicas.server(2).sessionOf(1)
  t.is(BigInt.asUintN(64, id) >> 56n, 2n)
  for (const sid of [1, 2]) t.true(replicas.server(sid).core.context.parts.sessions.isOpen(id))
})

test('SERVICE-11, SERVICE-25: a read on a learner waits for the writes of its session, and for nobody else\u2019s', (t) => {
  const replicas = new Replicas(1)
  replicas.connect(2, 1)
  replicas.connect(2, 2)
  replicas.server(2).send(1, 1, create('/a'), exists('/a'))
  replicas.server(2).send(2, 1, exists('/a'))
  t.deepEqual(errors(replicas, 2, 2), [ErrorCode.NoNode])
  replicas.deliver()
  t.deepEqual(errors(replicas, 2, 1), [])
  replicas.commit()
  t.deepEqual(errors(replicas, 2, 1), [0, 0])
})

test('SERVICE-33: a sync is answered when all that the leader had proposed is here, whoever asked for that', (t) => {
  const replicas = new Replicas(1)
  for (const sid of [1, 2]) replicas.connect(sid, 1)
  replicas.connect(1, 2)
  replicas.server(1).send(1, 1, create('/a'))
  replicas.server(1).send(2, 1, sync, exists('/a'))
  replicas.server(2).send(1, 1, sync, exists('/a'))
  replicas.deliver()
  const replies = () => [errors(replicas, 1, 2), errors(replicas, 2, 1)]
  t.deepEqual(replies(), [[], []])
  replicas.commit()
  t.deepEqual(replies(), [
    [0, 0],
    [0, 0],
  ])
  replicas.server(1).send(2, 3, sync)
  replicas.server(2).send(1, 3, sync)
  replicas.deliver()
  t.deepEqual(replies(), [
    [0, 0, 0],
    [0, 0, 0],
  ])
})

test('SESSION-53, SESSION-54: a session moves to another server, and what it still asks through the first is refused', (t) => {
  const replicas = new Replicas(2)
  replicas.connect(2, 1)
  const sessionId = replicas.server(2).sessionOf(1)
  replicas.server(3).greet(5, { sessionId, passwd: passwordOf(sessionId) })
  t.deepEqual(replicas.server(3).frames(5), [])
  replicas.settle()
  t.is(replicas.server(3).frames(5).length, 1)
  // The client goes on counting its requests on its new connection.
  replicas.server(3).send(5, 2, create('/new'))
  replicas.server(2).send(1, 1, create('/old'))
  replicas.settle()
  t.is(replicas.server(3).frames(5).length, 2)
  t.deepEqual(replicas.server(2).frames(1), [])
  t.deepEqual(replicas.server(2).ended, [1])
  t.is(replicas.server(1).core.state.tree.get('/old'), undefined)
})

test('SESSION-33, SESSION-42: only the leader ends sessions, everywhere at once, and a learner refuses what has ended', (t) => {
  const replicas = new Replicas(2, { tickTime: 1000 })
  replicas.connect(2, 1)
  const sessionId = replicas.server(2).sessionOf(1)
  replicas.server(2).send(1, 1, create('/mine', CreateMode.ephemeral))
  replicas.settle()
  for (const sid of [2, 3]) replicas.server(sid).wait(60_000)
  replicas.settle()
  t.not(replicas.server(1).core.state.tree.get('/mine'), undefined)
  replicas.server(1).wait(60_000)
  replicas.settle()
  for (const sid of [1, 2, 3]) t.is(replicas.server(sid).core.state.tree.get('/mine'), undefined)
  t.deepEqual(replicas.server(2).ended, [1])
  replicas.server(3).greet(9, { sessionId, passwd: passwordOf(sessionId) })
  replicas.settle()
  t.is(replicas.server(3).frames(9)[0]!.readInt32BE(4), 0)
})

test('BROADCAST-91: what a learner forwards and is no write proposes nothing, and confuses nobody’s answers', (t) => {
  const replicas = new Replicas(1)
  replicas.connect(1, 1)
  const about = { type: 'REQUEST' as const, sessionId: 5n, cxid: 1, identities: [] }
  for (const op of [OpCode.exists, OpCode.createSession, 99])
    t.throws(() => replicas.request(2, { ...about, op, body: Buffer.alloc(0) }), {
      instanceOf: MarshallingError,
    })
  t.deepEqual(replicas.proposed, [])
  replicas.server(1).send(1, 1, create('/a'), create('/a'))
  replicas.settle()
  t.deepEqual(errors(replicas, 1, 1), [0, ErrorCode.NodeExists])
})

test('WATCHER-40: a watch on a learner hears of a write that another server\u2019s client made', (t) => {
  const replicas = new Replicas(2)
  for (const sid of [2, 3]) replicas.connect(sid, 1)
  replicas.server(2).send(1, 1, exists('/a', true))
  replicas.server(3).send(1, 1, create('/a'))
  replicas.settle()
  t.deepEqual(replicas.server(2).xids(1), [1, -1])
})

test('WIRE-42: a record that cannot be read is answered through a learner as through the leader', (t) => {
  const replicas = new Replicas(1)
  for (const sid of [1, 2]) {
    replicas.connect(sid, 1)
    const frame = Buffer.alloc(12)
    frame.writeInt32BE(8)
    frame.writeInt32BE(1, 4)
    frame.writeInt32BE(1, 8)
    replicas.server(sid).core.bytesReceived(1, frame)
    replicas.settle()
    t.deepEqual(errors(replicas, sid, 1), [ErrorCode.MarshallingError])
  }
})

test('SERVICE-20, SERVICE-12: however forwarding, commits and clients interleave, all trees are equal and every request is answered once, in order', (t) => {
  const step = fc.oneof(
    fc.record({
      does: fc.constant('ask' as const),
      sid: fc.integer({ min: 1, max: 3 }),
      what: fc.constantFrom(create('/a'), create('/b'), exists('/a'), sync, {
        op: 'delete',
        path: '/a',
        version: -1,
      } as Request),
    }),
    fc.record({ does: fc.constant('deliver' as const) }),
    fc.record({ does: fc.constant('commit' as const), count: fc.integer({ min: 1, max: 3 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const replicas = new Replicas(2)
      const asked = [0, 0, 0, 0]
      for (const sid of [1, 2, 3]) replicas.connect(sid, 1)
      for (const each of steps) {
        if (each.does === 'deliver') replicas.deliver()
        else if (each.does === 'commit') replicas.commit(each.count)
        else replicas.server(each.sid).send(1, ++asked[each.sid]!, each.what)
      }
      replicas.settle()
      const shown = [1, 2, 3].map((sid) => {
        const { tree } = replicas.server(sid).core.state
        t.deepEqual(
          replicas.server(sid).xids(1),
          Array.from({ length: asked[sid]! }, (_, at) => at + 1),
        )
        return ['/a', '/b'].map((path) => tree.get(path)?.czxid)
      })
      t.deepEqual(shown[1], shown[0])
      t.deepEqual(shown[2], shown[0])
    }),
  )
})

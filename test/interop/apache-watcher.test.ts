/**
 * Watches as the spec's model has them, against Apache ZooKeeper: random sequences of reads, writes, watch requests and
 * reconnections over sockets; after each, every client must have heard just what the model says, in its order.
 */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { ErrorCode, type Request, type WatcherEvent } from '../../spec/vocabulary/index.js'
import { fire, forget, noWatches, watch, type Watches } from '../../spec/watcher/watcher-model.js'
import type { Change } from '../../spec/tree/tree-types.js'
import type { Client } from '../../src/client/client.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { hasApache, startApache } from './apache-server.js'

const openAcl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const names = ['a', 'a/b', 'a/b/c', 'ab'] as const
const kinds = ['exists', 'getData', 'getChildren', 'getChildren2'] as const

/** A step of a walk, with paths below a root of the walk's own; '' is that root. */
type Step =
  | { do: 'read'; who: number; op: (typeof kinds)[number]; at: string }
  | { do: 'create' | 'delete' | 'setData' | 'multi'; who: number; at: string }
  | { do: 'add'; who: number; at: string; mode: number }
  | { do: 'remove' | 'check'; who: number; at: string; type: number }
  | { do: 'reconnect'; who: number; lists: readonly (readonly string[])[]; ago: number }

const who = fc.constantFrom(0, 1)
const at = fc.constantFrom('', ...names)
const below = fc.constantFrom(...names)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('read' as const), who, op: fc.constantFrom(...kinds), at }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('create' as const, 'delete' as const, 'setData' as const, 'multi' as const),
      who,
      at: below,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('add' as const), who, at, mode: fc.integer({ min: 0, max: 2 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('remove' as const, 'check' as const),
      who,
      at,
      type: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reconnect' as const),
      who,
      lists: fc.array(fc.array(at, { maxLength: 3 }), { minLength: 5, maxLength: 5 }),
      ago: fc.integer({ min: 0, max: 6 }),
    }),
  },
)

function requestOf(each: Exclude<Step, { do: 'reconnect' }>, root: string): Request {
  const path = each.at === '' ? root : `${root}/${each.at}`
  switch (each.do) {
    case 'read':
      return { op: each.op, path, watch: true }
    case 'create':
      return { op: 'create', path, data: null, acl: openAcl, flags: 0 }
    case 'delete':
      return { op: 'delete', path, version: -1 }
    case 'setData':
      return { op: 'setData', path, data: null, version: -1 }
    case 'multi':
      return {
        op: 'multi',
        ops: [
          { op: 'create', path, data: null, acl: openAcl, flags: 0 },
          { op: 'setData', path, data: null, version: -1 },
          { op: 'delete', path, version: -1 },
        ],
      }
    case 'add':
      return { op: 'addWatch', path, mode: each.mode }
    case 'remove':
      return { op: 'removeWatches', path, type: each.type }
    case 'check':
      return { op: 'checkWatches', path, type: each.type }
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** The changes of a write that succeeded, as WATCHER's table has them. */
function changesOf(request: Request): readonly Change[] {
  switch (request.op) {
    case 'create':
      return [
        { type: 'created', path: request.path },
        { type: 'childrenChanged', path: parentOf(request.path) },
      ]
    case 'delete':
      return [
        { type: 'deleted', path: request.path },
        { type: 'childrenChanged', path: parentOf(request.path) },
      ]
    case 'setData':
      return [{ type: 'dataChanged', path: request.path }]
    case 'multi':
      return request.ops.flatMap((op) => changesOf(op))
    default:
      return []
  }
}

/** Walks one sequence on the server and on the model. Throws at the first difference. */
async function walk(port: number, root: string, steps: readonly Step[]): Promise<void> {
  const observer = await connectClient({ port })
  let clients = [await connectClient({ port }), await connectClient({ port })]
  // A connection that is lost and the one after it are two to the model.
  let numbers = [0, 1]
  let watches: Watches = noWatches
  const zxids: bigint[] = []
  await observer.request({ op: 'create', path: root, data: null, acl: openAcl, flags: 0 })

  for (const each of steps) {
    const marks = clients.map(({ events }) => events.length)
    const expected: WatcherEvent[][] = [[], []]
    const expect = (told: readonly { connection: number; event: WatcherEvent }[]) => {
      for (const { connection, event } of told) expected[numbers.indexOf(connection)]!.push(event)
    }
    if (each.do === 'reconnect') {
      const old = clients[each.who]!
      const [data, exist, child, persistent, recursive] = each.lists.map((list) =>
        list.map((name) => (name === '' ? root : `${root}/${name}`)),
      )
      const request = {
        op: 'setWatches2',
        relativeZxid: zxids.at(-1 - each.ago) ?? 0n,
        dataWatches: data!,
        existWatches: exist!,
        childWatches: child!,
        persistentWatches: persistent!,
        persistentRecursiveWatches: recursive!,
      } as const
      const stats = new Map<string, { mzxid: bigint; pzxid: bigint }>()
      for (const path of new Set([...data!, ...exist!, ...child!])) {
        const { result } = await observer.request({ op: 'exists', path, watch: false })
        if (result?.op === 'exists') stats.set(path, result.stat)
      }
      const renewed = await connectClient({ port, sessionId: old.sessionId, passwd: old.passwd })
      await old.closed
      clients = clients.map((client, index) => (index === each.who ? renewed : client))
      marks[each.who] = renewed.events.length
      watches = forget(watches, numbers[each.who]!)
      numbers = numbers.map((number, index) => (index === each.who ? Math.max(...numbers) + 1 : number))
      const after = watch(watches, numbers[each.who]!, request, ErrorCode.Ok, (path) => stats.get(path))
      watches = after.watches
      expect(after.notifications)
      assert.equal((await renewed.request(request)).err, after.err)
    } else {
      const request = requestOf(each, root)
      const reply = await clients[each.who]!.request(request)
      const isWrite = ['create', 'delete', 'setData', 'multi'].includes(request.op)
      if (isWrite) {
        const failed =
          reply.err !== 0 ||
          (reply.result?.op === 'multi' && reply.result.results.some(({ op }) => op === 'error'))
        zxids.push(reply.zxid)
        for (const change of failed ? [] : changesOf(request)) {
          const after = fire(watches, change)
          watches = after.watches
          expect(after.notifications)
        }
      } else {
        const after = watch(watches, numbers[each.who]!, request, reply.err, () => undefined)
        watches = after.watches
        if (request.op.endsWith('Watches') || request.op === 'addWatch')
          assert.equal(reply.err, after.err, request.op)
      }
    }
    await compare(clients, marks, expected, each)
  }
  await cleanUp(observer, root)
  await Promise.all([...clients, observer].map((client) => client.close()))
}

/** What each client has heard since its mark is what it should have, and the one that asked heard it before the reply. */
async function compare(
  clients: readonly Client[],
  marks: readonly number[],
  expected: readonly (readonly WatcherEvent[])[],
  { who: asker }: Step,
): Promise<void> {
  for (const [index, client] of clients.entries()) {
    // A reply to a request that is sent now comes after all that was due (WATCHER-40).
    if (index !== asker) await client.request({ op: 'exists', path: '/', watch: false })
    const since = client.events.slice(marks[index])
    const reply = since.findIndex(({ type }) => type === 'reply')
    const heard = since
      .slice(0, reply)
      .flatMap((event) => (event.type === 'notification' ? [event.notification] : []))
    assert.deepEqual(
      heard.map(({ event }) => event),
      expected[index],
    )
    // WATCHER-37
    for (const { zxid } of heard) assert.equal(zxid, -1n)
    const late = since.slice(reply).filter(({ type }) => type === 'notification')
    assert.deepEqual(late, [])
  }
}

async function cleanUp(client: Client, root: string): Promise<void> {
  for (const name of [...names].reverse())
    await client.request({ op: 'delete', path: `${root}/${name}`, version: -1 })
  await client.request({ op: 'delete', path: root, version: -1 })
}

if (!hasApache) {
  test.skip('WATCHER-10: skipped, because Apache ZooKeeper (Debian: zookeeper) is not installed', () => {})
} else {
  test('WATCHER-10: random walks on Apache ZooKeeper come out as the model says', async (t) => {
    t.timeout(120_000)
    const { port, stop } = await startApache()
    t.teardown(stop)
    let walks = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        await walk(port, `/walk${walks++}`, steps)
      }),
      { numRuns: 60, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
    )
    t.true(walks >= 60)
  })
}

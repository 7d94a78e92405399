/** The tree under replay: what a log over a fuzzy snapshot, or over itself, comes to; and what its counts are held to. */
import test from 'ava'
import fc from 'fast-check'
import { ErrorCode, OpCode, type Acl } from '../../spec/vocabulary/index.js'
import { Access } from '../../src/acl/access.js'
import { DataTree } from '../../src/tree/data-tree.js'
import { Preparer, type WriteRequest } from '../../src/tree/prepare.js'
import { parseQuota, statPath } from '../../src/tree/quota.js'
import type { Transaction } from '../../src/tree/txn.js'

const options = { extendedTypes: true }
const acl: readonly Acl[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const ignore = (): void => {}

const path = fc.constantFrom('/a', '/b', '/a/x', '/a/y', '/b/x', '/a/x/z')
const data = fc.nat(5).map((length) => new Uint8Array(length))
const part = fc.oneof(
  fc.record({
    op: fc.constant('create' as const),
    path,
    data,
    acl: fc.constant(acl),
    flags: fc.constantFrom(0, 1, 2),
  }),
  fc.record({ op: fc.constant('delete' as const), path, version: fc.constant(-1) }),
  fc.record({ op: fc.constant('setData' as const), path, data, version: fc.constantFrom(-1, 0) }),
)
const write: fc.Arbitrary<WriteRequest> = fc.oneof(
  { weight: 6, arbitrary: part },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('multi' as const), ops: fc.array(part, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ op: 'closeSession' as const }) },
)
const writes = fc.array(write, { maxLength: 40 })

/** Prepares each write, `behind` of them ahead of the one that is applied, and gives what was logged. */
function run(tree: DataTree, requests: readonly WriteRequest[], behind = 0): Transaction[] {
  const preparer = new Preparer(tree, new Access(), { enforceQuota: false })
  const log: Transaction[] = []
  let applied = 0
  const apply = (upTo: number): void => {
    for (; applied < upTo; applied++) {
      tree.apply(log[applied]!, ignore)
      preparer.outstanding.applied(log[applied]!.header.zxid)
    }
  }
  for (const request of requests) {
    const zxid = BigInt(log.length + 1)
    const by = { sessionId: 7n, identities: [], sessionErr: 0 }
    log.push(preparer.prepare(request, by, { zxid, now: log.length, cxid: 0 }))
    apply(log.length - behind)
  }
  apply(log.length)
  return log
}

/** Everything that a snapshot would keep, and the indices beside it. */
function contents(tree: DataTree): unknown {
  return {
    nodes: new Map(
      [...tree.entries()].map(([at, node]) => [
        at,
        { ...node.stat(), creations: node.creations, data: node.data },
      ]),
    ),
    children: new Map([...tree.entries()].map(([at, node]) => [at, new Set(node.children)])),
    ephemerals: new Map([...tree.ephemerals].map(([session, paths]) => [session, new Set(paths)])),
  }
}

test('ZOOKEEPER-4306: a session’s end lists its ephemerals only where they fit into a record', (t) => {
  const pathsAt = (closeSessionBytes: number): readonly string[] | null | undefined => {
    const tree = new DataTree(options)
    const preparer = new Preparer(tree, new Access(), { enforceQuota: false, closeSessionBytes })
    const by = { sessionId: 7n, identities: [], sessionErr: 0 }
    const place = (zxid: bigint) => ({ zxid, now: 0, cxid: 0 })
    const create = preparer.prepare({ op: 'create', path: '/e', data: null, acl, flags: 1 }, by, place(1n))
    tree.apply(create, ignore)
    preparer.outstanding.applied(1n)
    const end = preparer.prepare({ op: 'closeSession' }, by, place(2n))
    tree.apply(end, ignore)
    t.is(tree.get('/e'), undefined)
    return end.txn.op === 'closeSession' ? end.txn.paths : undefined
  }
  t.deepEqual(pathsAt(6), ['/e'])
  t.is(pathsAt(5), null)
  t.is(pathsAt(-1), null)
})

test('WIRE-54: a lone check leaves no transaction that Apache cannot read', (t) => {
  const log = run(new DataTree(options), [
    { op: 'check', path: '/', version: -1 },
    { op: 'check', path: '/none', version: -1 },
  ])
  t.deepEqual(
    log.map(({ header, txn }) => ({ type: header.type, txn })),
    [
      { type: OpCode.error, txn: { op: 'error', err: ErrorCode.Ok } },
      { type: OpCode.error, txn: { op: 'error', err: ErrorCode.NoNode } },
    ],
  )
})

test('TREE-81: a failed multi leaves no trace among what is outstanding', (t) => {
  const tree = new DataTree(options)
  const [, multi, create] = run(
    tree,
    [
      { op: 'create', path: '/a', data: null, acl, flags: 0 },
      {
        op: 'multi',
        ops: [
          { op: 'create', path: '/a/x', data: null, acl, flags: 0 },
          { op: 'delete', path: '/nowhere', version: -1 },
        ],
      },
      { op: 'create', path: '/a/', data: null, acl, flags: 2 },
    ],
    3,
  )
  t.is(multi!.txn.op, 'multi')
  t.like(create!.txn, { op: 'create', path: '/a/0000000000', parentCVersion: 1 })
  t.is(tree.get('/a/x'), undefined)
})

test('SERVICE-23: writes prepared ahead of those before them come to the same tree', (t) => {
  fc.assert(
    fc.property(writes, fc.integer({ min: 1, max: 8 }), (requests, behind) => {
      const one = new DataTree(options)
      const other = new DataTree(options)
      const straight = run(one, requests)
      const ahead = run(other, requests, behind)
      t.deepEqual(
        ahead.map(({ txn }) => txn),
        straight.map(({ txn }) => txn),
      )
      t.deepEqual(contents(other), contents(one))
    }),
  )
})

/** Replayed, the session's end deletes the second /b and leaves /b/x without a parent. */
const parentCreatedAgain: WriteRequest[] = [
  { op: 'create', path: '/b', data: null, acl, flags: 1 },
  { op: 'closeSession' },
  { op: 'create', path: '/b', data: null, acl, flags: 0 },
  { op: 'create', path: '/b/x', data: new Uint8Array(3), acl, flags: 0 },
]

test('a log applied over a tree that has some of it already comes to the same tree', (t) => {
  // A fuzzy snapshot says it is of `from`, and has what was applied up to `to`.
  fc.assert(
    fc.property(writes, fc.nat(40), fc.nat(40), (requests, from, to) => {
      const expected = new DataTree(options)
      const log = run(expected, requests)
      const tree = new DataTree(options)
      for (const transaction of log.slice(0, to)) tree.apply(transaction, ignore)
      for (const transaction of log.slice(Math.min(from, to))) tree.apply(transaction, ignore)
      t.deepEqual(
        [...tree.entries()].map(([at]) => at).sort(),
        [...expected.entries()].map(([at]) => at).sort(),
      )
      for (const [at, node] of expected.entries()) {
        const found = tree.get(at)!
        t.deepEqual(found.data, node.data)
        t.is(found.version, node.version)
        t.is(found.creations, node.creations, at)
        // No order of children is promised, and one deleted and created again stands elsewhere.
        t.deepEqual([...found.children].sort(), [...node.children].sort())
      }
      const owned = ({ ephemerals }: DataTree) =>
        [...ephemerals].map(([session, paths]) => `${session}: ${[...paths].sort().join()}`).sort()
      t.deepEqual(owned(tree), owned(expected))
      t.is(tree.size, expected.size)
      t.is(tree.approximateDataSize, expected.approximateDataSize)
    }),
    { examples: [[parentCreatedAgain, 0, 4]] },
  )
})

test('TREE-93, TREE-94: what a quota has counted is what is there', (t) => {
  const quota: WriteRequest[] = [
    '/zookeeper/quota/a',
    '/zookeeper/quota/a/zookeeper_limits',
    '/zookeeper/quota/a/zookeeper_stats',
  ].map((at) => ({
    op: 'create',
    path: at,
    data: new TextEncoder().encode('count=9,bytes=9'),
    acl,
    flags: 0,
  }))
  fc.assert(
    fc.property(writes, writes, (before, after) => {
      const tree = new DataTree(options)
      run(tree, [...before, ...quota, ...after])
      const counted = [...tree.entries()].filter(([at]) => at === '/a' || at.startsWith('/a/'))
      const { count, bytes } = parseQuota(tree.get(statPath('/a'))!.data)
      t.is(count, counted.length)
      t.is(
        bytes,
        counted.reduce((sum, [, node]) => sum + node.dataLength, 0),
      )
    }),
  )
})

test('TREE-23, TREE-43: containers and TTL nodes are kept apart until they are deleted, and show no owner', (t) => {
  const tree = new DataTree(options)
  run(tree, [
    { op: 'createContainer', path: '/c', data: null, acl, flags: 4 },
    { op: 'createTTL', path: '/t', data: null, acl, flags: 5, ttl: 50n },
    { op: 'create', path: '/e', data: null, acl, flags: 1 },
  ])
  t.deepEqual([...tree.containers], ['/c'])
  t.deepEqual([...tree.ttlNodes], ['/t'])
  t.deepEqual([...tree.ephemeralsOf(7n)], ['/e'])
  t.deepEqual(
    ['/c', '/t', '/e'].map((at) => tree.get(at)!.stat().ephemeralOwner),
    [0n, 0n, 7n],
  )
  for (const [i, at] of ['/c', '/t', '/e'].entries())
    tree.apply(
      {
        header: { clientId: 7n, cxid: 0, zxid: BigInt(10 + i), time: 0, type: OpCode.delete },
        txn: { op: 'delete', path: at },
      },
      ignore,
    )
  t.is(tree.containers.size + tree.ttlNodes.size + tree.ephemerals.size, 0)
})

test('TREE-41: a snapshot with a child that its parent has not counted yet: replay makes up for it', (t) => {
  const expected = new DataTree(options)
  const log = run(expected, [
    { op: 'create', path: '/a', data: null, acl, flags: 0 },
    { op: 'create', path: '/a/x', data: null, acl, flags: 0 },
  ])
  const tree = new DataTree(options)
  for (const transaction of log) tree.apply(transaction, ignore)
  const parent = tree.get('/a')!
  parent.creations = 0
  parent.pzxid = 1n
  tree.apply(log[1]!, ignore)
  t.deepEqual(contents(tree), contents(expected))
})

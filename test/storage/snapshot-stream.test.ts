/** A snapshot on its way to a learner: it comes to the same tree however it is cut, and what is none is refused. */
import test from 'ava'
import fc from 'fast-check'
import { type Acl, openAcl, OpCode } from '../../spec/vocabulary/index.js'
import { readSnapshot, type SessionEntry, writeSnapshot } from '../../src/storage/snapshot-format.js'
import { SnapshotIntake, writeSnapshotStream } from '../../src/storage/snapshot-stream.js'
import { DataTree } from '../../src/tree/data-tree.js'
import type { Txn } from '../../src/tree/txn.js'
import { MarshallingError } from '../../src/wire/index.js'
import { buffer, int, long } from '../interop/bytes.js'

const options = { extendedTypes: true }
const longestData = 1 << 16
const owner = 0x1_0000_0000_0007n
const ofAlice: readonly Acl[] = [
  { perms: 31, id: { scheme: 'digest', id: 'alice:x' } },
  { perms: 1, id: { scheme: 'world', id: 'anyone' } },
]
const readOnly: readonly Acl[] = [{ perms: 1, id: { scheme: 'world', id: 'anyone' } }]
const sessions: readonly SessionEntry[] = [
  [owner, 6000],
  [-1n, 40_000],
]
const lastZxid = 0x3_0000_0100n

/** A tree with znodes of every kind, several ACLs, data that are null, empty and long, a quota, and more in its log. */
function fullTree(): DataTree {
  const tree = new DataTree(options)
  let zxid = 0x3_0000_0000n
  const apply = (txn: Txn): void => {
    const header = { clientId: owner, cxid: 1, zxid: ++zxid, time: 1_700_000_000_000 + Number(zxid % 1000n) }
    tree.apply({ header: { ...header, type: OpCode[txn.op] }, txn }, () => {})
  }
  const node = { data: Buffer.from('1'), acl: openAcl, parentCVersion: -1 }
  apply({ op: 'create', path: '/a', ephemeral: false, ...node, data: null })
  apply({
    op: 'create',
    path: '/a/ü\u{10400}',
    ephemeral: false,
    ...node,
    data: Buffer.alloc(0),
    acl: ofAlice,
  })
  apply({ op: 'create2', path: '/long', ephemeral: false, ...node, data: Buffer.alloc(longestData, 7) })
  apply({ op: 'create', path: '/a/e', ephemeral: true, ...node })
  apply({ op: 'createContainer', path: '/c', ...node, acl: readOnly })
  apply({ op: 'create', path: '/c/x', ephemeral: false, ...node, acl: ofAlice })
  apply({ op: 'createTTL', path: '/t', ttl: 5000n, ...node })
  apply({ op: 'create', path: '/gone', ephemeral: false, ...node })
  apply({ op: 'setData', path: '/a', data: Buffer.from('two'), version: 1 })
  apply({ op: 'setACL', path: '/t', acl: ofAlice, version: 1 })
  apply({ op: 'delete', path: '/gone' })
  for (const path of ['/zookeeper/quota/a', '/zookeeper/quota/a/zookeeper_limits'])
    apply({ op: 'create', path, ephemeral: false, ...node, data: Buffer.from('count=9,bytes=-1') })
  tree.lastProcessedZxid = lastZxid
  return tree
}

/** Everything that a snapshot keeps, and what is kept beside the znodes. */
function contents(tree: DataTree): unknown {
  const nodes = [...tree.entries()].map(([path, node]) => [
    path,
    { ...node.stat(), creations: node.creations, owner: node.ephemeralOwner },
    node.data === null ? null : Buffer.from(node.data).toString('hex'),
    node.acl,
    [...node.children].sort(),
  ])
  return {
    nodes: nodes.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    ephemerals: [...tree.ephemerals].map(([session, paths]) => [session, [...paths].sort()]),
    containers: [...tree.containers],
    ttlNodes: [...tree.ttlNodes],
    quota: tree.quotaPathFor('/a/e'),
    size: tree.approximateDataSize,
    zxid: tree.lastProcessedZxid,
  }
}

const streamOf = (tree: DataTree, open = sessions): Buffer =>
  Buffer.concat([...writeSnapshotStream(tree, open)])
const intake = (): SnapshotIntake => new SnapshotIntake(lastZxid, options, longestData)

/** Pushes bytes in pieces; gives what lies behind the stream, undefined while it is not whole. */
function pushAll(into: SnapshotIntake, bytes: Buffer, cuts: readonly number[]): Buffer | undefined {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [at, place] of places.slice(1).entries()) {
    const rest = into.push(Buffer.from(bytes.subarray(places[at], place)))
    if (rest !== undefined) return Buffer.concat([rest, bytes.subarray(place)])
  }
  return undefined
}

const tree = fullTree()
const stream = streamOf(tree)
const behind = Buffer.from('the packets behind it')

test('BROADCAST-95: a stream is what the file has between header and checksum, and the signature', (t) => {
  const file = Buffer.concat([...writeSnapshot(tree, sessions)])
  const signature = buffer('BenWasHere')
  t.deepEqual(stream, Buffer.concat([file.subarray(16, -13), signature]))
  const read = new DataTree(options)
  t.deepEqual(readSnapshot(file, read, lastZxid), sessions)
  t.deepEqual(contents(read), contents(tree))
})

test('BROADCAST-95: a tree that was sent is the same tree, with its sessions and its zxid', (t) => {
  const into = intake()
  t.deepEqual(into.push(Buffer.concat([stream, behind])), behind)
  t.deepEqual(contents(into.tree), contents(tree))
  t.deepEqual(into.sessions, sessions)
  t.is(into.tree.lastProcessedZxid, lastZxid)
  t.is(into.tree.get('/a')?.acl, openAcl)
})

test('BROADCAST-95: however it is cut, the tree is the same and what follows is given back', (t) => {
  const expected = contents(tree)
  // The long data hide the cuts that matter: most go where the fields are.
  const place = fc.oneof(
    fc.nat(900),
    fc.nat(stream.length),
    fc.integer({ min: stream.length - 900, max: stream.length + 20 }),
  )
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(place, { maxLength: 30 }), (cuts) => {
        const into = intake()
        t.deepEqual(pushAll(into, Buffer.concat([stream, behind]), cuts), behind)
        t.deepEqual(contents(into.tree), expected)
        t.deepEqual(into.sessions, sessions)
      }),
      { numRuns: 60 },
    ),
  )
})

test('BROADCAST-95: it is whole with its last byte and not before, at each place where it is cut and byte by byte', (t) => {
  const small = new DataTree()
  small.apply(
    {
      header: { clientId: 1n, cxid: 1, zxid: 1n, time: 5, type: OpCode.create },
      txn: {
        op: 'create',
        path: '/s',
        data: Buffer.from('x'),
        acl: ofAlice,
        ephemeral: true,
        parentCVersion: 1,
      },
    },
    () => {},
  )
  small.lastProcessedZxid = lastZxid
  const bytes = streamOf(small)
  for (let cut = 0; cut <= bytes.length; cut++) {
    const into = intake()
    const first = into.push(bytes.subarray(0, cut))
    t.is(first === undefined, cut < bytes.length)
    if (first === undefined) t.deepEqual(into.push(bytes.subarray(cut)), Buffer.alloc(0))
    t.deepEqual(contents(into.tree), contents(small))
  }
  const slowly = intake()
  for (let at = 0; at < bytes.length - 1; at++) t.is(slowly.push(bytes.subarray(at, at + 1)), undefined)
  t.deepEqual(slowly.push(bytes.subarray(-1)), Buffer.alloc(0))
  t.deepEqual(contents(slowly.tree), contents(small))
})

const fields = Buffer.concat([long(-1n), Buffer.alloc(60)])
const znode = (path: string, data: Buffer = buffer('')) => Buffer.concat([buffer(path), data, fields])
const noSessions = int(0)
const noAcls = int(0)
const start = Buffer.concat([noSessions, noAcls])
const end = Buffer.concat([buffer('/'), buffer('BenWasHere')])

test('BROADCAST-95: what an older server sends is read: null lists, an ACL without a number, no configuration', (t) => {
  const acls = Buffer.concat([
    int(2),
    long(1n),
    int(-1),
    long(2n),
    int(1),
    int(31),
    buffer('ip'),
    buffer(null),
  ])
  const strange = Buffer.concat([buffer('/strange'), buffer(null), long(77n), Buffer.alloc(60)])
  const numbered = Buffer.concat([buffer('/numbered'), buffer(null), long(2n), Buffer.alloc(60)])
  const into = intake()
  t.deepEqual(
    into.push(Buffer.concat([int(-1), acls, znode(''), znode('/zookeeper'), strange, numbered, end])),
    Buffer.alloc(0),
  )
  t.deepEqual(into.sessions, [])
  t.deepEqual(into.tree.get('/strange')?.acl, openAcl)
  t.deepEqual(into.tree.get('/numbered')?.acl, [{ perms: 31, id: { scheme: 'ip', id: '' } }])
  t.true(into.tree.get('/zookeeper')?.hasChild('config'))
})

const refused: readonly (readonly [string, Buffer, number, RegExp])[] = [
  ['a count of sessions', int(-2), 0, /a count of sessions, found -2/],
  ['a count of ACLs', Buffer.concat([noSessions, int(-(2 ** 31))]), 4, /a count of ACLs, found -2147483648/],
  [
    'a count of entries',
    Buffer.concat([noSessions, int(1), long(1n), int(-2)]),
    16,
    /a count of entries of an ACL/,
  ],
  [
    'a scheme',
    Buffer.concat([noSessions, int(1), long(1n), int(1), int(31), int(2 ** 31 - 1)]),
    24,
    /a scheme or an id, -1 to 16777216, found 2147483647/,
  ],
  [
    'a path’s length',
    Buffer.concat([start, int((1 << 24) + 1)]),
    8,
    /a path, -1 to 16777216, found 16777217/,
  ],
  ['a negative length', Buffer.concat([start, int(-2)]), 8, /a path, -1 to 16777216, found -2/],
  ['data', Buffer.concat([start, buffer(''), int(longestData + 1)]), 12, /data, -1 to 65536, found 65537/],
  ['no root', Buffer.concat([start, buffer('/')]), 8, /expected the root, found the end of the znodes/],
  ['a child first', Buffer.concat([start, buffer('/a')]), 8, /a path whose parent came before, found "\/a"/],
  [
    'no parent',
    Buffer.concat([start, znode(''), buffer('/a/b')]),
    84,
    /whose parent came before, found "\/a\/b"/,
  ],
  ['a root again', Buffer.concat([start, znode(''), buffer('')]), 84, /no znode has yet, found ""/],
  [
    'a path again',
    Buffer.concat([start, znode(''), znode('/a'), buffer('/a')]),
    162,
    /no znode has yet, found "\/a"/,
  ],
  ['no slash', Buffer.concat([start, znode(''), buffer('a')]), 84, /expected a path, found "a"/],
  ['an empty name', Buffer.concat([start, znode(''), buffer('//a')]), 84, /expected a path, found "\/\/a"/],
  ['a slash at the end', Buffer.concat([start, znode(''), znode('/a'), buffer('/a/')]), 162, /found "\/a\/"/],
  [
    'another signature',
    Buffer.concat([start, znode(''), buffer('/'), buffer('BenWasThere'.slice(0, 10))]),
    89,
    /the signature "BenWasHere", found "BenWasTher"/,
  ],
  [
    'a longer signature',
    Buffer.concat([start, znode(''), buffer('/'), int(11)]),
    89,
    /the length of the signature, -1 to 10, found 11/,
  ],
]
for (const [what, bytes, offset, message] of refused)
  test(`BROADCAST-95: no snapshot is refused as soon as that is known, and for good: ${what}`, (t) => {
    for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.from([byte]))]) {
      const into = intake()
      for (const piece of pieces.slice(0, -1)) t.is(into.push(piece), undefined)
      const push = (piece: Buffer) => () => into.push(piece)
      const error = t.throws(push(pieces.at(-1)!), { instanceOf: MarshallingError, message })
      t.is(error?.offset, offset)
      t.throws(push(stream), { is: error })
    }
  })

test('BROADCAST-95: bytes that are no snapshot come to an error or are waited for, never to a tree', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.nat(899), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const small = streamOf(new DataTree())
        const place = at % small.length
        small[place]! ^= change
        const into = intake()
        try {
          const rest = into.push(small)
          // A changed field makes another tree; nothing makes a longer or a shorter one.
          return rest === undefined || rest.length === 0
        } catch (error) {
          return error instanceof MarshallingError
        }
      }),
      { numRuns: 500 },
    ),
  )
})

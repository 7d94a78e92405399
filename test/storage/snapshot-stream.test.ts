/** A snapshot on its way to a learner: the same tree comes out, however the stream is cut; garbage does not become a tree. */
import test from 'ava'
import fc from 'fast-check'
import { CreateMode, type Acl } from '../../spec/vocabulary/index.js'
import { SnapshotIntake, writeSnapshotStream } from '../../src/storage/snapshot-stream.js'
import type { DataTree } from '../../src/tree/data-tree.js'
import { MarshallingError } from '../../src/wire/index.js'
import { Bench, open } from '../support/bench.js'
import { snapshotBytes } from '../support/stored-history.js'

const secret: readonly Acl[] = [{ perms: 1, id: { scheme: 'ip', id: '10.0.0.1' } }]
const sessions: [bigint, number][] = [
  [0x100n, 4000],
  [-5n, 30_000],
]

/** A tree with znodes of all kinds. */
function someTree(): DataTree {
  const bench = new Bench({ extendedTypes: true })
  bench.connect(1)
  bench.send(
    1,
    1,
    { op: 'create', path: '/a', data: Buffer.from('some'), acl: open, flags: CreateMode.persistent },
    { op: 'create', path: '/a/b', data: null, acl: secret, flags: CreateMode.ephemeral },
    {
      op: 'create',
      path: '/a/s-',
      data: Buffer.alloc(300, 7),
      acl: open,
      flags: CreateMode.persistentSequential,
    },
    { op: 'createContainer', path: '/c', data: Buffer.alloc(0), acl: secret, flags: CreateMode.container },
    { op: 'createTTL', path: '/t', data: null, acl: open, flags: CreateMode.persistentWithTTL, ttl: 5000n },
    { op: 'setData', path: '/a', data: Buffer.from('other'), version: -1 },
  )
  bench.durable()
  return bench.core.state.tree
}

const bytes = Buffer.concat([...writeSnapshotStream(someTree(), sessions)])
const zxid = someTree().lastProcessedZxid

function taken(pieces: readonly Buffer[], longestData = 1000) {
  const intake = new SnapshotIntake(zxid, { extendedTypes: true }, longestData)
  let rest: Buffer | undefined
  for (const piece of pieces) rest = rest === undefined ? intake.push(piece) : Buffer.concat([rest, piece])
  return { intake, rest }
}

test('BROADCAST-95: the tree and the sessions come out as they went in, and what is behind the stream is given back', (t) => {
  const expected = snapshotBytes(someTree()).toString('hex')
  t.is(bytes.subarray(-14).toString('latin1'), '\0\0\0\nBenWasHere')
  const behind = Buffer.from('packets')
  const all = Buffer.concat([bytes, behind])
  fc.assert(
    fc.property(fc.array(fc.nat(all.length), { maxLength: 10 }), (places) => {
      const at = [0, ...places, all.length].sort((a, b) => a - b)
      const { intake, rest } = taken(at.slice(1).map((end, i) => all.subarray(at[i], end)))
      t.is(rest?.toString(), 'packets')
      t.deepEqual(intake.sessions, sessions)
      t.is(snapshotBytes(intake.tree).toString('hex'), expected)
      t.is(intake.tree.lastProcessedZxid, zxid)
    }),
  )
  t.is(taken([...all].map((byte) => Buffer.from([byte]))).rest?.toString(), 'packets')
})

test('BROADCAST-95: nothing is whole before the last byte', (t) => {
  for (let length = 0; length < bytes.length; length++)
    t.is(taken([bytes.subarray(0, length)]).rest, undefined, String(length))
})

test('BROADCAST-91: garbage is refused with its place, and never taken for a snapshot', (t) => {
  const wrongEnd = Buffer.from(bytes)
  wrongEnd[wrongEnd.length - 1] = 0x21
  t.throws(() => taken([wrongEnd]), {
    instanceOf: MarshallingError,
    message: /expected the signature "BenWasHere"/,
  })
  t.throws(() => taken([bytes], 299), { message: /expected the length of data, at most 299, found 300/ })
  const orphan = Buffer.from(bytes.toString('latin1').replace('/a/b', '/x/b'), 'latin1')
  t.throws(() => taken([orphan]), { message: /expected a znode behind its parent, found "\/x\/b"/ })
  const twice = Buffer.from(
    bytes.toString('latin1').replace('/a/b', '/a\0b').replace('/a\0b', '/t/b'),
    'latin1',
  )
  t.throws(() => taken([twice]), { instanceOf: MarshallingError })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const changed = Buffer.from(bytes)
        for (const [at, value] of changes) changed[at] = value
        try {
          taken([changed])
        } catch (error) {
          if (!(error instanceof MarshallingError)) throw error
        }
      },
    ),
    { numRuns: 2000 },
  )
})

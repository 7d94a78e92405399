/**
 * Requests that meet each other: on few paths, by two sessions, over a tree with znodes of all kinds, so that every check
 * has something to refuse. For whatever compares two ways of deciding them.
 */
import fc from 'fast-check'
import type { Reaping, Requester } from '../../spec/tree/tree-types.js'
import type { Acl, AskedAcl, MultiOp, Request } from '../../spec/vocabulary/index.js'

export const bytes = (text: string) => new TextEncoder().encode(text)
const open: Acl = { perms: 31, id: { scheme: 'world', id: 'anyone' } }
const readOnly: Acl = { perms: 1, id: { scheme: 'world', id: 'anyone' } }
const ofAlice: Acl = { perms: 31, id: { scheme: 'digest', id: 'alice:digest' } }
export const alice = { scheme: 'digest', id: 'alice:digest' }

const settings = fc.record({
  extendedTypes: fc.boolean(),
  enforceQuota: fc.boolean(),
  skipAcl: fc.constant(false),
  superDigest: fc.constant(null),
  tickTime: fc.constant(100),
  minSessionTimeout: fc.constant(200),
  maxSessionTimeout: fc.constant(2000),
})
const by: fc.Arbitrary<Requester> = fc.record({
  sessionId: fc.constantFrom(1n, 2n),
  identities: fc.constantFrom(
    [{ scheme: 'ip', id: '10.0.0.1' }],
    [{ scheme: 'ip', id: '10.0.0.1' }, alice],
    [
      { scheme: 'ip', id: '10.0.0.1' },
      { scheme: 'super', id: '' },
    ],
  ),
})
const quota = '/zookeeper/quota/q'
const path = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '/a',
      '/a/b',
      '/a/c',
      '/c',
      '/e',
      '/e/f',
      '/i',
      '/i/x',
      '/s',
      '/s/t',
      '/q',
      '/q/r',
      '/q/n-',
    ),
  },
  // Below a znode that gives one permission and no other.
  fc
    .constantFrom(1, 2, 4, 8, 16)
    .chain((perms) => fc.constantFrom(`/p${perms}`, `/p${perms}/x`, `/p${perms}/new`)),
  fc.constantFrom('/', '', 'a', '/a/', '//a', '/a/.', '/\0', '/a/b\0', '/none/x', '/zookeeper'),
  fc.constantFrom(quota, `${quota}/zookeeper_limits`, `${quota}/zookeeper_stats`),
)
const data = fc.constantFrom(
  null,
  ...['', 'x', 'xxxxxxxxxx', 'count=-1,bytes=-1=;byteHardLimit=5;countHardLimit=2', 'count=1,bytes=0'].map(
    bytes,
  ),
)
const acl = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<AskedAcl[][]>([open]) },
  fc.integer({ min: 0, max: 31 }).map((perms): AskedAcl[] => [{ ...open, perms }]),
  fc.constantFrom<(AskedAcl[] | null)[]>(
    null,
    [],
    [readOnly],
    [ofAlice, readOnly],
    [{ perms: 31, id: { scheme: 'auth', id: '' } }],
    [
      { perms: 1, id: { scheme: 'ip', id: '10.0.0.0/8' } },
      { perms: 2, id: { scheme: 'ip', id: '11.0.0.0/8' } },
    ],
    [{ perms: 31, id: { scheme: 'digest', id: 'nobody' } }],
    [open, open],
    [{ perms: 31, id: { scheme: 'world', id: null } }],
    [{ ...open }, { perms: 31, id: { scheme: 'digest', id: null } }],
    [
      { perms: 31, id: { scheme: 'ip', id: null } },
      { perms: 31, id: { scheme: '', id: null } },
    ],
    [
      { perms: 31, id: { scheme: '', id: null } },
      { perms: 31, id: { scheme: 'ip', id: null } },
    ],
    [{ perms: 31, id: { scheme: 'auth', id: null } }],
  ),
)
const version = fc.constantFrom(-1, -1, 0, 1, 2, -2)
const flags = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3) }, fc.integer({ min: -1, max: 7 }))
const part = fc.oneof(
  fc.record({ op: fc.constantFrom('create', 'create2', 'createContainer'), path, data, acl, flags }),
  fc.record({
    op: fc.constant('createTTL'),
    path,
    data,
    acl,
    flags: fc.constantFrom(-1, 0, 1, 2, 4, 5, 5, 5, 5, 6, 6, 6),
    ttl: fc.constantFrom(-1n, 0n, 1n, 60n, 60n, 60n, 60n, 1n << 40n),
  }),
  fc.record({ op: fc.constant('delete'), path, version }),
  fc.record({ op: fc.constant('setData'), path, data, version }),
  fc.record({ op: fc.constant('check'), path, version }),
) as fc.Arbitrary<MultiOp>
const request = fc.oneof(
  { weight: 5, arbitrary: part },
  fc.record({ op: fc.constant('setACL'), path, acl, version }),
  fc.record({ op: fc.constant('deleteContainer') }),
  fc.record({ op: fc.constant('reap'), path }),
  fc.record({
    op: fc.constantFrom('exists', 'getData', 'getChildren', 'getChildren2'),
    path,
    watch: fc.boolean(),
  }),
  fc.record({ op: fc.constantFrom('getACL', 'getAllChildrenNumber'), path }),
  fc.record({ op: fc.constant('getEphemerals'), prefixPath: path }),
  fc.record({
    op: fc.constant('multiRead'),
    ops: fc.array(
      fc.record({ op: fc.constantFrom('getData', 'getChildren'), path, watch: fc.constant(false) }),
      {
        maxLength: 3,
      },
    ),
  }),
  { weight: 4, arbitrary: fc.record({ op: fc.constant('multi'), ops: fc.array(part, { maxLength: 4 }) }) },
) as fc.Arbitrary<Request | Reaping>

/** A configuration, and requests of two sessions. */
export const walk = fc.tuple(settings, fc.array(fc.tuple(by, request), { minLength: 1, maxLength: 40 }))

const nothing = bytes('')
const limits = bytes('count=-1,bytes=-1=;byteHardLimit=5;countHardLimit=2')
/** For readers near, and for Alice to change, of whom those readers see no digest. */
const byAddress: Acl[] = [
  { perms: 1, id: { scheme: 'ip', id: '10.0.0.0/8' } },
  { perms: 31, id: { scheme: 'ip', id: '11.0.0.0/8' } },
  { ...ofAlice, perms: 30 },
]

/** What every walk starts from: znodes of all kinds, some that only Alice may use, a quota. All of it is granted. */
export const furniture: readonly Request[] = [
  { op: 'create', path: '/a', data: nothing, acl: [open], flags: 0 },
  { op: 'create', path: '/a/b', data: nothing, acl: [open], flags: 0 },
  { op: 'createContainer', path: '/c', data: nothing, acl: [open], flags: 4 },
  { op: 'create', path: '/e', data: nothing, acl: [open], flags: 1 },
  { op: 'create', path: '/s', data: nothing, acl: [ofAlice], flags: 0 },
  { op: 'create', path: '/s/t', data: nothing, acl: [open], flags: 0 },
  { op: 'create', path: '/i', data: nothing, acl: byAddress, flags: 0 },
  { op: 'create', path: '/q', data: nothing, acl: [open], flags: 0 },
  { op: 'create', path: quota, data: nothing, acl: [open], flags: 0 },
  { op: 'create', path: `${quota}/zookeeper_limits`, data: limits, acl: [open], flags: 0 },
  { op: 'create', path: `${quota}/zookeeper_stats`, data: nothing, acl: [open], flags: 0 },
  ...[1, 2, 4, 8, 16].flatMap((perms): Request[] => [
    { op: 'create', path: `/p${perms}`, data: nothing, acl: [open], flags: 0 },
    { op: 'create', path: `/p${perms}/x`, data: nothing, acl: [open], flags: 0 },
    { op: 'setACL', path: `/p${perms}`, acl: [{ ...open, perms }], version: -1 },
  ]),
]

/** Who puts it there. */
export const furnisher: Requester = { sessionId: 1n, identities: [{ scheme: 'ip', id: '10.0.0.1' }, alice] }

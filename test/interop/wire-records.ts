/** What the wire's rules say of records: their bytes, and what is told in them. */
import { ask, buffer, int, long, no, ping } from './bytes.js'
import type { Expected } from './wire-frames.js'

const hex = (...parts: Buffer[]): string => Buffer.concat(parts).toString('hex')
const part = (type: number, err: number, done = false): Buffer =>
  Buffer.concat([int(type), Buffer.from([done ? 1 : 0]), int(err)])
const end = part(-1, -1, true)
/** The `Stat` of a znode that is as old as the tree, and has nothing. */
const blank = Buffer.alloc(68)
const openAcl = Buffer.concat([int(1), int(31), buffer('world'), buffer('anyone')])
const make = (xid: number, path: string, flags: number, acl: Buffer = openAcl): Buffer =>
  ask(xid, 1, buffer(path), buffer(''), acl, int(flags))

/** WIRE-45's table. */
const nothing = buffer(null)
const acls = openAcl
const nullPathCases: readonly (readonly [type: number, err: number, ...record: Buffer[]])[] = [
  [1, -5, nothing, buffer('x'), acls, int(0)],
  [15, -5, nothing, buffer('x'), acls, int(0)],
  [19, -5, nothing, buffer('x'), acls, int(4)],
  [2, -5, nothing, int(-1)],
  [5, -8, nothing, buffer('x'), int(-1)],
  [7, -8, nothing, acls, int(-1)],
  [13, -8, nothing, int(-1)],
  [3, -5, nothing, no],
  [4, -5, nothing, no],
  [6, -5, nothing],
  [8, -5, nothing, no],
  [12, -5, nothing, no],
  [104, -5, nothing],
  [17, -5, nothing, int(3)],
  [18, -121, nothing, int(3)],
  [9, 0, nothing],
  [106, 0, nothing, int(0)],
  [103, 0, nothing],
  [101, -5, long(0n), int(1), nothing, int(0), int(0)],
  [101, -5, long(0n), int(0), int(1), nothing, int(0)],
  [101, -5, long(0n), int(0), int(0), int(1), nothing],
  [105, 0, long(0n), int(0), int(0), int(0), int(1), nothing, int(0)],
]
const nullPaths = nullPathCases.map(([type, err, ...record]): Expected => ({
  rule: 'WIRE-45',
  says: `a null path, type ${type}, record ${hex(...record)}`,
  sent: [ask(5, type, ...record)],
  replies: [{ xid: 5, err }],
  lives: true,
}))

const entry = (scheme: string | null, id: string | null): Buffer =>
  Buffer.concat([int(1), int(31), buffer(scheme), buffer(id)])
const nullAcls: readonly Expected[] = (
  [
    ['a null scheme and id', entry(null, null), -114],
    ['a null scheme', entry(null, 'x'), -114],
    ['world without an id', entry('world', null), -5],
    ['digest without an id', entry('digest', null), -5],
    ['ip without an id', entry('ip', null), -5],
    ['auth without an id, of nobody', entry('auth', null), -114],
    ['an unknown scheme without an id', entry('nosuch', null), -114],
    ['a count of -2', int(-2), -114],
    ['a null list', int(-1), -114],
  ] as const
).flatMap(([says, acl, err]): Expected[] => [
  {
    rule: 'ACL-45, ACL-40',
    says: `create and setACL with ${says}`,
    sent: [make(1, '/null-acl', 0, acl), ask(2, 7, buffer('/zookeeper/quota'), acl, int(-1))],
    replies: [
      { xid: 1, err, body: '' },
      { xid: 2, err, body: '' },
    ],
    lives: true,
  },
])

export const records: readonly Expected[] = [
  {
    rule: 'WIRE-34, SERVICE-31',
    says: 'a reply with an error',
    sent: [ask(5, 4, buffer('/nothing'), no)],
    replies: [{ xid: 5, err: -101, body: '' }],
    lives: true,
  },
  {
    rule: 'SERVICE-33',
    says: 'sync, of what is not there',
    sent: [ask(5, 9, buffer('/nothing'))],
    replies: [{ xid: 5, err: 0, body: hex(buffer('/nothing')) }],
    lives: true,
  },
  {
    rule: 'WIRE-51',
    says: 'a Stat and an ACL',
    sent: [ask(5, 3, buffer('/zookeeper/quota'), no), ask(6, 6, buffer('/zookeeper/quota'))],
    replies: [
      { xid: 5, err: 0, body: hex(blank) },
      { xid: 6, err: 0, body: hex(openAcl, blank) },
    ],
    lives: true,
  },
  {
    rule: 'WIRE-52',
    says: 'the flags of a create',
    sent: [
      make(1, '/flags', 0),
      make(2, '/flags/s', 2),
      make(3, '/flags/e', 3),
      make(4, '/flags/x', 1),
      make(5, '/flags/x/below', 0),
      make(6, '/flags/y', 7),
    ],
    replies: [
      { xid: 1, err: 0, body: hex(buffer('/flags')) },
      { xid: 2, err: 0, body: hex(buffer('/flags/s0000000000')) },
      { xid: 3, err: 0, body: hex(buffer('/flags/e0000000001')) },
      { xid: 4, err: 0, body: hex(buffer('/flags/x')) },
      { xid: 5, err: -108, body: '' },
      { xid: 6, err: -8, body: '' },
    ],
    lives: true,
  },
  {
    rule: 'ACL-11',
    says: 'a scheme that nobody may ask for, and one that there is not',
    sent: ['super', 'nosuch'].map((scheme, at) =>
      make(at, '/acl', 0, Buffer.concat([int(1), int(31), buffer(scheme), buffer('x')])),
    ),
    replies: [
      { xid: 0, err: -114, body: '' },
      { xid: 1, err: -114, body: '' },
    ],
    lives: true,
  },
  {
    rule: 'WIRE-53',
    says: 'createSession, which is the server’s own',
    sent: [ask(5, -10, int(10_000)), ping],
    replies: [{ xid: 5, err: -6, body: '', zxid: -1n }],
    lives: false,
    isOursAlone: true,
  },
  {
    rule: 'WIRE-54',
    says: 'check outside a multi: a header alone',
    sent: [ask(5, 13, buffer('/'), int(-1)), ask(6, 13, buffer('/nothing'), int(-1))],
    replies: [
      { xid: 5, err: 0, body: '' },
      { xid: 6, err: -101, body: '' },
    ],
    lives: true,
    isOursAlone: true,
  },
  ...nullPaths,
  ...nullAcls,
  {
    rule: 'TREE-88',
    says: 'deleteContainer, whatever its record',
    sent: [
      ask(1, 19, buffer('/box'), buffer(''), openAcl, int(4)),
      ask(2, 20, Buffer.from('/box')),
      ask(3, 20, buffer('/box')),
      ask(4, 20, buffer('/box'), int(-1)),
      ask(5, 20),
      ask(6, 2, buffer('/box'), int(-1)),
    ],
    replies: [
      { xid: 1, err: 0 },
      ...[2, 3, 4, 5].map((xid) => ({ xid, err: -8, body: '' })),
      { xid: 6, err: 0, body: '' },
    ],
    lives: true,
  },
  {
    rule: 'WIRE-60',
    says: 'a part of a multi that only a server may ask for, or that is no write',
    sent: [-11, -10, -1, 20, 11, 3, 7, 16].map((type, xid) =>
      ask(xid, 14, part(type, -1), buffer('/'), int(-1), end),
    ),
    replies: [-11, -10, -1, 20, 11, 3, 7, 16].map((_, xid) => ({ xid, err: -5, body: '' })),
    lives: true,
  },
  {
    rule: 'TREE-76',
    says: 'getAllChildrenNumber',
    sent: [ask(1, 104, buffer('/zookeeper')), ask(2, 104, buffer('/none'))],
    replies: [
      { xid: 1, err: 0, body: hex(int(2)) },
      { xid: 2, err: -101, body: '' },
    ],
    lives: true,
  },
  {
    rule: 'WIRE-61',
    says: 'a multi that succeeds',
    sent: [
      ask(
        5,
        14,
        ...[part(1, -1), buffer('/multi'), buffer(''), openAcl, int(0)],
        ...[part(13, -1), buffer('/multi'), int(0)],
        ...[part(2, -1), buffer('/multi'), int(0)],
        end,
      ),
    ],
    replies: [{ xid: 5, err: 0, body: hex(part(1, 0), buffer('/multi'), part(13, 0), part(2, 0), end) }],
    lives: true,
  },
  {
    rule: 'WIRE-63',
    says: 'a multiRead of which a part fails',
    sent: [
      ask(
        5,
        22,
        ...[part(4, -1), buffer('/nothing'), no],
        ...[part(4, -1), buffer('/zookeeper/quota'), no],
        end,
      ),
    ],
    replies: [
      {
        xid: 5,
        err: 0,
        body: hex(part(-1, -101), int(-101), part(4, 0), buffer(''), blank, end),
      },
    ],
    lives: true,
  },
  {
    rule: 'WATCHER-65, WIRE-35',
    says: 'setWatches tells of what was missed before its reply, once for each list',
    sent: [ask(-8, 101, long(0n), int(1), buffer('/gone'), int(0), int(1), buffer('/gone'))],
    replies: [
      ...[1, 2].map(() => ({ xid: -1, err: 0, zxid: -1n, body: hex(int(2), int(3), buffer('/gone')) })),
      { xid: -8, err: 0, body: '' },
    ],
    lives: true,
  },
  {
    rule: 'SESSION-62',
    says: 'closeSession',
    sent: [ask(5, -11)],
    replies: [{ xid: 5, err: 0, body: '' }],
    lives: false,
  },
]

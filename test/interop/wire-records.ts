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
const make = (xid: number, path: string, flags: number, acl = openAcl): Buffer =>
  ask(xid, 1, buffer(path), buffer(''), acl, int(flags))

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
    rule: 'SERVICE-38',
    says: 'whoAmI: the address first, of a digest the name',
    sent: [ask(9, 100, int(0), buffer('digest'), buffer('u:p')), ask(5, 107)],
    replies: [
      { xid: 9, err: 0 },
      {
        xid: 5,
        err: 0,
        body: hex(int(2), buffer('ip'), buffer('127.0.0.1'), buffer('digest'), buffer('u')),
      },
    ],
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

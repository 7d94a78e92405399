/** What the wire's rules say of frames and of single requests: bytes in, bytes out. */
import { ask, buffer, frame, int, long, no, ping } from './bytes.js'

/** What a request gets: replies as xid, err and body; `zxid` where a rule says what it is; and whether the connection lives. */
export interface Expected {
  readonly rule: string
  readonly says: string
  readonly sent: readonly Buffer[]
  readonly replies: readonly { xid: number; err: number; body?: string; zxid?: bigint }[]
  readonly lives: boolean
  /** How much each reply's zxid is above the one before it, from the second on, where nobody else writes. */
  readonly zxids?: readonly bigint[]
  /** Where Apache's server does otherwise, which the rule says. */
  readonly isOursAlone?: boolean
}

export const frames: readonly Expected[] = [
  { rule: 'WIRE-16', says: 'a negative length', sent: [int(-1)], replies: [], lives: false },
  {
    rule: 'WIRE-16',
    says: 'a length above jute.maxbuffer',
    sent: [int(0x100000)],
    replies: [],
    lives: false,
  },
  {
    rule: 'WIRE-17',
    says: 'a four-letter word after the handshake',
    sent: [Buffer.from('ruok')],
    replies: [],
    lives: false,
  },
  { rule: 'WIRE-40', says: 'an empty frame', sent: [frame()], replies: [], lives: false },
  { rule: 'WIRE-40', says: 'half a header', sent: [frame(int(1))], replies: [], lives: false },
  {
    rule: 'WIRE-41',
    says: 'an unknown type',
    sent: [ask(5, 200), ping],
    replies: [{ xid: 5, err: -6, body: '', zxid: -1n }],
    lives: false,
  },
  {
    rule: 'WIRE-41',
    says: 'type 0',
    sent: [ask(5, 0)],
    replies: [{ xid: 5, err: -6, body: '', zxid: -1n }],
    lives: false,
  },
  {
    rule: 'WIRE-42',
    says: 'a read that ends early',
    sent: [ask(5, 4, buffer('/'))],
    replies: [{ xid: 5, err: -5, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-42',
    says: 'a path that is longer than its frame',
    sent: [ask(5, 3, int(1000), no)],
    replies: [{ xid: 5, err: -5, body: '' }],
    lives: true,
  },
  ...[-2, -3, -100].map((count): Expected => ({
    rule: 'WIRE-11',
    says: `a vector with a count of ${count}`,
    sent: [ask(-8, 101, long(0n), int(count), int(count), int(count))],
    replies: [{ xid: -8, err: 0, body: '' }],
    lives: true,
  })),
  {
    rule: 'WIRE-11',
    says: 'a string with a length of -2',
    sent: [ask(5, 4, int(-2), no)],
    replies: [{ xid: 5, err: -5, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-42',
    says: 'a write that ends early',
    sent: [ask(5, 1, buffer('/x'))],
    replies: [{ xid: 5, err: -5, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-42',
    says: 'a multi without an end',
    sent: [ask(5, 14)],
    replies: [{ xid: 5, err: -5, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-60',
    says: 'a multi without parts',
    sent: [ask(5, 14, int(-1), Buffer.from([1]), int(-1))],
    replies: [{ xid: 5, err: 0, body: 'ffffffff01ffffffff' }],
    lives: true,
  },
  {
    rule: 'WIRE-11',
    says: 'bytes behind a record',
    sent: [ask(5, 9, buffer('/'), int(7))],
    replies: [{ xid: 5, err: 0, body: '000000012f' }],
    lives: true,
  },
  {
    rule: 'WIRE-32, SERVICE-32',
    says: 'ping with another xid',
    sent: [ask(77, 11)],
    replies: [{ xid: -2, err: 0, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-32',
    says: 'xids that are negative, 0, and the same',
    sent: [ask(-77, 9, buffer('/')), ask(0, 9, buffer('/')), ask(0, 9, buffer('/'))],
    replies: [
      { xid: -77, err: 0 },
      { xid: 0, err: 0 },
      { xid: 0, err: 0 },
    ],
    lives: true,
  },
  {
    rule: 'WIRE-33',
    says: 'auth: zxid 0, the xid given back',
    sent: [ask(9, 100, int(0), buffer('digest'), buffer('u:p'))],
    replies: [{ xid: 9, err: 0, body: '', zxid: 0n }],
    lives: true,
  },
  { rule: 'WIRE-43', says: 'an auth that ends early', sent: [ask(-4, 100, no)], replies: [], lives: false },
  {
    rule: 'WIRE-57',
    says: 'an auth that proves nothing',
    sent: [ask(-4, 100, int(0), buffer('nosuch'), buffer('x'))],
    replies: [{ xid: -4, err: -115, body: '', zxid: 0n }],
    lives: false,
  },
  {
    rule: 'WIRE-55',
    says: 'sasl where it is not configured',
    sent: [ask(5, 102, buffer('x'))],
    replies: [{ xid: 5, err: 0, body: 'ffffffff', zxid: 0n }],
    lives: true,
  },
  {
    rule: 'WIRE-56, SERVICE-36',
    says: 'reconfig',
    sent: [ask(5, 16, buffer(null), buffer(null), buffer('x'), long(-1n))],
    replies: [{ xid: 5, err: -123, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-56, SERVICE-36',
    says: 'a reconfig that ends early: no zxid',
    sent: [ask(5, 13, buffer('/nothing'), int(0)), ask(6, 16), ask(7, 16, buffer(null), buffer(null))],
    replies: [
      { xid: 5, err: -101, body: '' },
      { xid: 6, err: -5, body: '' },
      { xid: 7, err: -5, body: '' },
    ],
    lives: true,
    zxids: [0n, 0n],
  },
  {
    rule: 'WIRE-45',
    says: 'a multi with a null path: no zxid',
    sent: [
      ask(5, 13, buffer('/nothing'), int(0)),
      ask(6, 14, int(2), no, int(-1), buffer(null), int(-1), int(-1), Buffer.from([1]), int(-1)),
    ],
    replies: [
      { xid: 5, err: -101, body: '' },
      { xid: 6, err: -5 },
    ],
    lives: true,
    zxids: [0n],
  },
  {
    rule: 'ACL-30, ACL-33',
    says: 'auth with a null scheme',
    sent: [ask(-4, 100, int(0), buffer(null), buffer('x'))],
    replies: [{ xid: -4, err: -115, body: '', zxid: 0n }],
    lives: false,
  },
  {
    // Apache closes so soon that its answer is often lost.
    rule: 'ACL-30',
    says: 'auth by digest with null credentials',
    sent: [ask(-4, 100, int(0), buffer('digest'), buffer(null))],
    replies: [{ xid: -4, err: -115, body: '', zxid: 0n }],
    lives: false,
    isOursAlone: true,
  },
  {
    rule: 'ACL-32',
    says: 'auth by address with null credentials',
    sent: [ask(-4, 100, int(0), buffer('ip'), buffer(null))],
    replies: [{ xid: -4, err: 0, body: '', zxid: 0n }],
    lives: true,
  },
  {
    rule: 'WATCHER-25',
    says: 'addWatch: an int, 0',
    sent: [ask(5, 106, buffer('/nothing'), int(0))],
    replies: [{ xid: 5, err: 0, body: '00000000' }],
    lives: true,
  },
  {
    rule: 'WATCHER-26',
    says: 'addWatch in a mode that does not exist',
    sent: [ask(5, 106, buffer('/'), int(2))],
    replies: [{ xid: 5, err: -5, body: '' }],
    lives: true,
  },
  {
    rule: 'WATCHER-66',
    says: 'setWatches with a null list',
    sent: [ask(-8, 101, long(0n), int(-1), int(0), int(0))],
    replies: [{ xid: -8, err: -5, body: '' }],
    lives: true,
  },
  {
    rule: 'WIRE-62',
    says: 'a multi that fails',
    sent: [
      ask(
        5,
        14,
        int(13),
        no,
        int(-1),
        buffer('/'),
        int(-1),
        int(2),
        no,
        int(-1),
        buffer('/nothing'),
        int(-1),
        int(2),
        no,
        int(-1),
        buffer('/nothing'),
        int(-1),
        int(-1),
        Buffer.from([1]),
        int(-1),
      ),
    ],
    replies: [
      {
        xid: 5,
        err: 0,
        body: 'ffffffff000000000000000000ffffffff00ffffff9bffffff9bffffffff00fffffffefffffffeffffffff01ffffffff',
      },
    ],
    lives: true,
  },
]

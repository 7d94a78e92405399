/**
 * The wire's rules by bytes, on this server and, where it is installed, on Apache ZooKeeper: what is sent, and what must
 * come back. Frames are written by hand here, not by the code that is under test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { passwordOf } from '../../spec/session/password.js'
import { startServer } from '../../src/runtime/server.js'
import { hasApache, startApache } from './apache-server.js'
import { ask, buffer, frame, headerOf, hello, int, long, no, ping, talk } from './bytes.js'

/** What a request gets: replies as xid, err and body; `zxid` where a rule says what it is; and whether the connection lives. */
interface Expected {
  readonly rule: string
  readonly says: string
  readonly sent: readonly Buffer[]
  readonly replies: readonly { xid: number; err: number; body?: string; zxid?: bigint }[]
  readonly lives: boolean
}

const expected: readonly Expected[] = [
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
  {
    rule: 'WIRE-42',
    says: 'a null path',
    sent: [ask(5, 4, buffer(null), no)],
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
    rule: 'WIRE-32',
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
    rule: 'WIRE-56',
    says: 'reconfig',
    sent: [ask(5, 16, buffer(null), buffer(null), buffer('x'), long(-1n))],
    replies: [{ xid: 5, err: -123, body: '' }],
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
  {
    rule: 'SESSION-62',
    says: 'closeSession',
    sent: [ask(5, -11)],
    replies: [{ xid: 5, err: 0, body: '' }],
    lives: false,
  },
]

interface Running {
  readonly port: number
  stop(): Promise<void>
}

async function ours(): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-wire-'))
  const server = await startServer({ port: 0, dataDir })
  return {
    port: server.port,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function rules(name: string, start: () => Promise<Running>): void {
  const running = start()
  test.after.always(async () => (await running).stop())

  for (const { rule, says, sent, replies, lives } of expected) {
    test(`${rule}: ${says}, on ${name}`, async (t) => {
      const { port } = await running
      // A connection that lives answers a ping; one that does not is closed behind its last reply.
      const wanted = 1 + replies.length + 1
      const { frames, closed } = await talk(port, [hello(), ...sent, ...(lives ? [ping] : [])], wanted)
      const heard = frames.slice(1).map(headerOf)
      if (lives) t.like(heard.pop(), { xid: -2, err: 0 })
      t.is(closed, !lives)
      t.is(heard.length, replies.length)
      for (const [at, reply] of replies.entries()) t.like(heard[at], reply)
    })
  }

  test(`WIRE-22: an old client’s answer has no readOnly byte, on ${name}`, async (t) => {
    const { port } = await running
    const [now] = (await talk(port, [hello()], 1)).frames
    const [old] = (await talk(port, [hello({ old: true })], 1)).frames
    t.is(now?.length, 37)
    t.is(old?.length, 36)
  })

  test(`SESSION-14: the password in the handshake’s answer is the id’s, on ${name}`, async (t) => {
    const [answer] = (await talk((await running).port, [hello({ passwd: null })], 1)).frames
    const id = answer!.readBigInt64BE(8)
    t.deepEqual(answer!.subarray(20, 36), Buffer.from(passwordOf(id)))
    t.is(id >> 56n, 1n)
  })

  test(`SESSION-42: a refusal is zeros, and then the end, on ${name}`, async (t) => {
    const { port } = await running
    for (const passwd of [new Uint8Array(16), passwordOf(0x77n)]) {
      const { frames, closed } = await talk(port, [hello({ id: 0x77n, passwd })], 2)
      t.is(frames[0]?.toString('hex'), `${'00'.repeat(16)}00000010${'00'.repeat(17)}`)
      t.true(closed)
    }
  })

  test(`SESSION-47: a client that is ahead gets no answer, on ${name}`, async (t) => {
    t.deepEqual(await talk((await running).port, [hello({ seen: 1n << 40n })], 1), {
      frames: [],
      closed: true,
    })
  })

  test(`WIRE-23: a first frame that is no handshake, on ${name}`, async (t) => {
    t.deepEqual(await talk((await running).port, [frame(int(0), no)], 1), { frames: [], closed: true })
  })
}

rules('zoospec', ours)
if (hasApache) rules('Apache ZooKeeper', startApache)
else test.skip('WIRE-16: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})

/** The packets of the quorum port: what is written is read again, however it is cut, and what is no packet is refused. */
import test from 'ava'
import fc from 'fast-check'
import { OpCode } from '../../../spec/vocabulary/index.js'
import { MarshallingError } from '../../../src/wire/index.js'
import { leaderPacket, readLeaderMessage } from '../../../src/wire/peer/leader-message-bytes.js'
import { learnerPacket, readLearnerMessage } from '../../../src/wire/peer/learner-message-bytes.js'
import type { LeaderMessage, LearnerMessage } from '../../../src/wire/peer/quorum-message.js'
import { type QuorumPacket, QuorumPacketStream } from '../../../src/wire/peer/quorum-packet.js'
import { buffer, int, long } from '../../interop/bytes.js'
import { int as ints, long as longs, transaction } from '../../support/arbitraries.js'
import { numbered } from '../../broadcast/transactions.js'

const limit = 1 << 20
const epochs = fc.nat(0x7fff_fffe)
const bodies = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes))
const text = fc.string({ maxLength: 8 })
const identities = fc.array(fc.record({ scheme: text, id: text }), { maxLength: 2 })
/** Values of one shape are equal, whatever their prototypes. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))

const learnerMessages: fc.Arbitrary<LearnerMessage> = fc.oneof(
  fc.record({
    type: fc.constantFrom('FOLLOWERINFO' as const, 'OBSERVERINFO' as const),
    acceptedEpoch: epochs,
    sid: longs,
    protocolVersion: ints,
    configVersion: longs,
  }),
  fc.record({ type: fc.constant('ACKEPOCH' as const), currentEpoch: ints, lastZxid: longs }),
  fc.record({ type: fc.constant('ACK' as const), zxid: longs }),
  fc.record({
    type: fc.constant('REQUEST' as const),
    sessionId: longs,
    cxid: ints,
    op: ints.filter((op) => op !== OpCode.sync),
    body: bodies,
    identities,
  }),
  fc.record({ type: fc.constant('SYNC' as const), sessionId: longs, cxid: ints, body: bodies }),
  fc.record({ type: fc.constant('REVALIDATE' as const), sessionId: longs, timeout: ints }),
  fc.record({
    type: fc.constant('PING' as const),
    touched: fc.array(fc.record({ sessionId: longs, timeout: ints }), { maxLength: 3 }),
  }),
)
const leaderMessages: fc.Arbitrary<LeaderMessage> = fc.oneof(
  fc.record({ type: fc.constant('LEADERINFO' as const), epoch: epochs, protocolVersion: ints }),
  fc.record({
    type: fc.constantFrom(
      'DIFF' as const,
      'TRUNC' as const,
      'SNAP' as const,
      'COMMIT' as const,
      'UPTODATE' as const,
      'PING' as const,
    ),
    zxid: longs,
  }),
  fc.record({ type: fc.constant('NEWLEADER' as const), epoch: epochs, config: fc.option(text) }),
  fc.record({ type: fc.constantFrom('PROPOSAL' as const, 'INFORM' as const), transaction }),
  fc.constant({ type: 'SYNC' as const }),
  fc.record({ type: fc.constant('REVALIDATE' as const), sessionId: longs, isValid: fc.boolean() }),
)

/** What a stream gives of bytes that come in these pieces. */
function packets(pieces: readonly Buffer[]): QuorumPacket[] {
  const stream = new QuorumPacketStream(limit)
  const found: QuorumPacket[] = []
  for (const piece of pieces) {
    stream.push(piece)
    for (let packet = stream.next(); packet !== undefined; packet = stream.next()) found.push(packet)
  }
  return found
}

/** Bytes cut at some places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

test('BROADCAST-90, BROADCAST-92, BROADCAST-94: what a learner says, byte by byte', (t) => {
  const none = int(-1)
  const expected: [LearnerMessage, Buffer[]][] = [
    [
      { type: 'FOLLOWERINFO', acceptedEpoch: 5, sid: 3n, protocolVersion: 0x10000, configVersion: 0n },
      [int(11), long(0x5_0000_0000n), int(20), long(3n), int(0x10000), long(0n), none],
    ],
    [{ type: 'ACKEPOCH', currentEpoch: -1, lastZxid: 7n }, [int(18), long(7n), int(4), int(-1), none]],
    [{ type: 'ACK', zxid: 9n }, [int(3), long(9n), int(-1), none]],
    [{ type: 'PING', touched: [] }, [int(5), long(0n), int(0), none]],
    [
      { type: 'PING', touched: [{ sessionId: 8n, timeout: 40 }] },
      [int(5), long(0n), int(12), long(8n), int(40), none],
    ],
    [
      { type: 'REVALIDATE', sessionId: 8n, timeout: 40 },
      [int(6), long(-1n), int(12), long(8n), int(40), none],
    ],
    [
      { type: 'SYNC', sessionId: 8n, cxid: 2, body: buffer(Buffer.from('/')) },
      [int(1), long(-1n), int(21), long(8n), int(2), int(9), buffer(Buffer.from('/')), none],
    ],
    [
      {
        type: 'REQUEST',
        sessionId: 8n,
        cxid: 2,
        op: -10,
        body: int(4000),
        identities: [{ scheme: 'ip', id: 'a' }],
      },
      [
        int(1),
        long(-1n),
        int(20),
        long(8n),
        int(2),
        int(-10),
        int(4000),
        int(1),
        buffer(Buffer.from('ip')),
        buffer(Buffer.from('a')),
      ],
    ],
  ]
  for (const [message, bytes] of expected)
    t.is(learnerPacket(message).toString('hex'), Buffer.concat(bytes).toString('hex'), message.type)
})

test('BROADCAST-90, BROADCAST-92, BROADCAST-93: what a leader says, byte by byte', (t) => {
  const none = int(-1)
  const expected: [LeaderMessage, Buffer[]][] = [
    [
      { type: 'LEADERINFO', epoch: 6, protocolVersion: 0x10000 },
      [int(17), long(0x6_0000_0000n), int(4), int(0x10000), none],
    ],
    [{ type: 'DIFF', zxid: 3n }, [int(13), long(3n), int(-1), none]],
    [{ type: 'TRUNC', zxid: 3n }, [int(14), long(3n), int(-1), none]],
    [{ type: 'SNAP', zxid: 3n }, [int(15), long(3n), int(-1), none]],
    [
      { type: 'NEWLEADER', epoch: 6, config: 'version=0' },
      [int(10), long(0x6_0000_0000n), buffer(Buffer.from('version=0')), none],
    ],
    [{ type: 'NEWLEADER', epoch: 6, config: null }, [int(10), long(0x6_0000_0000n), int(-1), none]],
    [{ type: 'UPTODATE', zxid: -1n }, [int(12), long(-1n), int(-1), none]],
    [{ type: 'COMMIT', zxid: 3n }, [int(4), long(3n), int(-1), none]],
    [{ type: 'SYNC' }, [int(7), long(0n), int(-1), none]],
    [
      { type: 'REVALIDATE', sessionId: 8n, isValid: true },
      [int(6), long(-1n), int(9), long(8n), Buffer.from([1]), none],
    ],
    [
      { type: 'PROPOSAL', transaction: numbered(2, 1) },
      [
        int(2),
        long(0x2_0000_0001n),
        int(32 + 14),
        ...[long(1n), int(201), long(0x2_0000_0001n), long(0n), int(5)],
        ...[buffer(Buffer.from('/a')), int(-1), int(201)],
        none,
      ],
    ],
  ]
  for (const [message, bytes] of expected)
    t.is(leaderPacket(message).toString('hex'), Buffer.concat(bytes).toString('hex'), message.type)
})

test('BROADCAST-90 to BROADCAST-94: messages come out as they went in, wherever the stream is cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(learnerMessages, { maxLength: 5 }),
      fc.array(leaderMessages, { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (said, answered, places) => {
        const up = packets(cut(Buffer.concat(said.map(learnerPacket)), places)).map(readLearnerMessage)
        t.is(plain(up.map(sorted)), plain(said.map(sorted)))
        const down = packets(cut(Buffer.concat(answered.map(leaderPacket)), places)).map(readLeaderMessage)
        t.is(plain(down.map(sorted)), plain(answered.map(sorted)))
      },
    ),
    { numRuns: 300 },
  )
})

/** A message with its fields in one order. */
function sorted(message: object): object {
  return Object.fromEntries(Object.entries(message).sort(([a], [b]) => (a < b ? -1 : 1)))
}

test('BROADCAST-94: a learner may leave its versions out', (t) => {
  const info = (...data: Buffer[]) =>
    readLearnerMessage({ type: 16, zxid: 0x2_0000_0000n, data: Buffer.concat(data), identities: [] })
  const known = { type: 'OBSERVERINFO', acceptedEpoch: 2, sid: 7n } as const
  t.deepEqual(info(long(7n)), { ...known, protocolVersion: 1, configVersion: 0n })
  t.deepEqual(info(long(7n), int(0x10000)), { ...known, protocolVersion: 0x10000, configVersion: 0n })
})

test('BROADCAST-95: what is behind a packet can be taken, and put back', (t) => {
  const stream = new QuorumPacketStream(limit)
  stream.push(leaderPacket({ type: 'SNAP', zxid: 3n }))
  stream.push(Buffer.from('a snapshot'))
  t.is(stream.next()?.type, 15)
  t.is(stream.takeRest().toString(), 'a snapshot')
  t.is(stream.next(), undefined)
  stream.push(leaderPacket({ type: 'UPTODATE', zxid: -1n }))
  t.is(stream.next()?.type, 12)
})

test('BROADCAST-91: what is no packet is refused, before more of it is waited for', (t) => {
  const wrong: [string, Buffer[], RegExp][] = [
    [
      'a length below -1',
      [int(3), long(1n), int(-2), int(-1)],
      /^at byte 12: expected data of -1 to 1048576 bytes, found -2$/,
    ],
    ['more data than is taken', [int(3), long(1n), int(limit + 1), int(0)], /found 1048577$/],
    [
      'more identities than anyone has',
      [int(3), long(1n), int(-1), int(1025)],
      /at most 1024 identities, found 1025$/,
    ],
  ]
  for (const [what, bytes, message] of wrong)
    t.throws(() => packets([Buffer.concat(bytes)]), { instanceOf: MarshallingError, message }, what)
  const packet = (type: number, data: Buffer | null): QuorumPacket => ({
    type,
    zxid: 1n,
    data,
    identities: [],
  })
  for (const type of [0, 9, 19, 99, -1]) {
    t.throws(() => readLearnerMessage(packet(type, null)), { message: /a packet that a learner sends/ })
    t.throws(() => readLeaderMessage(packet(type, null)), { message: /a packet that a leader sends/ })
  }
  for (const type of [1, 6, 11, 16, 18])
    for (const data of [null, Buffer.alloc(3)])
      t.throws(() => readLearnerMessage(packet(type, data)), { instanceOf: MarshallingError }, String(type))
  t.throws(() => readLearnerMessage(packet(5, Buffer.alloc(11))), { instanceOf: MarshallingError })
  for (const type of [2, 6, 8, 17])
    for (const data of [null, Buffer.alloc(3)])
      t.throws(() => readLeaderMessage(packet(type, data)), { instanceOf: MarshallingError }, String(type))
})

/** The messages between a leader and its learners: what is written is read again, and what is none is refused. */
import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import fc from 'fast-check'
import { MarshallingError } from '../../../src/wire/index.js'
import {
  epochOf,
  epochZxid,
  leaderPacket,
  readLeaderMessage,
} from '../../../src/wire/peer/leader-message-bytes.js'
import { learnerPacket, readLearnerMessage } from '../../../src/wire/peer/learner-message-bytes.js'
import type { LeaderMessage, LearnerMessage } from '../../../src/wire/peer/quorum-message.js'
import { PacketType } from '../../../src/wire/peer/quorum-packet.js'
import { int, long } from '../../interop/bytes.js'
import * as arbitrary from '../../support/arbitraries.js'
import {
  info,
  infoData,
  leaderBytes,
  learnerBytes,
  onlyPacket,
  packet,
  packetsOf,
  transaction,
  transactionBytes,
  zxid,
} from '../../support/quorum-samples.js'

test('BROADCAST-93: what a leader says, byte by byte, and read as it was written', (t) => {
  for (const [message, bytes] of leaderBytes) {
    t.deepEqual(leaderPacket(message), bytes, message.type)
    t.deepEqual(readLeaderMessage(onlyPacket(bytes)), message)
  }
})

test('BROADCAST-94: what a learner says, byte by byte, and read as it was written', (t) => {
  for (const [message, bytes] of learnerBytes) {
    t.deepEqual(learnerPacket(message), bytes, message.type)
    t.deepEqual(readLearnerMessage(onlyPacket(bytes)), message)
  }
})

test('BROADCAST-91: each number that one side sends is no packet of the other side, but for those of both', (t) => {
  const numbers = (all: readonly (readonly [unknown, Buffer])[]) =>
    new Set(all.map(([, bytes]) => bytes.readInt32BE(0)))
  const [ofLeader, ofLearner] = [numbers(leaderBytes), numbers(learnerBytes)]
  t.deepEqual(
    [...new Set([...ofLeader, ...ofLearner])].sort((a, b) => a - b),
    Object.values(PacketType).sort((a, b) => a - b),
  )
  const refusal = (who: string) => ({
    instanceOf: MarshallingError,
    message: new RegExp(`the type of a packet that a ${who} sends`),
  })
  for (const type of [-1, 0, 9, 19, ...Object.values(PacketType)]) {
    const read = onlyPacket(packet(type, zxid, Buffer.alloc(0)))
    if (!ofLeader.has(type)) t.throws(() => readLeaderMessage(read), refusal('leader'), String(type))
    if (!ofLearner.has(type)) t.throws(() => readLearnerMessage(read), refusal('learner'), String(type))
  }
})

test('BROADCAST-92: an epoch is the high half of a zxid, signed; the low half is not looked at', (t) => {
  const cases = [
    [0, 0n],
    [5, 0x5_0000_0000n],
    [0x7fff_ffff, 0x7fff_ffff_0000_0000n],
    [-1, -0x1_0000_0000n],
  ] as const
  for (const [epoch, expected] of cases) {
    t.is(epochZxid(epoch), expected)
    t.is(epochOf(expected), epoch)
    t.is(epochOf(expected | 0xffff_ffffn), epoch)
  }
  const newLeader = onlyPacket(packet(10, 0x5_0000_0007n))
  t.deepEqual(readLeaderMessage(newLeader), { type: 'NEWLEADER', epoch: 5, config: null })
})

test('BROADCAST-94: the first words of older servers are read, so that one can say why they are refused', (t) => {
  const read = (...data: Buffer[]) =>
    readLearnerMessage(onlyPacket(packet(11, 0x4_0000_0000n, Buffer.concat(data))))
  const said = { type: 'FOLLOWERINFO', acceptedEpoch: 4, sid: 2n } as const
  t.deepEqual(read(long(2n)), { ...said, protocolVersion: 1, configVersion: 0n })
  t.deepEqual(read(long(2n), int(0x10000)), { ...said, protocolVersion: 0x10000, configVersion: 0n })
})

test('BROADCAST-91: what comes behind that which a type needs is passed over, a digest too', (t) => {
  const digest = Buffer.concat([int(2), long(0x1234n)])
  const proposal = onlyPacket(packet(2, zxid, Buffer.concat([transactionBytes, digest])))
  t.deepEqual(readLeaderMessage(proposal), { type: 'PROPOSAL', transaction })
  const longer = onlyPacket(packet(17, 0x5_0000_0000n, Buffer.concat([int(0x10000), digest])))
  t.deepEqual(readLeaderMessage(longer), { type: 'LEADERINFO', epoch: 5, protocolVersion: 0x10000 })
  const infoAndMore = onlyPacket(packet(11, 0x4_0000_0000n, Buffer.concat([infoData, digest])))
  t.deepEqual(readLearnerMessage(infoAndMore), { type: 'FOLLOWERINFO', ...info })
})

test('BROADCAST-91: data that are null or too short for their type are refused', (t) => {
  const needed = new Map<number, number>([
    [PacketType.LEADERINFO, 4],
    [PacketType.PROPOSAL, transactionBytes.length],
    [PacketType.INFORM, transactionBytes.length],
    [PacketType.REVALIDATE, 9],
  ])
  for (const [message, bytes] of leaderBytes) {
    const whole = onlyPacket(bytes)
    const least = needed.get(whole.type) ?? 0
    if (least === 0) continue
    const broken = [null, ...Array.from({ length: least }, (_, size) => whole.data!.subarray(0, size))]
    for (const data of broken)
      t.throws(() => readLeaderMessage({ ...whole, data }), { instanceOf: MarshallingError }, message.type)
  }
  const ofLearner = new Map<number, number>([
    [PacketType.FOLLOWERINFO, 8],
    [PacketType.OBSERVERINFO, 8],
    [PacketType.ACKEPOCH, 4],
    [PacketType.REQUEST, 16],
    [PacketType.REVALIDATE, 12],
  ])
  for (const [message, bytes] of learnerBytes) {
    const whole = onlyPacket(bytes)
    const least = ofLearner.get(whole.type) ?? 0
    if (least === 0) continue
    const broken = [null, ...Array.from({ length: least }, (_, size) => whole.data!.subarray(0, size))]
    for (const data of broken)
      t.throws(() => readLearnerMessage({ ...whole, data }), { instanceOf: MarshallingError }, message.type)
  }
  const ping = onlyPacket(packet(5, 0n, Buffer.concat([long(9n), int(6000), long(8n)])))
  t.throws(() => readLearnerMessage(ping), { instanceOf: MarshallingError })
  t.deepEqual(readLearnerMessage({ ...ping, data: null }), { type: 'PING', touched: [] })
})

test('BROADCAST-91: a proposal of an operation that has no place in a log is refused', (t) => {
  const bytes = Buffer.from(transactionBytes)
  bytes.writeInt32BE(4, 28)
  t.throws(() => readLeaderMessage(onlyPacket(packet(2, zxid, bytes))), {
    instanceOf: MarshallingError,
    message: /the type of a transaction, found 4/,
  })
})

const { int: int32, long: int64 } = arbitrary
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true })
const anyBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
const identity = record({ scheme: arbitrary.text, id: arbitrary.text })

const leaderMessages = fc.oneof(
  record({ type: fc.constant('LEADERINFO'), epoch: int32, protocolVersion: int32 }),
  record({ type: fc.constantFrom('DIFF', 'TRUNC', 'SNAP', 'UPTODATE', 'COMMIT', 'PING'), zxid: int64 }),
  record({ type: fc.constant('NEWLEADER'), epoch: int32, config: fc.option(arbitrary.text) }),
  record({ type: fc.constantFrom('PROPOSAL', 'INFORM'), transaction: arbitrary.transaction }),
  record({ type: fc.constant('SYNC') }),
  record({ type: fc.constant('REVALIDATE'), sessionId: int64, isValid: fc.boolean() }),
) as fc.Arbitrary<LeaderMessage>

const learnerMessages = fc.oneof(
  record({
    type: fc.constantFrom('FOLLOWERINFO', 'OBSERVERINFO'),
    ...{ acceptedEpoch: int32, sid: int64, protocolVersion: int32, configVersion: int64 },
  }),
  record({ type: fc.constant('ACKEPOCH'), currentEpoch: int32, lastZxid: int64 }),
  record({ type: fc.constant('ACK'), zxid: int64 }),
  record({
    type: fc.constant('REQUEST'),
    ...{ sessionId: int64, cxid: int32, op: int32.filter((op) => op !== 9), body: anyBytes },
    identities: fc.array(identity, { maxLength: 3 }),
  }),
  record({ type: fc.constant('SYNC'), sessionId: int64, cxid: int32, body: anyBytes }),
  record({ type: fc.constant('REVALIDATE'), sessionId: int64, timeout: int32 }),
  record({
    type: fc.constant('PING'),
    touched: fc.array(record({ sessionId: int64, timeout: int32 }), { maxLength: 4 }),
  }),
) as fc.Arbitrary<LearnerMessage>
const cuts = fc.array(fc.nat(), { maxLength: 12 })

test('BROADCAST-90, BROADCAST-93: what a leader says is read as it was written, however the stream is cut', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(leaderMessages, { maxLength: 5 }), cuts, (messages, places) =>
        isDeepStrictEqual(
          packetsOf(Buffer.concat(messages.map(leaderPacket)), places).map(readLeaderMessage),
          messages,
        ),
      ),
      { numRuns: 400 },
    ),
  )
})

test('BROADCAST-90, BROADCAST-94: what a learner says is read as it was written, however the stream is cut', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(learnerMessages, { maxLength: 5 }), cuts, (messages, places) =>
        isDeepStrictEqual(
          packetsOf(Buffer.concat(messages.map(learnerPacket)), places).map(readLearnerMessage),
          messages,
        ),
      ),
      { numRuns: 400 },
    ),
  )
})

/** Packets of the quorum port, each written by hand beside its value; and a stream that is cut anywhere. */
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import { type QuorumPacket, QuorumPacketStream } from '../../src/wire/peer/quorum-packet.js'
import { buffer, int, long } from '../interop/bytes.js'

export const limit = 1 << 20
const nothing = int(-1)

/** A packet by hand. */
export const packet = (
  type: number,
  zxid: bigint,
  data: Buffer | null = null,
  identities = nothing,
): Buffer => Buffer.concat([int(type), long(zxid), buffer(data), identities])

/** All packets of some bytes, cut where it is said; what is left over is an error. */
export function packetsOf(bytes: Buffer, cuts: readonly number[] = []): QuorumPacket[] {
  const stream = new QuorumPacketStream(limit)
  const packets: QuorumPacket[] = []
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [at, place] of places.slice(1).entries()) {
    stream.push(Buffer.from(bytes.subarray(places[at], place)))
    for (let next = stream.next(); next !== undefined; next = stream.next()) packets.push(next)
  }
  const rest = stream.takeRest()
  if (rest.length > 0) throw new Error(`${rest.length} bytes are left`)
  return packets
}

export const onlyPacket = (bytes: Buffer): QuorumPacket => {
  const [first, ...others] = packetsOf(bytes)
  if (first === undefined || others.length > 0) throw new Error(`${others.length} other packets`)
  return first
}

export const zxid = 0x5_0000_0007n
export const transaction = {
  header: { clientId: 0x1_0000_0000_0001n, cxid: 3, zxid, time: 1_700_000_000_000, type: 2 },
  txn: { op: 'delete', path: '/a' },
} as const
export const transactionBytes = Buffer.concat([
  ...[long(0x1_0000_0000_0001n), int(3), long(zxid), long(1_700_000_000_000n), int(2)],
  buffer('/a'),
])
const yes = Buffer.from([1])
const no = Buffer.from([0])

export const leaderBytes: readonly (readonly [LeaderMessage, Buffer])[] = [
  [{ type: 'LEADERINFO', epoch: 5, protocolVersion: 0x10000 }, packet(17, 0x5_0000_0000n, int(0x10000))],
  [{ type: 'DIFF', zxid }, packet(13, zxid)],
  [{ type: 'TRUNC', zxid }, packet(14, zxid)],
  [{ type: 'SNAP', zxid }, packet(15, zxid)],
  [{ type: 'NEWLEADER', epoch: 5, config: null }, packet(10, 0x5_0000_0000n)],
  [
    { type: 'NEWLEADER', epoch: 5, config: 'server.1=ü' },
    packet(10, 0x5_0000_0000n, Buffer.from('server.1=ü')),
  ],
  [{ type: 'NEWLEADER', epoch: 5, config: '' }, packet(10, 0x5_0000_0000n, Buffer.alloc(0))],
  [{ type: 'UPTODATE', zxid: -1n }, packet(12, -1n)],
  [{ type: 'PROPOSAL', transaction }, packet(2, zxid, transactionBytes)],
  [{ type: 'COMMIT', zxid }, packet(4, zxid)],
  [{ type: 'INFORM', transaction }, packet(8, zxid, transactionBytes)],
  [{ type: 'SYNC' }, packet(7, 0n)],
  [{ type: 'REVALIDATE', sessionId: 9n, isValid: true }, packet(6, -1n, Buffer.concat([long(9n), yes]))],
  [{ type: 'REVALIDATE', sessionId: 9n, isValid: false }, packet(6, -1n, Buffer.concat([long(9n), no]))],
  [{ type: 'PING', zxid }, packet(5, zxid)],
]

export const info = { acceptedEpoch: 4, sid: 2n, protocolVersion: 0x10000, configVersion: 0x100n }
export const infoData = Buffer.concat([long(2n), int(0x10000), long(0x100n)])
const alice = { scheme: 'digest', id: 'alice:x' }
export const body = Buffer.from('0000000261', 'hex')

export const learnerBytes: readonly (readonly [LearnerMessage, Buffer])[] = [
  [{ type: 'FOLLOWERINFO', ...info }, packet(11, 0x4_0000_0000n, infoData)],
  [{ type: 'OBSERVERINFO', ...info }, packet(16, 0x4_0000_0000n, infoData)],
  [{ type: 'ACKEPOCH', currentEpoch: 3, lastZxid: zxid }, packet(18, zxid, int(3))],
  [{ type: 'ACKEPOCH', currentEpoch: -1, lastZxid: zxid }, packet(18, zxid, nothing)],
  [{ type: 'ACK', zxid }, packet(3, zxid)],
  [
    { type: 'REQUEST', sessionId: 9n, cxid: 3, op: 2, body, identities: [] },
    packet(1, -1n, Buffer.concat([long(9n), int(3), int(2), body])),
  ],
  [
    { type: 'REQUEST', sessionId: 9n, cxid: 3, op: -11, body: Buffer.alloc(0), identities: [alice, alice] },
    packet(
      ...([1, -1n, Buffer.concat([long(9n), int(3), int(-11)])] as const),
      Buffer.concat([int(2), buffer('digest'), buffer('alice:x'), buffer('digest'), buffer('alice:x')]),
    ),
  ],
  [
    { type: 'SYNC', sessionId: 9n, cxid: 3, body },
    packet(1, -1n, Buffer.concat([long(9n), int(3), int(9), body])),
  ],
  [
    { type: 'REVALIDATE', sessionId: 9n, timeout: 6000 },
    packet(6, -1n, Buffer.concat([long(9n), int(6000)])),
  ],
  [{ type: 'PING', touched: [] }, packet(5, 0n, Buffer.alloc(0))],
  [
    {
      type: 'PING',
      touched: [
        { sessionId: 9n, timeout: 6000 },
        { sessionId: -1n, timeout: 1 },
      ],
    },
    packet(5, 0n, Buffer.concat([long(9n), int(6000), long(-1n), int(1)])),
  ],
]

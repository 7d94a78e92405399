/** What a leader says to a learner, as packets and back. Carries BROADCAST-92, BROADCAST-93. */
import type { Zxid } from '../../../spec/vocabulary/index.js'
import { JuteReader } from '../jute-reader.js'
import { MarshallingError } from '../marshalling-error.js'
import { readTransaction, writeTransaction } from '../transactions.js'
import type { LeaderMessage } from './quorum-message.js'
import { packetBytes, PacketType, type QuorumPacket } from './quorum-packet.js'

/** Stands where a packet's zxid means nothing. */
const noZxid = -1n

/** The bytes of a message. */
export function leaderPacket(message: LeaderMessage): Buffer {
  switch (message.type) {
    case 'LEADERINFO':
      return packetBytes(PacketType.LEADERINFO, epochZxid(message.epoch), (data) =>
        data.int(message.protocolVersion),
      )
    case 'DIFF':
    case 'TRUNC':
    case 'SNAP':
    case 'COMMIT':
    case 'UPTODATE':
    case 'PING':
      return packetBytes(PacketType[message.type], message.zxid)
    case 'NEWLEADER': {
      const { config } = message
      const text = config === null ? undefined : Buffer.from(config)
      return packetBytes(PacketType.NEWLEADER, epochZxid(message.epoch), text && ((data) => data.raw(text)))
    }
    case 'PROPOSAL':
    case 'INFORM': {
      const { transaction } = message
      return packetBytes(PacketType[message.type], transaction.header.zxid, (data) =>
        writeTransaction(data, transaction),
      )
    }
    case 'SYNC':
      return packetBytes(PacketType.SYNC, 0n)
    case 'REVALIDATE':
      return packetBytes(PacketType.REVALIDATE, noZxid, (data) => {
        data.long(message.sessionId)
        data.bool(message.isValid)
      })
  }
}

/**
 * Reads a leader's packet.
 * @throws MarshallingError where it is none that a leader sends: the connection is to be closed
 */
export function readLeaderMessage({ type, zxid, data }: QuorumPacket): LeaderMessage {
  switch (type) {
    case PacketType.LEADERINFO:
      return { type: 'LEADERINFO', epoch: epochOf(zxid), protocolVersion: reader(data, 'LEADERINFO').int() }
    case PacketType.DIFF:
      return { type: 'DIFF', zxid }
    case PacketType.TRUNC:
      return { type: 'TRUNC', zxid }
    case PacketType.SNAP:
      return { type: 'SNAP', zxid }
    case PacketType.NEWLEADER:
      return { type: 'NEWLEADER', epoch: epochOf(zxid), config: data === null ? null : data.toString() }
    case PacketType.UPTODATE:
      return { type: 'UPTODATE', zxid }
    case PacketType.PROPOSAL:
      return { type: 'PROPOSAL', transaction: readTransaction(reader(data, 'PROPOSAL')) }
    case PacketType.COMMIT:
      return { type: 'COMMIT', zxid }
    case PacketType.INFORM:
      return { type: 'INFORM', transaction: readTransaction(reader(data, 'INFORM')) }
    case PacketType.SYNC:
      return { type: 'SYNC' }
    case PacketType.REVALIDATE: {
      const record = reader(data, 'REVALIDATE')
      return { type: 'REVALIDATE', sessionId: record.long(), isValid: record.bool() }
    }
    case PacketType.PING:
      return { type: 'PING', zxid }
    default:
      throw new MarshallingError(0, 'the type of a packet that a leader sends', String(type))
  }
}

/** An epoch's own zxid. */
export function epochZxid(epoch: number): Zxid {
  return BigInt(epoch) << 32n
}

/** The epoch of a zxid. */
export function epochOf(zxid: Zxid): number {
  return Number(BigInt.asIntN(32, zxid >> 32n))
}

/** Reads a packet's data, which has to be there. */
export function reader(data: Buffer | null, type: string): JuteReader {
  if (data === null) throw new MarshallingError(0, `data in ${type}`, 'null')
  return new JuteReader(data)
}

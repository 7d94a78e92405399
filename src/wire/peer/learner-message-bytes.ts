/** What a learner says to its leader, as packets and back. Carries BROADCAST-92, BROADCAST-94. */
import { OpCode } from '../../../spec/vocabulary/index.js'
import type { JuteReader } from '../jute-reader.js'
import { MarshallingError } from '../marshalling-error.js'
import { epochOf, epochZxid, reader } from './leader-message-bytes.js'
import type { LearnerMessage, TouchedSession } from './quorum-message.js'
import { packetBytes, PacketType, type QuorumPacket } from './quorum-packet.js'

/** Stands where a packet's zxid means nothing. */
const noZxid = -1n

/** The bytes of a message. */
export function learnerPacket(message: LearnerMessage): Buffer {
  switch (message.type) {
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      return packetBytes(PacketType[message.type], epochZxid(message.acceptedEpoch), (data) => {
        data.long(message.sid)
        data.int(message.protocolVersion)
        data.long(message.configVersion)
      })
    case 'ACKEPOCH':
      return packetBytes(PacketType.ACKEPOCH, message.lastZxid, (data) => data.int(message.currentEpoch))
    case 'ACK':
      return packetBytes(PacketType.ACK, message.zxid)
    case 'REQUEST':
      return requestBytes(message, message.op, message.identities)
    // It goes as a request, and comes back as a packet of its own.
    case 'SYNC':
      return requestBytes(message, OpCode.sync, [])
    case 'REVALIDATE':
      return packetBytes(PacketType.REVALIDATE, noZxid, (data) => {
        data.long(message.sessionId)
        data.int(message.timeout)
      })
    case 'PING':
      return packetBytes(PacketType.PING, 0n, (data) => {
        for (const { sessionId, timeout } of message.touched) {
          data.long(sessionId)
          data.int(timeout)
        }
      })
  }
}

function requestBytes(
  { sessionId, cxid, body }: { readonly sessionId: bigint; readonly cxid: number; readonly body: Buffer },
  op: number,
  identities: Extract<LearnerMessage, { type: 'REQUEST' }>['identities'],
): Buffer {
  const write = (data: {
    long(value: bigint): void
    int(value: number): void
    raw(bytes: Uint8Array): void
  }) => {
    data.long(sessionId)
    data.int(cxid)
    data.int(op)
    data.raw(body)
  }
  return packetBytes(PacketType.REQUEST, noZxid, write, identities)
}

/**
 * Reads a learner's packet.
 * @throws MarshallingError where it is none that a learner sends: the connection is to be closed
 */
export function readLearnerMessage(packet: QuorumPacket): LearnerMessage {
  const { type, zxid, data } = packet
  switch (type) {
    case PacketType.FOLLOWERINFO:
    case PacketType.OBSERVERINFO:
      return readInfo(type === PacketType.FOLLOWERINFO ? 'FOLLOWERINFO' : 'OBSERVERINFO', packet)
    case PacketType.ACKEPOCH:
      return { type: 'ACKEPOCH', currentEpoch: reader(data, 'ACKEPOCH').int(), lastZxid: zxid }
    case PacketType.ACK:
      return { type: 'ACK', zxid }
    case PacketType.REQUEST:
      return readForwarded(packet)
    case PacketType.REVALIDATE: {
      const record = reader(data, 'REVALIDATE')
      return { type: 'REVALIDATE', sessionId: record.long(), timeout: record.int() }
    }
    case PacketType.PING:
      return { type: 'PING', touched: data === null ? [] : readTouched(reader(data, 'PING')) }
    default:
      throw new MarshallingError(0, 'the type of a packet that a learner sends', String(type))
  }
}

function readInfo(type: 'FOLLOWERINFO' | 'OBSERVERINFO', { zxid, data }: QuorumPacket): LearnerMessage {
  const record = reader(data, type)
  const sid = record.long()
  // Servers before 3.4 say no version, those before 3.5 none of the configuration.
  const protocolVersion = record.remaining >= 4 ? record.int() : 0x1
  const configVersion = record.remaining >= 8 ? record.long() : 0n
  return { type, acceptedEpoch: epochOf(zxid), sid, protocolVersion, configVersion }
}

function readForwarded({ data, identities }: QuorumPacket): LearnerMessage {
  const record = reader(data, 'REQUEST')
  const [sessionId, cxid, op] = [record.long(), record.int(), record.int()]
  const body = record.copyRest()
  if (op === OpCode.sync) return { type: 'SYNC', sessionId, cxid, body }
  return { type: 'REQUEST', sessionId, cxid, op, body, identities }
}

function readTouched(record: JuteReader): TouchedSession[] {
  const touched: TouchedSession[] = []
  while (record.remaining > 0) touched.push({ sessionId: record.long(), timeout: record.int() })
  return touched
}

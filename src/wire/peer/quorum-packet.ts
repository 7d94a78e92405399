/**
 * The packet of the quorum port: a type, a zxid, data, and who asks. It has no frame: where it ends is known when it is read.
 * Carries BROADCAST-90, BROADCAST-91.
 */
import type { Id, Zxid } from '../../../spec/vocabulary/index.js'
import { JuteReader } from '../jute-reader.js'
import { JuteWriter } from '../jute-writer.js'
import { MarshallingError } from '../marshalling-error.js'
import { readId, writeId } from '../records.js'

/** The packets' numbers on the wire. */
export const PacketType = {
  REQUEST: 1,
  PROPOSAL: 2,
  ACK: 3,
  COMMIT: 4,
  PING: 5,
  REVALIDATE: 6,
  SYNC: 7,
  INFORM: 8,
  NEWLEADER: 10,
  FOLLOWERINFO: 11,
  UPTODATE: 12,
  DIFF: 13,
  TRUNC: 14,
  SNAP: 15,
  OBSERVERINFO: 16,
  LEADERINFO: 17,
  ACKEPOCH: 18,
} as const

export interface QuorumPacket {
  /** A number of {@link PacketType}, or one that is not known here. */
  readonly type: number
  readonly zxid: Zxid
  readonly data: Buffer | null
  /** The identities that a request's client has proved. */
  readonly identities: readonly Id[]
}

/** Most identities that a packet may have. */
const mostIdentities = 1024
/** Bytes of type, zxid and the data's length. */
const headSize = 16

const writer = new JuteWriter()

/** A packet's bytes. `write` appends its data; none is written where it is left out. */
export function packetBytes(
  type: number,
  zxid: Zxid,
  write?: (data: JuteWriter) => void,
  identities: readonly Id[] = [],
): Buffer {
  writer.clear()
  writer.int(type)
  writer.long(zxid)
  if (write === undefined) writer.int(-1)
  else {
    const start = writer.beginFrame()
    write(writer)
    writer.endFrame(start)
  }
  // Apache writes no list at all where nobody asks.
  writer.int(identities.length === 0 ? -1 : identities.length)
  for (const id of identities) writeId(writer, id)
  return writer.take()
}

/** Reads packets from a stream that comes in pieces, cut anywhere. */
export class QuorumPacketStream {
  private pieces: Buffer[] = []
  private size = 0
  /** Bytes that there must be before another look is worth while. */
  private needed = headSize

  /** @param limit bytes that a packet's data may have, and bytes that its identities may have together */
  constructor(private readonly limit: number) {}

  /** Bytes have come; they belong to the stream from now on. */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.pieces.push(bytes)
    this.size += bytes.length
  }

  /**
   * The next packet; undefined while it is not whole. Its data is a view of what was pushed.
   * @throws MarshallingError where the bytes are none: the connection is to be closed
   */
  next(): QuorumPacket | undefined {
    if (this.size < this.needed) return undefined
    const bytes = this.whole()
    const length = bytes.readInt32BE(12)
    if (length < -1 || length > this.limit)
      throw new MarshallingError(12, `data of -1 to ${this.limit} bytes`, String(length))
    const end = headSize + Math.max(length, 0)
    if (bytes.length < end + 4) return this.wait(end + 4)
    const count = bytes.readInt32BE(end)
    if (count > mostIdentities)
      throw new MarshallingError(end, `at most ${mostIdentities} identities`, String(count))
    const identitiesEnd = this.endOfIdentities(bytes, end + 4, count)
    if (bytes.length < identitiesEnd) return this.wait(identitiesEnd)
    const identities = readIdentities(bytes, end + 4, count)
    this.rest(bytes.subarray(identitiesEnd))
    return {
      type: bytes.readInt32BE(0),
      zxid: bytes.readBigInt64BE(4),
      data: length < 0 ? null : bytes.subarray(headSize, end),
      identities,
    }
  }

  /** What has come and is no packet's: a snapshot's stream begins there. */
  takeRest(): Buffer {
    const bytes = this.whole()
    this.rest(Buffer.alloc(0))
    return bytes
  }

  /** Where the identities end, or bytes that there must be before that is known. */
  private endOfIdentities(bytes: Buffer, start: number, count: number): number {
    let at = start
    // A scheme and an id, each with its length.
    for (let left = 2 * count; left > 0; left--) {
      if (bytes.length < at + 4) return at + 4
      const length = bytes.readInt32BE(at)
      const most = this.limit - (at + 4 - start)
      // An id may be null; a scheme may not.
      const least = left % 2 === 0 ? 0 : -1
      if (length < least || length > most)
        throw new MarshallingError(
          at,
          `a string of ${least} to ${most} bytes in the identities`,
          String(length),
        )
      at += 4 + Math.max(length, 0)
      if (bytes.length < at) return at
    }
    return at
  }

  private wait(needed: number): undefined {
    this.needed = needed
    return undefined
  }

  private whole(): Buffer {
    if (this.pieces.length !== 1) this.pieces = [Buffer.concat(this.pieces)]
    return this.pieces[0]!
  }

  private rest(bytes: Buffer): void {
    this.pieces = bytes.length === 0 ? [] : [bytes]
    this.size = bytes.length
    this.needed = headSize
  }
}

function readIdentities(bytes: Buffer, start: number, count: number): Id[] {
  const reader = new JuteReader(bytes, start)
  return Array.from({ length: Math.max(count, 0) }, () => readId(reader))
}

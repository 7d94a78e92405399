/** One connection of the quorum port, kept by a test: each packet is read, written again and compared, answered, remembered. */
import type { Socket } from 'node:net'
import type { SnapshotIntake } from '../../src/storage/snapshot-stream.js'
import { type QuorumPacket, QuorumPacketStream } from '../../src/wire/peer/quorum-packet.js'
import { until } from './apache-member.js'

/** Bytes of a packet's type, zxid and the length of its data. */
const headSize = 16

export interface Side<Message> {
  read(packet: QuorumPacket): Message
  /** Writes a message as the other side should have. */
  rewrite(message: Message): Buffer
  /** Answers it; a snapshot that follows the message is given what comes. */
  take(message: Message, send: (...packets: Buffer[]) => void): SnapshotIntake | undefined
}

export class QuorumTalk<Message extends { readonly type: string }> {
  readonly heard: Message[] = []
  /** A snapshot is whole that has come. */
  hasSnapshot = false
  private readonly stream = new QuorumPacketStream(1 << 22)
  private intake: SnapshotIntake | undefined
  private failure: unknown

  constructor(
    private readonly socket: Socket,
    private readonly side: Side<Message>,
  ) {
    socket.on('data', (bytes: Buffer) => {
      try {
        this.received(bytes)
      } catch (error) {
        this.failure ??= error
        socket.destroy()
      }
    })
    socket.on('close', () => (this.failure ??= new Error('the connection has ended')))
    socket.on('error', () => {})
  }

  readonly send = (...packets: Buffer[]): void => {
    for (const packet of packets) this.socket.write(packet)
  }

  /** The first message that is as wanted, once it has come. */
  async first<Type extends Message['type']>(
    type: Type,
    isWanted: (message: Extract<Message, { readonly type: Type }>) => boolean = () => true,
  ): Promise<Extract<Message, { readonly type: Type }>> {
    type Wanted = Extract<Message, { readonly type: Type }>
    const isOne = (message: Message): message is Wanted =>
      message.type === type && isWanted(message as Wanted)
    await until(`${type} among ${this.heard.map((message) => message.type).join(' ')}`, () => {
      if (this.failure !== undefined) throw this.failure
      return this.heard.some(isOne)
    })
    return this.heard.find(isOne)!
  }

  /** How many messages of a type have come. */
  count(type: Message['type']): number {
    if (this.failure !== undefined) throw this.failure
    return this.heard.filter((message) => message.type === type).length
  }

  private received(bytes: Buffer): void {
    this.stream.push(bytes)
    for (;;) {
      if (this.intake !== undefined) {
        const rest = this.intake.push(this.stream.takeRest())
        if (rest === undefined) return
        this.intake = undefined
        this.hasSnapshot = true
        this.stream.push(rest)
      }
      const packet = this.stream.next()
      if (packet === undefined) return
      const message = this.side.read(packet)
      compare(packet, this.side.rewrite(message), message.type)
      this.heard.push(message)
      this.intake = this.side.take(message, this.send)
    }
  }
}

/** What is written for a message begins as what was read did: behind a transaction a digest may follow. */
function compare({ type, zxid, data }: QuorumPacket, written: Buffer, name: string): void {
  const again = new QuorumPacketStream(1 << 22)
  again.push(written)
  const ours = again.next()!
  const found = data?.subarray(0, ours.data?.length ?? 0)
  // An answer has the zxid of the question there, and nobody looks at it.
  const isZxidFree = name === 'PING' || name === 'REVALIDATE'
  const isSame =
    ours.type === type &&
    (isZxidFree || ours.zxid === zxid) &&
    (ours.data === null) === (data === null) &&
    (found === undefined || found.equals(ours.data!))
  if (isSame) return
  const whole = Buffer.concat([Buffer.alloc(headSize), data ?? Buffer.alloc(0)])
  whole.writeInt32BE(type)
  whole.writeBigInt64BE(zxid, 4)
  throw new Error(`${name} is written as ${written.toString('hex')}, and was ${whole.toString('hex')}`)
}

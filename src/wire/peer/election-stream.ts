/**
 * What comes in on a connection between two election ports: messages, each with its length before it; on a connection that
 * the other server has opened, its initial message first. Carries ELECTION-71, ELECTION-72.
 */
import { FrameSplitter } from '../frames.js'
import { MarshallingError } from '../marshalling-error.js'
import { type InitialMessage, readInitialMessage } from './initial-message.js'

/** The longest message, in bytes. */
export const longestMessage = 524_288

/** What the stream gives, in the order in which it came. */
export interface ElectionStreamListener {
  initial(message: InitialMessage): void
  /** A message's bytes, valid during the call. */
  message(bytes: Buffer): void
}

/** Takes what a connection sends, in whatever pieces. */
export class ElectionStream {
  private readonly frames = new FrameSplitter(longestMessage)
  private head: Buffer | undefined

  /** @param isAccepted whether the other server has opened the connection, and so says who it is */
  constructor(
    isAccepted: boolean,
    private readonly listener: ElectionStreamListener,
  ) {
    this.head = isAccepted ? Buffer.alloc(0) : undefined
  }

  /**
   * @throws MarshallingError, FrameError where the bytes are none of this protocol: the connection is to be closed
   */
  push(chunk: Buffer): void {
    const rest = this.head === undefined ? chunk : this.takeInitial(Buffer.concat([this.head, chunk]))
    this.frames.push(rest, (bytes, start, end) => {
      if (start === end) throw new MarshallingError(0, `a message of 1 to ${longestMessage} bytes`, '0')
      this.listener.message(bytes.subarray(start, end))
    })
  }

  private takeInitial(bytes: Buffer): Buffer {
    const read = readInitialMessage(bytes)
    this.head = read === undefined ? bytes : undefined
    if (read === undefined) return Buffer.alloc(0)
    this.listener.initial(read.message)
    return bytes.subarray(read.length)
  }
}

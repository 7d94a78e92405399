/**
 * The one place that sends ACK: what a learner promises is on disk before it says so (BROADCAST-47, 52). A proposal is handed
 * in when it is given to the log, and acknowledged when the log is durable that far; the epoch's own zxid, when the epoch is.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { LearnerMessage } from '../wire/peer/quorum-message.js'
import { Fifo } from './fifo.js'
import { makeZxid } from './zxid.js'

export class Acknowledgements {
  private readonly waiting = new Fifo<Zxid>()

  constructor(private readonly send: (message: LearnerMessage) => void) {}

  /** A proposal is on its way to the log. */
  expect(zxid: Zxid): void {
    this.waiting.push(zxid)
  }

  /** The log is durable up to a zxid: each proposal so far is acknowledged, in order. */
  logged(durable: Zxid): void {
    for (let zxid = this.waiting.peek(); zxid !== undefined && zxid <= durable; zxid = this.waiting.peek()) {
      this.waiting.shift()
      this.send({ type: 'ACK', zxid })
    }
  }

  /** `currentEpoch`, and all that it rests on, is on disk. */
  epochWritten(epoch: number): void {
    this.send({ type: 'ACK', zxid: makeZxid(epoch, 0n) })
  }
}

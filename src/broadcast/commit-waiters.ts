/** Who waits until a zxid is committed: a `sync` has its turn behind what was proposed before it (BROADCAST-59). */
import type { Zxid } from '../../spec/vocabulary/index.js'
import { Fifo } from './fifo.js'

export class CommitWaiters {
  private readonly waiting = new Fifo<{ readonly zxid: Zxid; readonly answer: () => void }>()

  /** Zxids never go back. */
  add(zxid: Zxid, answer: () => void): void {
    this.waiting.push({ zxid, answer })
  }

  /** Answers those who wait for a zxid, or an earlier one. */
  committed(zxid: Zxid): void {
    for (
      let next = this.waiting.peek();
      next !== undefined && next.zxid <= zxid;
      next = this.waiting.peek()
    ) {
      this.waiting.shift()
      next.answer()
    }
  }
}

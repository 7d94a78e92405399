/** Keeps the server's log short when one thing happens again and again. */
import type { Log } from '../platform/logger.js'

/**
 * Lets through the first few lines of a kind in a period, and says how many of it were held back when the period is over:
 * a misbehaving client must not fill the disk with complaints about it.
 */
export class RepeatLimit {
  private readonly kinds = new Map<string, { since: number; count: number }>()
  private readonly log: Log
  private readonly most: number
  private readonly period: number

  constructor(log: Log, most = 5, period = 10_000) {
    this.log = log
    this.most = most
    this.period = period
  }

  /** Logs a line unless its kind has had its share. `now` in milliseconds. */
  say(kind: string, now: number, fields: Readonly<Record<string, unknown>>, message: string): void {
    let state = this.kinds.get(kind)
    if (state === undefined) this.kinds.set(kind, (state = { since: now, count: 0 }))
    if (++state.count <= this.most) this.log(fields, message)
  }

  /** Ends periods that are over. Called on ticks. */
  tick(now: number): void {
    for (const [kind, { since, count }] of this.kinds) {
      if (now - since < this.period) continue
      this.kinds.delete(kind)
      if (count > this.most)
        this.log(
          { kind, heldBack: count - this.most },
          `${count - this.most} more of these in ${this.period / 1000} s`,
        )
    }
  }
}

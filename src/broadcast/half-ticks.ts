/**
 * Time as a role counts it: in half ticks, at most one each time it is told the time. A process that was stopped for a minute
 * has not been left alone for a minute; it first reads what came in the meantime.
 */
export class HalfTicks {
  /** How many have passed. */
  count = 0
  private readonly length: number
  private due: number | undefined

  /** @param tickTime milliseconds */
  constructor(tickTime: number) {
    this.length = tickTime / 2
  }

  /** Whether a half tick has ended. @param now milliseconds of any clock that does not go back */
  passed(now: number): boolean {
    this.due ??= now + this.length
    if (now < this.due) return false
    this.due = Math.max(this.due + this.length, now)
    this.count++
    return true
  }
}

/** This machine's clock and timers. */
import type { Cancel, Clock } from '../platform/clock.js'

/** 20 days. A timer of Node's with a delay above 2^31 - 1, which is less than 25 days, would fire at once. */
const longestDelay = 20 * 24 * 3_600_000

export class SystemClock implements Clock {
  private last = 0

  constructor(private readonly wall: () => number = Date.now) {}

  now(): number {
    return (this.last = Math.max(this.last, this.wall()))
  }

  elapsed(): number {
    return performance.now()
  }

  soon(action: () => void): void {
    setImmediate(action)
  }

  every(interval: number, action: () => void): Cancel {
    if (interval <= longestDelay) {
      const timer = setInterval(action, interval)
      return () => clearInterval(timer)
    }
    return everyLong(interval, action)
  }
}

/** An interval that no single timer takes, in stretches that one does. */
function everyLong(interval: number, action: () => void): Cancel {
  let left = interval
  let timer: NodeJS.Timeout
  const stretch = () => {
    const delay = Math.min(left, longestDelay)
    left -= delay
    timer = setTimeout(() => {
      const isOver = left === 0
      if (isOver) left = interval
      stretch()
      if (isOver) action()
    }, delay)
  }
  stretch()
  return () => clearTimeout(timer)
}

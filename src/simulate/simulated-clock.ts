/** A clock that stands still until the simulation moves it. */
import type { Cancel, Clock } from '../platform/clock.js'

interface Timer {
  due: number
  readonly interval: number
  readonly action: () => void
}

export class SimulatedClock implements Clock {
  private time: number
  private turn: (() => void)[] = []
  private timers: Timer[] = []

  constructor(start = 1_000_000_000_000) {
    this.time = start
  }

  now(): number {
    return this.time
  }

  elapsed(): number {
    return this.time
  }

  soon(action: () => void): void {
    this.turn.push(action)
  }

  every(interval: number, action: () => void): Cancel {
    const timer = { due: this.time + interval, interval, action }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((each) => each !== timer)
    }
  }

  /** Ends a turn of the loop. */
  endTurn(): void {
    for (const action of this.turn.splice(0)) action()
  }

  /** Lets time pass, and runs the timers that are due, each at its time. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const next = this.timers.reduce<Timer | undefined>(
        (first, timer) =>
          timer.due <= end && (first === undefined || timer.due < first.due) ? timer : first,
        undefined,
      )
      if (next === undefined) break
      this.time = next.due
      next.due += next.interval
      next.action()
    }
    this.time = end
  }
}

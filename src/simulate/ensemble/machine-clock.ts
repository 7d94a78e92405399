/** The clock of a simulated machine: it may go a little too fast or too slow, and its wall clock may be set. */
import type { Cancel, Clock } from '../../platform/clock.js'
import type { EventQueue } from './event-queue.js'

/** Every simulation starts at this time, in milliseconds since 1970. */
const start = 1_700_000_000_000

/** What a machine's clocks are off by; it outlives what runs on the machine. */
export interface ClockError {
  /** How many of its milliseconds pass in one. */
  rate: number
  /** What the wall clock is ahead, in milliseconds. */
  ahead: number
}

export class MachineClock implements Clock {
  private isStopped = false
  private last = 0

  constructor(
    private readonly queue: EventQueue,
    private readonly error: ClockError,
  ) {}

  now(): number {
    const wall = start + Math.floor(this.queue.now * this.error.rate + this.error.ahead)
    return (this.last = Math.max(this.last, wall))
  }

  elapsed(): number {
    return this.queue.now * this.error.rate
  }

  soon(action: () => void): void {
    this.queue.after(0, () => {
      if (!this.isStopped) action()
    })
  }

  every(interval: number, action: () => void): Cancel {
    let isCancelled = false
    const again = () =>
      this.queue.after(interval / this.error.rate, () => {
        if (isCancelled || this.isStopped) return
        again()
        action()
      })
    again()
    return () => void (isCancelled = true)
  }

  /** Whoever ran by this clock is gone. */
  stop(): void {
    this.isStopped = true
  }
}

/** What is going to happen in a simulation, in the order of its time. Two events of one moment happen in the order of asking. */
import { setImmediate as promisesSettled } from 'node:timers/promises'

interface Scheduled {
  readonly time: number
  readonly order: number
  readonly action: () => void
}

export class EventQueue {
  /** Milliseconds since the simulation's start. */
  now = 0
  /** How many events have happened. */
  happened = 0
  private readonly heap: Scheduled[] = []
  private order = 0

  /** Something happens `delay` milliseconds from now. */
  after(delay: number, action: () => void): void {
    this.heap.push({ time: this.now + Math.max(0, delay), order: this.order++, action })
    this.rise(this.heap.length - 1)
  }

  /** Goes on until a time, or until `isOver` says so. What an event's promises bring about belongs to the event. */
  async runUntil(end: number, isOver: () => boolean): Promise<void> {
    for (let next = this.heap[0]; next !== undefined && next.time <= end; next = this.heap[0]) {
      this.takeFirst()
      this.now = next.time
      this.happened++
      next.action()
      await promisesSettled()
      if (isOver()) return
    }
    this.now = end
  }

  private takeFirst(): void {
    const { heap } = this
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    this.sink()
  }

  private rise(from: number): void {
    const { heap } = this
    const item = heap[from]!
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(item, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = item
  }

  private sink(): void {
    const { heap } = this
    const item = heap[0]!
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= heap.length) break
      const right = left + 1
      const below = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left
      if (!isBefore(heap[below]!, item)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = item
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}

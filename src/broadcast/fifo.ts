/** A queue: first in, first out, each in constant time. */
export class Fifo<T> {
  private items: (T | undefined)[] = []
  private head = 0

  get length(): number {
    return this.items.length - this.head
  }

  push(item: T): void {
    this.items.push(item)
  }

  /** The oldest. */
  peek(): T | undefined {
    return this.items[this.head]
  }

  /** The one at a place, 0 for the oldest. */
  at(place: number): T | undefined {
    return this.items[this.head + place]
  }

  shift(): T | undefined {
    const item = this.items[this.head]
    if (this.length === 0) return undefined
    this.items[this.head++] = undefined
    // Half of the array is behind us: each item is moved once on average.
    if (this.head > 64 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }

  clear(): void {
    this.items = []
    this.head = 0
  }
}

/**
 * The states seen: their fingerprints and from where each was first reached, 12 bytes a place. Open addressing over one
 * buffer; when it is shared, any number of threads insert at once without locks.
 */

const width = 3
/** The parent of an initial state. */
export const noParent = -1
/** The part of the places that may be taken before the table grows. */
const fullness = 0.75

/** A table that has grown, and where each place of the old one is in it. */
export interface Grown {
  readonly visited: Visited
  readonly moved: Int32Array
}

/** The set of fingerprints, with parents. A place is a number below `capacity`. */
export class Visited {
  readonly words: Int32Array
  readonly capacity: number
  private readonly mask: number

  /** Wraps a buffer that {@link Visited.make} made, here or in another thread. */
  constructor(readonly buffer: ArrayBufferLike) {
    this.words = new Int32Array(buffer)
    this.capacity = this.words.length / width
    this.mask = this.capacity - 1
  }

  /** An empty table for at least so many states. Throws a RangeError when there isn't the memory. */
  static make(states: number, shared: boolean): Visited {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, states / fullness)))
    const bytes = capacity * width * 4
    return new Visited(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes))
  }

  /** Bytes of a table twice as large. */
  get bytesGrown(): number {
    return this.buffer.byteLength * 2
  }

  /** How many states it takes before it must grow. */
  get room(): number {
    return Math.floor(this.capacity * fullness)
  }

  /** How many states it takes at most: an insertion into a full table would never end. */
  get limit(): number {
    return this.capacity - 1
  }

  /** The place of a fingerprint that was there, or the complement (`~place`) when it is new. One thread at a time. */
  insert(low: number, high: number, parent: number): number {
    const { words, mask } = this
    for (let at = (low ^ (high << 7)) & mask; ; at = (at + 1) & mask) {
      const base = at * width
      const seen = words[base]!
      if (seen === 0) {
        words[base] = low
        words[base + 1] = high
        words[base + 2] = parent
        return ~at
      }
      if (seen === low && words[base + 1] === high) return at
    }
  }

  /**
   * As {@link insert}, by any number of threads at once: the thread that swaps the low half in owns the place, and others that
   * meet the same low half wait for the high one. Only one of them is told that it is new.
   */
  insertShared(low: number, high: number, parent: number): number {
    const { words, mask } = this
    for (let at = (low ^ (high << 7)) & mask; ; at = (at + 1) & mask) {
      const base = at * width
      let seen = words[base]!
      if (seen === 0) seen = Atomics.compareExchange(words, base, 0, low)
      if (seen === 0) {
        words[base + 2] = parent
        Atomics.store(words, base + 1, high)
        return ~at
      }
      if (seen !== low) continue
      let other = words[base + 1]!
      while (other === 0) other = Atomics.load(words, base + 1)
      if (other === high) return at
    }
  }

  /** The place of a fingerprint, or -1. */
  find(low: number, high: number): number {
    const { words, mask } = this
    for (let at = (low ^ (high << 7)) & mask; ; at = (at + 1) & mask) {
      const base = at * width
      if (words[base] === 0) return -1
      if (words[base] === low && words[base + 1] === high) return at
    }
  }

  /** Where the state of a place was first reached from, or {@link noParent}. */
  parent(place: number): number {
    return this.words[place * width + 2]!
  }

  low(place: number): number {
    return this.words[place * width]!
  }

  high(place: number): number {
    return this.words[place * width + 1]!
  }

  /** Whether a state is kept at a place. */
  taken(place: number): boolean {
    return this.words[place * width] !== 0
  }

  /** A table twice as large with the same states. No thread may insert meanwhile. Throws a RangeError without memory. */
  grow(): Grown {
    const shared = this.buffer instanceof SharedArrayBuffer
    const visited = Visited.make(this.capacity * 2 * fullness, shared)
    const moved = shared
      ? new Int32Array(new SharedArrayBuffer(this.capacity * 4))
      : new Int32Array(this.capacity)
    for (let place = 0; place < this.capacity; place++)
      if (this.taken(place)) moved[place] = ~visited.insert(this.low(place), this.high(place), noParent)
    for (let place = 0; place < this.capacity; place++) {
      const parent = this.parent(place)
      if (this.taken(place) && parent !== noParent) visited.words[moved[place]! * width + 2] = moved[parent]!
    }
    return { visited, moved }
  }
}

/** Tables of ints on typed arrays, for what is looked up once or more a step: no strings, no allocation a look-up. */
import { widened } from './fingerprint.js'

/** Numbers by their index; what was never set reads as `empty`. */
export class Column {
  private words: Int32Array
  constructor(private readonly empty: number) {
    this.words = new Int32Array(64).fill(empty)
  }

  get(index: number): number {
    return index < this.words.length ? this.words[index]! : this.empty
  }

  set(index: number, value: number): void {
    while (index >= this.words.length) this.words = widened(this.words, this.empty)
    this.words[index] = value
  }
}

/** A growing list of ints. */
export class Pool {
  words: Int32Array = new Int32Array(256)
  length = 0

  push(word: number): void {
    if (this.length === this.words.length) this.words = widened(this.words, 0)
    this.words[this.length++] = word
  }
}

/** From pairs of ints >= 0 to an int >= 0. Open addressing, at most half full. */
export class PairTable {
  private words = new Int32Array(3 * 256).fill(-1)
  private mask = 255
  private count = 0

  /** The value of a pair, or -1. */
  get(a: number, b: number): number {
    const { words, mask } = this
    for (let at = place(a, b) & mask; ; at = (at + 1) & mask) {
      const base = at * 3
      const key = words[base]!
      if (key === a && words[base + 1] === b) return words[base + 2]!
      if (key === -1) return -1
    }
  }

  /** Sets a pair that has no value yet. */
  add(a: number, b: number, value: number): void {
    if (this.count * 2 > this.mask) this.grow()
    const { words, mask } = this
    let at = place(a, b) & mask
    while (words[at * 3] !== -1) at = (at + 1) & mask
    words[at * 3] = a
    words[at * 3 + 1] = b
    words[at * 3 + 2] = value
    this.count++
  }

  private grow(): void {
    const old = this.words
    this.words = new Int32Array(old.length * 2).fill(-1)
    this.mask = this.mask * 2 + 1
    this.count = 0
    for (let base = 0; base < old.length; base += 3)
      if (old[base] !== -1) this.add(old[base]!, old[base + 1]!, old[base + 2]!)
  }
}

/** Numbers tuples of `width` ints, in the order in which they are first seen. */
export class TupleTable {
  private places = new Int32Array(256).fill(-1)
  private mask = 255
  private keys: Int32Array
  count = 0

  constructor(private readonly width: number) {
    this.keys = new Int32Array(64 * width)
  }

  /** The tuple's number, `count` before the call when it is new. Read from `tuple[0..width)`. */
  intern(tuple: Int32Array): number {
    const { places, mask } = this
    let at = this.hash(tuple, 0) & mask
    for (; places[at] !== -1; at = (at + 1) & mask) if (this.equal(places[at]!, tuple)) return places[at]!
    const number = this.count++
    if (number * this.width === this.keys.length) this.keys = widened(this.keys, 0)
    for (let i = 0; i < this.width; i++) this.keys[number * this.width + i] = tuple[i]!
    places[at] = number
    if (this.count * 2 > mask) this.grow()
    return number
  }

  private equal(number: number, tuple: Int32Array): boolean {
    const base = number * this.width
    for (let i = 0; i < this.width; i++) if (this.keys[base + i] !== tuple[i]) return false
    return true
  }

  private hash(words: Int32Array, base: number): number {
    let hash = 0
    for (let i = 0; i < this.width; i++) hash = place(hash, words[base + i]!)
    return hash
  }

  private grow(): void {
    this.mask = this.mask * 2 + 1
    this.places = new Int32Array(this.mask + 1).fill(-1)
    for (let number = 0; number < this.count; number++) {
      let at = this.hash(this.keys, number * this.width) & this.mask
      while (this.places[at] !== -1) at = (at + 1) & this.mask
      this.places[at] = number
    }
  }
}

function place(a: number, b: number): number {
  const word = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b)
  return Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) ^ (word >>> 16)
}

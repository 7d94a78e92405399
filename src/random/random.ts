/** Seeded chance: the same seed draws the same numbers everywhere. */

/** xorshift128 (Marsaglia), seeded by splitmix32. */
export class Random {
  private readonly words: Int32Array

  /** Different streams of one seed draw independently. */
  constructor(seed: number, stream = 0) {
    let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul((stream + 1) | 0, 0x85ebca77)) | 0
    this.words = Int32Array.from({ length: 4 }, () => {
      state = (state + 0x9e3779b9) | 0
      return scramble(state) || 1
    })
  }

  /** 32 bits, as an int >= 0. */
  word(): number {
    const { words } = this
    let first = words[3]!
    first ^= first << 11
    first ^= first >>> 8
    words.copyWithin(1, 0, 3)
    const last = words[1]!
    words[0] = first ^ last ^ (last >>> 19)
    return words[0]! >>> 0
  }

  /** From 0 up to 1, 1 excluded. */
  part(): number {
    return this.word() / 2 ** 32
  }

  /** A whole number from 0 up to below a limit. */
  below(limit: number): number {
    return Math.floor(this.part() * limit)
  }
}

/** A number that looks as if it had nothing to do with the given one. */
export function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}

/**
 * 64-bit fingerprints as two int32 halves. A component's hash comes from its canonical text, and never from the number it
 * was interned under, so all workers, and a run that resumes, agree on every state's fingerprint.
 */

/** A 64-bit hash, both halves int32. */
export interface Hash {
  readonly low: number
  readonly high: number
}

/** The hash of a text. Two lanes in the manner of MurmurHash3, each fed from the other, so that 64 bits count. */
export function hashText(text: string): Hash {
  let low = 0x3c6ef372
  let high = 0x2545f491
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low ^= rotate(Math.imul(code + 1, 0x239b961b), 15)
    low = (Math.imul(rotate(low, 19), 5) + high) | 0
    high ^= rotate(Math.imul(code + 1, 0x38b34ae5), 18)
    high = (Math.imul(rotate(high, 13), 5) + low) | 0
  }
  return mix(text.length, low, high)
}

/** A hash of a hash and a number: a permutation of the 64 bits for each number. */
export function mix(salt: number, low: number, high: number): Hash {
  const a = mixLow(salt, low, high)
  const b = mixHigh(salt, a, high)
  return { low: mixLow(~salt, a, b), high: b }
}

/** The low half of the first round; with {@link mixHigh} a Feistel network, so nothing of the 64 bits is lost. */
export function mixLow(salt: number, low: number, high: number): number {
  let word = high ^ Math.imul(salt + 1, 0x9e3779b1)
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
  return low ^ word ^ (word >>> 15)
}

/** The high half, given the new low half. */
export function mixHigh(salt: number, low: number, high: number): number {
  let word = low ^ Math.imul(salt + 1, 0x85ebca77)
  word = Math.imul(word ^ (word >>> 16), 0x7feb352d)
  word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d)
  return high ^ word ^ (word >>> 16)
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

/** The hashes of interned values, by their number. */
export class Hashes {
  low = new Int32Array(64)
  high = new Int32Array(64)
  count = 0

  /** Keeps a hash under the next number. */
  add(hash: Hash): number {
    if (this.count === this.low.length) {
      this.low = widened(this.low, 0)
      this.high = widened(this.high, 0)
    }
    this.low[this.count] = hash.low
    this.high[this.count] = hash.high
    return this.count++
  }
}

/** Twice the array, new places filled. */
export function widened(words: Int32Array, fill: number): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(words.length * 2)
  twice.set(words)
  if (fill !== 0) twice.fill(fill, words.length)
  return twice
}

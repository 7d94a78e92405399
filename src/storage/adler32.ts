/** Adler-32, the checksum of log records and snapshots. */

const base = 65_521
/** Bytes whose sums stay below 2^31 without reduction: at most 3,854, and taken by eights. */
const stride = 3_848

/** Continues a checksum over more bytes; a checksum begins as 1. */
export function adler32(bytes: Uint8Array, start = 0, end = bytes.length, checksum = 1): number {
  let a = checksum & 0xffff
  let b = checksum >>> 16
  let at = start
  while (at < end) {
    const stop = Math.min(at + stride, end)
    for (; at + 8 <= stop; at += 8) {
      a += bytes[at]!
      b += a
      a += bytes[at + 1]!
      b += a
      a += bytes[at + 2]!
      b += a
      a += bytes[at + 3]!
      b += a
      a += bytes[at + 4]!
      b += a
      a += bytes[at + 5]!
      b += a
      a += bytes[at + 6]!
      b += a
      a += bytes[at + 7]!
      b += a
    }
    while (at < stop) {
      a += bytes[at++]!
      b += a
    }
    a %= base
    b %= base
  }
  return ((b << 16) | a) >>> 0
}

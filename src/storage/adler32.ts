/** Adler-32, the checksum of log records and snapshots. */

const base = 65_521
/** The most bytes whose sums stay below 2^31 without reduction. */
const stride = 3_854

/** Continues a checksum over more bytes; a checksum begins as 1. */
export function adler32(bytes: Uint8Array, start = 0, end = bytes.length, checksum = 1): number {
  let a = checksum & 0xffff
  let b = checksum >>> 16
  let at = start
  while (at < end) {
    const stop = Math.min(at + stride, end)
    while (at < stop) {
      a += bytes[at++]!
      b += a
    }
    a %= base
    b %= base
  }
  return ((b << 16) | a) >>> 0
}

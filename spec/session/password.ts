/**
 * A session's password, which every server derives from the session's id (SESSION-14), so that a session can move
 * to a server that has never seen it. The generator is the 48-bit linear congruential one of `java.util.Random`.
 */
import type { Bytes, SessionId } from '../vocabulary/index.js'

/** What Apache mixes into the id. It is in every release's source: the password keeps out mistakes, not attackers (SESSION-15). */
export const secret = 0xb3415c00n

const multiplier = 0x5deece66dn
const increment = 0xbn
const mask = (1n << 48n) - 1n

/** The 16 bytes that belong to a session's id. */
export function passwordOf(id: SessionId): Bytes {
  let seed = (BigInt.asUintN(64, id) ^ secret ^ multiplier) & mask
  const password = new Uint8Array(16)
  for (let at = 0; at < 16; at += 4) {
    seed = (seed * multiplier + increment) & mask
    // The upper 32 of the 48 bits, least significant byte first.
    const word = seed >> 16n
    for (let byte = 0; byte < 4; byte++) password[at + byte] = Number((word >> BigInt(8 * byte)) & 0xffn)
  }
  return password
}

/**
 * A session's password, derived from its id as every server derives it (SESSION-14), so that a session can be renewed on a
 * server that has never seen it: sixteen bytes of `java.util.Random`, seeded with the id and a constant of Apache's. No secret, then (SESSION-15).
 */
import type { Bytes, SessionId } from '../../spec/vocabulary/index.js'

const secret = 0xb341_5c00n
const multiplier = 0x5_deec_e66dn
const mask = (1n << 48n) - 1n

/** SESSION-14: the password of a session. */
export function passwordOf(id: SessionId): Bytes {
  const password = new Uint8Array(16)
  const view = new DataView(password.buffer)
  let seed = (BigInt.asUintN(64, id) ^ secret ^ multiplier) & mask
  for (let at = 0; at < password.length; at += 4) {
    seed = (seed * multiplier + 0xbn) & mask
    view.setUint32(at, Number(seed >> 16n), true)
  }
  return password
}

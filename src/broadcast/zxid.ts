/** Zxids as broadcast computes with them: an epoch in the high 32 bits, a counter in the low 32 (BROADCAST-10). */
import type { Zxid } from '../../spec/vocabulary/index.js'

/** The counter that no transaction gets (BROADCAST-51). */
export const lastCounter = 0xffff_ffffn
/** The last epoch that fits the epoch files and LEADERINFO. */
export const lastEpoch = 0x7fff_ffff

export function makeZxid(epoch: number, counter: bigint): Zxid {
  return (BigInt(epoch) << 32n) | counter
}

export function epochOf(zxid: Zxid): number {
  return Number(zxid >> 32n)
}

export function counterOf(zxid: Zxid): bigint {
  return zxid & lastCounter
}

/** BROADCAST-43: whether a proposal's zxid comes right after another: the next counter, or the first of a later epoch. */
export function follows(zxid: Zxid, previous: Zxid): boolean {
  return zxid === previous + 1n || (counterOf(zxid) === 1n && epochOf(zxid) > epochOf(previous))
}

/** As ZooKeeper's logs write it: `0x100000001`. */
export function formatZxid(zxid: Zxid): string {
  return `0x${zxid.toString(16)}`
}

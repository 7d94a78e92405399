/**
 * Zxids as broadcast uses them: an epoch in the high 32 bits, a counter in the low ones. They are numbers here, not
 * bigints: exact up to epoch 2^21, and cheap where a checker looks at millions of states.
 */

/** A zxid: epoch × 2^32 + counter. */
export type Zxid = number
/** A server's id (`myid`). 0 is nobody. */
export type Sid = number

const counters = 2 ** 32
/** The last counter that 32 bits hold. */
export const lastCounter = counters - 1

/** BROADCAST-10. */
export function makeZxid(epoch: number, counter: number): Zxid {
  return epoch * counters + counter
}

export function epochOf(zxid: Zxid): number {
  return Math.floor(zxid / counters)
}

export function counterOf(zxid: Zxid): number {
  return zxid % counters
}

/** BROADCAST-43: whether a proposal's zxid comes right after another: the next counter, or the first of a later epoch. */
export function follows(zxid: Zxid, previous: Zxid): boolean {
  return zxid === previous + 1 || (epochOf(zxid) > epochOf(previous) && counterOf(zxid) === 1)
}

/** As ZooKeeper's logs write it: `0x100000001`. */
export function formatZxid(zxid: Zxid): string {
  return `0x${zxid.toString(16)}`
}

/**
 * What a znode's `ephemeralOwner` says of its kind: nothing, a session, a container, or a time to live.
 */

/** The owner of every container. */
export const containerOwner = -(1n << 63n)

/** The longest time to live: milliseconds, 40 bits. */
export const maxTtl = (1n << 40n) - 1n

const ttlMask = -(1n << 56n)
const reservedBits = 0xffffn << 40n

/** The kinds of znode. */
export type ZnodeKind = 'persistent' | 'ephemeral' | 'container' | 'ttl'

/** TREE-23, TREE-43: the kind that an owner stands for. With `extendedTypes` off, no owner stands for a TTL node. */
export function kindOf(owner: bigint, extendedTypes: boolean): ZnodeKind {
  if (owner === 0n) return 'persistent'
  if (owner === containerOwner) return 'container'
  return extendedTypes && isTtlOwner(owner) ? 'ttl' : 'ephemeral'
}

/** Whether an owner is a time to live where there are TTL nodes. */
export function isTtlOwner(owner: bigint): boolean {
  return (owner & ttlMask) === ttlMask && (owner & reservedBits) === 0n
}

/** TREE-32: whether a time to live can be stored. */
export function isValidTtl(ttl: bigint): boolean {
  return ttl > 0n && ttl <= maxTtl
}

/** The owner that stands for a time to live, in milliseconds. */
export function ownerOfTtl(ttl: bigint): bigint {
  return ttlMask | ttl
}

/** The time to live that an owner stands for, in milliseconds. */
export function ttlOf(owner: bigint): number {
  return Number(owner & maxTtl)
}

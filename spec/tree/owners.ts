/** What a znode's owner says of its kind: nothing, a session, a container, or a time to live (TREE-30 to TREE-33). */
import type { SessionId } from '../vocabulary/index.js'
import type { Settings } from './tree-types.js'

/** The owner of every container. */
export const containerOwner = -(1n << 63n)

/** The longest time to live, in milliseconds: 40 bits. */
export const longestTtl = (1n << 40n) - 1n

const ttlOwner = -(1n << 56n)

/** The owner that stands for a time to live in milliseconds. */
export const ownerOfTtl = (ttl: bigint): bigint => ttlOwner | ttl

/** The time to live that an owner stands for, in milliseconds; undefined when it stands for none. */
export function ttlOf(owner: bigint, settings: Pick<Settings, 'extendedTypes'>): bigint | undefined {
  if (!settings.extendedTypes) return undefined
  return owner >= ttlOwner && owner <= (ttlOwner | longestTtl) ? owner & longestTtl : undefined
}

/** The session that owns a znode; undefined when none does. */
export function sessionOf(owner: bigint, settings: Pick<Settings, 'extendedTypes'>): SessionId | undefined {
  if (owner === 0n || owner === containerOwner || ttlOf(owner, settings) !== undefined) return undefined
  return owner
}

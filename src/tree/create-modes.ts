/** What the flags of a create say (WIRE-52), alone and in a multi. */
import { CreateMode, type MultiOp } from '../../spec/vocabulary/index.js'

export function isSequential(flags: number): boolean {
  return (
    flags === CreateMode.persistentSequential ||
    flags === CreateMode.ephemeralSequential ||
    flags === CreateMode.persistentSequentialWithTTL
  )
}

export function isEphemeralMode(flags: number): boolean {
  return flags === CreateMode.ephemeral || flags === CreateMode.ephemeralSequential
}

export function isTtlMode(flags: number): boolean {
  return flags === CreateMode.persistentWithTTL || flags === CreateMode.persistentSequentialWithTTL
}

/**
 * TREE-82: what a part of a multi is. Of a creation its flags say it, whatever its type. Undefined when they ask for a time
 * to live that the part's record has no field for (TREE-83).
 */
export function partOf(op: MultiOp): MultiOp | undefined {
  if (!('flags' in op)) return op
  const { path, data, acl, flags } = op
  if (isTtlMode(flags)) return op.op === 'createTTL' ? op : undefined
  return { op: flags === CreateMode.container ? 'createContainer' : 'create', path, data, acl, flags }
}

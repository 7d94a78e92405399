/**
 * Which containers and TTL nodes are due to be deleted by the server itself.
 */
import type { DataTree } from './data-tree.js'
import { ttlOf } from './ephemeral-owner.js'

/** What the configuration says of reaping. */
export interface ReapOptions {
  /** `container.maxNeverUsedIntervalMs`: after so long a container that never had a child is due; 0 says never. */
  readonly maxNeverUsedIntervalMs: number
}

/** The paths that are due: containers emptied, TTL nodes without children whose time is up. */
export function reapable(tree: DataTree, now: number, options: ReapOptions): string[] {
  const due: string[] = []
  for (const path of tree.containers) {
    // TREE-86
    const node = tree.get(path)
    if (node === undefined || node.childCount > 0) continue
    const never = node.creations === 0
    if (
      never ? options.maxNeverUsedIntervalMs > 0 && now - node.mtime > options.maxNeverUsedIntervalMs : true
    ) {
      due.push(path)
    }
  }
  for (const path of tree.ttlNodes) {
    // TREE-87
    const node = tree.get(path)
    if (node === undefined || node.childCount > 0) continue
    const ttl = ttlOf(node.ephemeralOwner)
    if (ttl !== 0 && now - node.mtime > ttl) due.push(path)
  }
  return due
}

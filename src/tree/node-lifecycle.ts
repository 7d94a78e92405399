/**
 * The znodes that are not simply there until a client deletes them: each session's ephemerals, containers, TTL nodes. What
 * becomes of a znode is in its owner. Carries TREE-23 and TREE-43, and what TREE-85 to TREE-87 look through.
 */
import type { SessionId } from '../../spec/vocabulary/index.js'
import { kindOf } from './ephemeral-owner.js'
import type { Znode } from './znode.js'

const noPaths: ReadonlySet<string> = new Set()

export class NodeLifecycle {
  readonly owned = new Map<SessionId, Set<string>>()
  readonly containers = new Set<string>()
  readonly ttlNodes = new Set<string>()

  constructor(private readonly extendedTypes: boolean) {}

  /** A transaction creates a znode, or a snapshot has it. */
  created(path: string, node: Znode): void {
    switch (kindOf(node.ephemeralOwner, this.extendedTypes)) {
      case 'persistent':
        return
      case 'ephemeral':
        this.own(path, node)
        return
      case 'container':
        this.containers.add(path)
        return
      case 'ttl':
        this.ttlNodes.add(path)
    }
  }

  /** A client, its session's end, or the server itself deletes a znode. */
  deleted(path: string, node: Znode): void {
    switch (kindOf(node.ephemeralOwner, this.extendedTypes)) {
      case 'persistent':
        return
      case 'ephemeral':
        this.disown(path, node)
        return
      case 'container':
        this.containers.delete(path)
        return
      case 'ttl':
        this.ttlNodes.delete(path)
    }
  }

  ownedBy(session: SessionId): ReadonlySet<string> {
    return this.owned.get(session) ?? noPaths
  }

  clear(): void {
    this.owned.clear()
    this.containers.clear()
    this.ttlNodes.clear()
  }

  private own(path: string, node: Znode): void {
    const owner = node.ephemeralOwner
    let paths = this.owned.get(owner)
    if (paths === undefined) this.owned.set(owner, (paths = new Set()))
    paths.add(path)
    node.shownOwner = owner // TREE-23
  }

  private disown(path: string, { ephemeralOwner }: Znode): void {
    const paths = this.owned.get(ephemeralOwner)
    if (paths?.delete(path) && paths.size === 0) this.owned.delete(ephemeralOwner)
  }
}

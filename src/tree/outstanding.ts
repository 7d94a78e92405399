/**
 * What the tree will be once the transactions that are under way have been applied: the changes on top of it.
 * A leader checks each request against this view, long before the earlier ones are agreed on.
 */
import type { Acl, Bytes, SessionId, Zxid } from '../../spec/vocabulary/index.js'
import type { DataTree } from './data-tree.js'

/** A znode as it will be; `exists` false for one that will be gone. */
export interface ExpectedZnode {
  readonly path: string
  zxid: Zxid
  exists: boolean
  data: Bytes | null
  acl: readonly Acl[]
  version: number
  creations: number
  aversion: number
  childCount: number
  ephemeralOwner: bigint
}

/**
 * A znode as a write of this zxid will leave it: a copy, to be changed and recorded. Field by field: a spread of so many
 * fields costs more than all the checks of a write.
 */
export function successor(node: ExpectedZnode, zxid: Zxid): ExpectedZnode {
  return {
    path: node.path,
    zxid,
    exists: node.exists,
    data: node.data,
    acl: node.acl,
    version: node.version,
    creations: node.creations,
    aversion: node.aversion,
    childCount: node.childCount,
    ephemeralOwner: node.ephemeralOwner,
  }
}

/** A place to come back to when a multi fails. */
export type Mark = number

/** The changes under way, newest per path. */
export class OutstandingChanges {
  private readonly latest = new Map<string, ExpectedZnode>()
  /** In the order in which they will be applied; `head` is the first that still waits. */
  private queue: ExpectedZnode[] = []
  private head = 0
  /** What each change since the mark took the place of. */
  private undo: (ExpectedZnode | undefined)[] | undefined

  constructor(private readonly tree: DataTree) {}

  /** How many changes wait. */
  get size(): number {
    return this.queue.length - this.head
  }

  /** SERVICE-22: the znode as it will be; undefined when it won't be there. Not to be changed: {@link successor} gives a copy. */
  expected(path: string): ExpectedZnode | undefined {
    if (this.latest.size > 0) {
      const change = this.latest.get(path === '/' ? '' : path)
      if (change !== undefined) return change.exists ? change : undefined
    }
    const node = this.tree.get(path)
    if (node === undefined) return undefined
    return {
      path: path === '/' ? '' : path,
      zxid: 0n,
      exists: true,
      data: node.data,
      acl: node.acl,
      version: node.version,
      creations: node.creations,
      aversion: node.aversion,
      childCount: node.childCount,
      ephemeralOwner: node.ephemeralOwner,
    }
  }

  /** Records that a znode will be as `next` says. */
  record(next: ExpectedZnode): void {
    this.undo?.push(this.latest.get(next.path))
    this.latest.set(next.path, next)
    this.queue.push(next)
  }

  /** Begins what may have to be taken back. */
  mark(): Mark {
    this.undo = []
    return this.queue.length
  }

  /** Takes back all since the mark, newest first. */
  rollback(mark: Mark): void {
    for (let i = this.queue.length - 1; i >= mark; i--) {
      const change = this.queue[i] as ExpectedZnode
      const before = this.undo?.[i - mark]
      if (before === undefined) this.latest.delete(change.path)
      else this.latest.set(change.path, before)
    }
    this.queue.length = mark
    this.undo = undefined
  }

  /** Ends what {@link mark} began: it stays. */
  keep(): void {
    this.undo = undefined
  }

  /** The tree has applied everything up to this zxid: what it shows needs no record. */
  applied(zxid: Zxid): void {
    while (this.head < this.queue.length) {
      const change = this.queue[this.head] as ExpectedZnode
      if (change.zxid > zxid) break
      if (this.latest.get(change.path) === change) this.latest.delete(change.path)
      this.head++
    }
    if (this.head === this.queue.length) {
      this.queue = []
      this.head = 0
    } else if (this.head > 4096) {
      this.queue = this.queue.slice(this.head)
      this.head = 0
    }
  }

  /** The ephemerals that a session will have, as they stand with what is under way. */
  ephemeralsOf(session: SessionId): string[] {
    const paths = new Set(this.tree.ephemeralsOf(session))
    for (let i = this.head; i < this.queue.length; i++) {
      const change = this.queue[i] as ExpectedZnode
      if (!change.exists) paths.delete(change.path)
      else if (change.ephemeralOwner === session) paths.add(change.path)
    }
    return [...paths]
  }
}

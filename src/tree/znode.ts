/**
 * A znode in memory, and the Stat that it shows.
 */
import type { Acl, Bytes, Stat, Zxid } from '../../spec/vocabulary/index.js'

const noChildren: ReadonlySet<string> = new Set()

/** A node of the tree. Fields are those that snapshots keep; what a Stat counts is computed. */
export class Znode {
  data: Bytes | null
  /** Shared with every znode that has an equal one. */
  acl: readonly Acl[]
  czxid: Zxid
  mzxid: Zxid
  pzxid: Zxid
  ctime: number
  mtime: number
  version = 0
  /** How often a child was created. */
  creations = 0
  aversion = 0
  ephemeralOwner: bigint
  /** TREE-23: the owner that a Stat shows: a session's id, or 0 also for containers and TTL nodes. */
  shownOwner = 0n
  private names: Set<string> | undefined

  constructor(data: Bytes | null, acl: readonly Acl[], zxid: Zxid, time: number, ephemeralOwner: bigint) {
    this.data = data
    this.acl = acl
    this.czxid = zxid
    this.mzxid = zxid
    this.pzxid = zxid
    this.ctime = time
    this.mtime = time
    this.ephemeralOwner = ephemeralOwner
  }

  /** The children's names. */
  get children(): ReadonlySet<string> {
    return this.names ?? noChildren
  }

  get childCount(): number {
    return this.names === undefined ? 0 : this.names.size
  }

  hasChild(name: string): boolean {
    return this.names?.has(name) ?? false
  }

  addChild(name: string): void {
    this.names ??= new Set()
    this.names.add(name)
  }

  removeChild(name: string): void {
    this.names?.delete(name)
    if (this.names?.size === 0) this.names = undefined
  }

  get dataLength(): number {
    return this.data === null ? 0 : this.data.length
  }

  /** TREE-22: creations and deletions of children together, which is what a Stat shows. */
  get cversion(): number {
    return (this.creations * 2 - this.childCount) | 0
  }

  // TREE-20: the Stat of what it keeps.
  stat(): Stat {
    return {
      czxid: this.czxid,
      mzxid: this.mzxid,
      ctime: this.ctime,
      mtime: this.mtime,
      version: this.version,
      cversion: this.cversion,
      aversion: this.aversion,
      ephemeralOwner: this.shownOwner,
      dataLength: this.dataLength,
      numChildren: this.childCount,
      pzxid: this.pzxid,
    }
  }
}

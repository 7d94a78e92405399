/**
 * The tree of znodes: applies transactions that have been agreed on, and shows what is there.
 * Applying a transaction again leaves the tree as it is, so that a log can be replayed over a fuzzy snapshot.
 */
import {
  ErrorCode,
  EventType,
  openAcl,
  type Acl,
  type Bytes,
  type SessionId,
  type Stat,
  type Zxid,
} from '../../spec/vocabulary/index.js'
import { AclTable } from './acl-table.js'
import { NodeLifecycle } from './node-lifecycle.js'
import { containerOwner, ownerOfTtl } from './ephemeral-owner.js'
import { nameOf, parentOf } from './paths.js'
import {
  formatCounts,
  holdsQuotas,
  limitName,
  parseQuota,
  QuotaPaths,
  quotaOwner,
  statName,
  statPath,
} from './quota.js'
import type { MultiTxnPart, Transaction, TxnHeader } from './txn.js'
import { Znode } from './znode.js'

/** Told of each change in the order in which watches must hear of it. */
export type OnChange = (type: EventType, path: string) => void

/** What a transaction came to. */
export interface Applied {
  readonly err: number
  readonly path?: string
  readonly stat?: Stat
  /** The parts of a multi, each with the operation that it was. */
  readonly parts?: readonly (Applied & { readonly op: MultiTxnPart['op'] })[]
}

/** What the tree is told once. */
export interface TreeOptions {
  /** `extendedTypesEnabled`: whether there are TTL nodes. */
  readonly extendedTypes: boolean
}

const readOnlyAcl: readonly Acl[] = [{ perms: 1, id: { scheme: 'world', id: 'anyone' } }]
const ok: Applied = { err: ErrorCode.Ok }
const noNode: Applied = { err: ErrorCode.NoNode }

/** The znodes by path, and what is found in them often enough to be kept apart. */
export class DataTree {
  /** The root stands under `''` too, so that the parent of `/a` is found as it is cut. */
  private readonly nodes = new Map<string, Znode>()
  private readonly acls = new AclTable()
  private readonly kinds: NodeLifecycle
  private readonly quotas = new QuotaPaths()
  private bytes = 0
  /** The parent of the znode that was restored last. */
  private readonly restoring: { path: string; node: Znode | undefined } = { path: '/', node: undefined }
  /** The last transaction that was applied. */
  lastProcessedZxid: Zxid = 0n

  constructor(readonly options: TreeOptions = { extendedTypes: false }) {
    this.kinds = new NodeLifecycle(options.extendedTypes)
    const empty = () => new Znode(new Uint8Array(0), this.acls.intern(openAcl), 0n, 0, 0n)
    const root = empty() // TREE-15
    this.insert('', root)
    this.nodes.set('/', root)
    for (const path of ['/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
      this.insert(path, empty())
      this.nodes.get(parentOf(path) ?? '')?.addChild(nameOf(path))
    }
    const config = this.nodes.get('/zookeeper/config') as Znode
    config.acl = this.acls.intern(readOnlyAcl)
    config.aversion = -1
  }

  /** A znode; the root under `/` and under `''`. */
  get(path: string): Znode | undefined {
    return this.nodes.get(path)
  }

  /** How many znodes there are, the root counted once. */
  get size(): number {
    return this.nodes.size - 1
  }

  /** Every znode by its path, the root as `''`, parents before their children as long as nothing is restored. */
  *entries(): IterableIterator<[string, Znode]> {
    for (const entry of this.nodes) if (entry[0] !== '/') yield entry
  }

  /** Bytes of paths and data. As in Apache, the root counts under both of its names, the empty one and `/`. */
  get approximateDataSize(): number {
    return this.bytes + 1
  }

  get ephemeralCount(): number {
    let count = 0
    for (const paths of this.kinds.owned.values()) count += paths.size
    return count
  }

  /** The sessions that own znodes, with the znodes' paths. */
  get ephemerals(): ReadonlyMap<SessionId, ReadonlySet<string>> {
    return this.kinds.owned
  }

  ephemeralsOf(session: SessionId): ReadonlySet<string> {
    return this.kinds.ownedBy(session)
  }

  get containers(): ReadonlySet<string> {
    return this.kinds.containers
  }

  get ttlNodes(): ReadonlySet<string> {
    return this.kinds.ttlNodes
  }

  /** Every ACL that a znode has, each once; there may be some among them that none has any more. */
  get aclLists(): Iterable<readonly Acl[]> {
    return this.acls.all
  }

  /** The path with a quota that a path falls under. */
  quotaPathFor(path: string): string | undefined {
    return this.quotas.covering(path)
  }

  /** How many znodes are below a path; for the root, all but the root. */
  countBelow(path: string): number {
    if (path === '/') return this.nodes.size - 2
    // Asked by its other name, the root counts itself, as in Apache.
    if (path === '') return this.nodes.size - 1
    let count = 0
    this.walkBelow(path, () => count++)
    return count
  }

  private walkBelow(path: string, visit: (path: string, node: Znode) => void): void {
    const node = this.nodes.get(path)
    if (node === undefined) return
    for (const name of node.children) {
      const child = `${path}/${name}`
      const found = this.nodes.get(child)
      if (found !== undefined) visit(child, found)
      this.walkBelow(child, visit)
    }
  }

  /** Applies a transaction that has been agreed on. */
  apply({ header, txn }: Transaction, onChange: OnChange): Applied {
    if (header.zxid > this.lastProcessedZxid) this.lastProcessedZxid = header.zxid
    switch (txn.op) {
      case 'multi':
        return this.applyMulti(header, txn.txns, onChange)
      case 'setACL':
        return this.setAcl(txn.path, txn.acl, txn.version)
      case 'createSession':
        return ok
      case 'closeSession':
        this.closeSession(header, txn.paths, onChange)
        return ok
      default:
        return this.applyPart(header, txn, onChange)
    }
  }

  private applyPart(header: TxnHeader, txn: MultiTxnPart, onChange: OnChange): Applied {
    switch (txn.op) {
      case 'create':
      case 'create2':
        return this.create(header, txn, txn.ephemeral ? header.clientId : 0n, txn.op === 'create2', onChange)
      case 'createContainer':
        return this.create(header, txn, containerOwner, true, onChange)
      case 'createTTL':
        return this.create(header, txn, ownerOfTtl(txn.ttl), true, onChange)
      case 'delete':
      case 'deleteContainer':
        return this.delete(header, txn.path, onChange)
      case 'setData':
        return this.setData(header, txn.path, txn.data, txn.version, onChange)
      case 'check':
        return { err: ErrorCode.Ok, path: txn.path }
      case 'error':
        return { err: txn.err }
    }
  }

  private applyMulti(header: TxnHeader, parts: readonly MultiTxnPart[], onChange: OnChange): Applied {
    const failed = parts.find((part) => part.op === 'error')
    if (failed === undefined) {
      const results = parts.map((part) => ({ ...this.applyPart(header, part, onChange), op: part.op }))
      return { err: results.find((each) => each.err !== ErrorCode.Ok)?.err ?? ErrorCode.Ok, parts: results }
    }
    // TREE-81: before the part that failed: nothing wrong, but nothing done; after it: never looked at.
    const at = parts.indexOf(failed)
    const results = parts.map((part, i) => {
      const own = part.op === 'error' ? part.err : ErrorCode.RuntimeInconsistency
      return { op: 'error' as const, err: i < at ? ErrorCode.Ok : own }
    })
    return { err: failed.op === 'error' ? failed.err : ErrorCode.Ok, parts: results }
  }

  private create(
    header: TxnHeader,
    txn: { path: string; data: Bytes | null; acl: readonly Acl[]; parentCVersion: number },
    owner: bigint,
    withStat: boolean,
    onChange: OnChange,
  ): Applied {
    const { path } = txn
    const parentPath = parentOf(path) ?? ''
    const name = nameOf(path)
    const parent = this.nodes.get(parentPath)
    if (parent === undefined) return { err: ErrorCode.NoNode, path }
    const creations = txn.parentCVersion === -1 ? (parent.creations + 1) | 0 : txn.parentCVersion
    // Also when the znode is there already: a fuzzy snapshot may have the child and not the parent's count.
    if (creations > parent.creations) {
      // TREE-41, TREE-44
      parent.creations = creations
      parent.pzxid = header.zxid
    }
    if (parent.hasChild(name)) return { err: ErrorCode.NodeExists, path }
    this.removeOrphan(path)

    const node = new Znode(txn.data, this.acls.intern(txn.acl), header.zxid, header.time, owner)
    parent.addChild(name)
    this.insert(path, node)
    // As Apache does, before a counting znode gets its counts.
    const stat = withStat ? node.stat() : undefined
    this.countIntoQuota(parentPath, name, path, node)
    onChange(EventType.NodeCreated, path) // TREE-41, WATCHER-30
    onChange(EventType.NodeChildrenChanged, parentPath === '' ? '/' : parentPath)
    return stat === undefined ? { err: ErrorCode.Ok, path } : { err: ErrorCode.Ok, path, stat }
  }

  /**
   * A log replayed over a fuzzy snapshot may delete a parent that was created again since, and leave its children
   * behind. The log creates each of them again: what is left of it must not count twice.
   */
  private removeOrphan(path: string): void {
    const orphan = this.nodes.get(path)
    if (orphan !== undefined) this.remove(path, orphan)
  }

  private remove(path: string, node: Znode): void {
    this.nodes.delete(path)
    this.bytes -= path.length + node.dataLength
    this.kinds.deleted(path, node)
    const covering = this.quotas.covering(path)
    if (covering !== undefined) this.addToCounts(covering, -1, -node.dataLength)
  }

  private insert(path: string, node: Znode): void {
    this.nodes.set(path, node)
    this.bytes += path.length + node.dataLength
    this.kinds.created(path, node)
  }

  private countIntoQuota(parentPath: string, name: string, path: string, node: Znode): void {
    if (holdsQuotas(parentPath)) {
      if (name === limitName) this.quotas.add(quotaOwner(parentPath))
      if (name === statName) this.recount(quotaOwner(parentPath))
    }
    const covering = this.quotas.covering(path)
    if (covering !== undefined) this.addToCounts(covering, 1, node.dataLength)
  }

  /** TREE-94: counts what is at and below a path anew. */
  private recount(path: string): void {
    const holder = this.nodes.get(statPath(path))
    if (holder === undefined) return
    const top = this.nodes.get(path)
    let count = top === undefined ? 0 : 1
    let bytes = top?.dataLength ?? 0
    this.walkBelow(path, (_, node) => {
      count++
      bytes += node.dataLength
    })
    this.setHolder(holder, formatCounts(count, bytes, null))
  }

  // TREE-93: counting leaves no trace in the counting znode's Stat.
  private addToCounts(path: string, countDiff: number, bytesDiff: number): void {
    const holder = this.nodes.get(statPath(path))
    if (holder === undefined) return
    const counts = parseQuota(holder.data)
    this.setHolder(holder, formatCounts(counts.count + countDiff, counts.bytes + bytesDiff, holder.data))
  }

  private setHolder(holder: Znode, counts: Uint8Array): void {
    this.bytes -= holder.dataLength
    holder.data = counts
    this.bytes += holder.dataLength
  }

  private delete(header: TxnHeader, path: string, onChange: OnChange): Applied {
    const parentPath = parentOf(path) ?? ''
    const name = nameOf(path)
    const parent = this.nodes.get(parentPath)
    if (parent === undefined) return { err: ErrorCode.NoNode, path }
    parent.removeChild(name)
    if (header.zxid > parent.pzxid) parent.pzxid = header.zxid // TREE-50
    const node = this.nodes.get(path)
    if (node === undefined) return { err: ErrorCode.NoNode, path }
    if (name === limitName && holdsQuotas(parentPath)) this.quotas.delete(quotaOwner(parentPath))
    this.remove(path, node)
    onChange(EventType.NodeDeleted, path) // TREE-50, WATCHER-32
    onChange(EventType.NodeChildrenChanged, parentPath === '' ? '/' : parentPath)
    return { err: ErrorCode.Ok, path }
  }

  private setData(
    header: TxnHeader,
    path: string,
    data: Bytes | null,
    version: number,
    onChange: OnChange,
  ): Applied {
    const node = this.nodes.get(path)
    if (node === undefined) return noNode
    const before = node.dataLength
    node.data = data
    node.mtime = header.time // TREE-21, TREE-59
    node.mzxid = header.zxid
    node.version = version
    const stat = node.stat()
    const diff = node.dataLength - before
    this.bytes += diff
    const covering = this.quotas.covering(path)
    if (covering !== undefined) this.addToCounts(covering, 0, diff)
    onChange(EventType.NodeDataChanged, path) // TREE-59, WATCHER-31
    return { err: ErrorCode.Ok, path, stat }
  }

  private setAcl(path: string, acl: readonly Acl[], version: number): Applied {
    const node = this.nodes.get(path)
    if (node === undefined) return noNode
    node.acl = this.acls.intern(acl)
    node.aversion = version // TREE-65
    return { err: ErrorCode.Ok, path, stat: node.stat() }
  }

  // TREE-85, SERVICE-59; in no order that matters (SERVICE-45)
  private closeSession(header: TxnHeader, paths: readonly string[] | null, onChange: OnChange): void {
    for (const path of paths ?? []) this.delete(header, path, onChange)
    // What the transaction doesn't name: servers before 3.6 name nothing.
    for (const path of [...this.ephemeralsOf(header.clientId)]) this.delete(header, path, onChange)
  }

  /** `/zookeeper/config` tells the ensemble's members. It is no write: each server has it from its own configuration. */
  setConfig(text: Uint8Array, time: number): void {
    const node = this.nodes.get('/zookeeper/config')
    if (node === undefined) return
    this.bytes += text.length - node.dataLength
    node.data = text
    node.version = -1
    node.mtime = time
  }

  /** Empties the tree, for a snapshot to be put in its place. */
  clear(): void {
    this.nodes.clear()
    this.kinds.clear()
    this.bytes = 0
    Object.assign(this.restoring, { path: '/', node: undefined })
  }

  /**
   * Puts a znode of a snapshot in its place; parents come before their children, the root, as `''`, first.
   * @throws Error when a znode's parent has not come
   */
  restore(path: string, node: Znode): void {
    node.acl = this.acls.intern(node.acl)
    this.insert(path, node)
    if (path === '') {
      this.nodes.set('/', node)
      return
    }
    const slash = path.lastIndexOf('/')
    const { restoring } = this
    // Most come one after the other below the same parent.
    if (slash !== restoring.path.length || !path.startsWith(restoring.path)) {
      restoring.path = path.slice(0, slash)
      restoring.node = this.nodes.get(restoring.path)
    }
    if (restoring.node === undefined) throw new Error(`a snapshot's znode ${path} comes before its parent`)
    restoring.node.addChild(path.slice(slash + 1))
  }

  /** After the last znode of a snapshot: finds the quotas, and adds what an older server's snapshot lacks. */
  restored(): void {
    this.walkBelow('/zookeeper/quota', (path) => {
      const parent = parentOf(path) ?? ''
      if (nameOf(path) !== limitName) return
      this.quotas.add(quotaOwner(parent))
      this.recount(quotaOwner(parent))
    })
    if (!this.nodes.has('/zookeeper/config')) {
      const config = new Znode(new Uint8Array(0), this.acls.intern(readOnlyAcl), 0n, 0, 0n)
      config.aversion = -1
      this.insert('/zookeeper/config', config)
      this.nodes.get('/zookeeper')?.addChild('config')
    }
  }
}

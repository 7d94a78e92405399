/**
 * Turns a write into the transaction that will do it, or into the error that it comes to.
 * The order of the checks is part of the protocol: which error wins is what clients see.
 */
import {
  CreateMode,
  ErrorCode,
  OpCode,
  Perms,
  type Acl,
  type AskedAcl,
  type Id,
  type MultiOp,
  type Request,
  type SessionId,
  type Zxid,
} from '../../spec/vocabulary/index.js'
import type { Access } from '../acl/access.js'
import type { DataTree } from './data-tree.js'
import { OutstandingChanges, successor, type ExpectedZnode } from './outstanding.js'
import { containerOwner, isValidTtl, kindOf, ownerOfTtl } from './ephemeral-owner.js'
import { parentOf, pathProblem, specialPaths } from './paths.js'
import { findBreach, limitPath, parseQuota, statPath, type QuotaBreach } from './quota.js'
import { isEphemeralMode, isSequential, isTtlMode, partOf } from './create-modes.js'
import type { MultiTxnPart, Transaction, Txn } from './txn.js'

/** Who asks. */
export interface Requester {
  readonly sessionId: SessionId
  /** What the connection has proved. */
  readonly identities: readonly Id[]
  /** What is wrong with the session: expired, or moved to another connection; `Ok` when nothing is. */
  readonly sessionErr: number
}

/** The requests that become transactions. */
export type WriteRequest =
  | MultiOp
  | Extract<Request, { op: 'setACL' | 'multi' }>
  /** A reaping: the server's own, never a client's (TREE-88). */
  | { readonly op: 'deleteContainer'; readonly path: string }
  | { readonly op: 'createSession'; readonly timeOut: number }
  | { readonly op: 'closeSession' }

/** What the configuration says of writes. */
export interface PrepareOptions {
  /** `enforceQuota`: whether hard limits refuse. */
  readonly enforceQuota: boolean
  /** Bytes of paths that the transaction of a session's end may list; with more, it lists none. Less than 0: never any. */
  readonly closeSessionBytes?: number
  /** Told of limits that a write goes over, refused or not. */
  readonly onBreach?: (breach: QuotaBreach) => void
}

/** A place in the order of writes. */
export interface Place {
  readonly zxid: Zxid
  /** Milliseconds since 1970. */
  readonly now: number
  readonly cxid: number
}

/** Thrown within this file only, to leave the checks of a request at the one that fails. */
class Refusal {
  constructor(readonly err: number) {}
}

function refuse(err: number): never {
  throw new Refusal(err)
}

/** Checks writes against the tree and all that is under way, and remembers what they will change. */
export class Preparer {
  readonly outstanding: OutstandingChanges

  constructor(
    private readonly tree: DataTree,
    private readonly access: Access,
    private readonly options: PrepareOptions,
  ) {
    this.outstanding = new OutstandingChanges(tree)
  }

  /** The transaction of a write: what it asks for, or an error transaction with the code that it is refused with. */
  prepare(request: WriteRequest, by: Requester, place: Place): Transaction {
    const txn = request.op === 'multi' ? this.multi(request.ops, by, place) : this.single(request, by, place)
    const type = txn.op === 'error' ? OpCode.error : OpCode[request.op]
    return {
      header: { clientId: by.sessionId, cxid: place.cxid, zxid: place.zxid, time: place.now, type },
      txn,
    }
  }

  private single(request: Exclude<WriteRequest, { op: 'multi' }>, by: Requester, place: Place): Txn {
    try {
      switch (request.op) {
        case 'setACL':
          return this.setAcl(request, by, place)
        case 'createSession':
          return { op: 'createSession', timeOut: request.timeOut }
        case 'closeSession':
          return this.closeSession(by.sessionId, place)
        case 'deleteContainer':
          return this.deleteContainer(request.path, place)
        // WIRE-54: Apache can't open a log with a check of its own in it; an error of 0 changes nothing either.
        case 'check':
          this.check(request.path, request.version, by)
          return { op: 'error', err: ErrorCode.Ok }
        default:
          return this.part(request, by, place)
      }
    } catch (refusal) {
      if (refusal instanceof Refusal) return { op: 'error', err: refusal.err }
      throw refusal
    }
  }

  // TREE-80, TREE-81: all parts or none, each on what those before it will have left.
  private multi(ops: readonly MultiOp[], by: Requester, place: Place): Txn {
    const mark = this.outstanding.mark()
    const txns: MultiTxnPart[] = []
    let failed = false
    for (const op of ops) {
      if (failed) {
        txns.push({ op: 'error', err: ErrorCode.RuntimeInconsistency })
        continue
      }
      const part = partOf(op)
      if (part === undefined) {
        this.outstanding.rollback(mark)
        return { op: 'error', err: ErrorCode.MarshallingError } // TREE-83
      }
      try {
        txns.push(this.part(part, by, place))
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal
        failed = true
        txns.push({ op: 'error', err: refusal.err })
        this.outstanding.rollback(mark) // TREE-81, SERVICE-21
      }
    }
    this.outstanding.keep()
    return { op: 'multi', txns }
  }

  private part(op: MultiOp, by: Requester, place: Place): MultiTxnPart {
    switch (op.op) {
      case 'create':
      case 'create2':
      case 'createContainer':
      case 'createTTL':
        return this.create(op, by, place)
      case 'delete':
        return this.delete(op.path, op.version, by, place)
      case 'setData':
        return this.setData(op, by, place)
      case 'check':
        return this.check(op.path, op.version, by)
    }
  }

  private create(op: Extract<MultiOp, { flags: number }>, by: Requester, place: Place): MultiTxnPart {
    const { flags } = op
    if (flags < CreateMode.persistent || flags > CreateMode.persistentSequentialWithTTL)
      refuse(ErrorCode.BadArguments) // TREE-30
    const ttl = op.op === 'createTTL' ? op.ttl : -1n
    if (isTtlMode(flags)) {
      if (!this.tree.options.extendedTypes) refuse(ErrorCode.Unimplemented) // TREE-31
      if (!isValidTtl(ttl)) refuse(ErrorCode.BadArguments) // TREE-32
    } else if (op.op === 'createTTL') {
      refuse(ErrorCode.BadArguments)
    }
    this.checkSession(by)
    const parentPath = parentOf(op.path)
    if (parentPath === undefined || op.path.includes('\0')) refuse(ErrorCode.BadArguments) // TREE-33
    const acl = this.given(op.acl, by)
    const parent = this.existing(parentPath) // TREE-35
    this.permit(parent.acl, Perms.CREATE, by) // TREE-36, ACL-50
    const path = isSequential(flags) ? op.path + sequenceSuffix(parent.creations) : op.path
    if (pathProblem(path) !== undefined) refuse(ErrorCode.BadArguments) // TREE-37
    if (this.outstanding.expected(path) !== undefined) refuse(ErrorCode.NodeExists) // TREE-38
    if (this.isEphemeral(parent)) refuse(ErrorCode.NoChildrenForEphemerals) // TREE-39
    this.checkQuota(path, 1, lengthOf(op.data)) // TREE-40

    const parentCVersion = (parent.creations + 1) | 0 // TREE-41
    const ephemeral = isEphemeralMode(flags)
    const grown = successor(parent, place.zxid)
    grown.childCount++
    grown.creations = parentCVersion
    this.outstanding.record(grown)
    this.outstanding.record({
      path,
      zxid: place.zxid,
      exists: true,
      data: op.data,
      acl,
      version: 0,
      creations: 0,
      aversion: 0,
      childCount: 0,
      ephemeralOwner: ownerFor(op.op, ephemeral, ttl, by.sessionId),
    })
    const { data } = op
    if (op.op === 'createContainer') return { op: op.op, path, data, acl, parentCVersion }
    if (op.op === 'createTTL') return { op: op.op, path, data, acl, parentCVersion, ttl }
    return { op: op.op, path, data, acl, ephemeral, parentCVersion }
  }

  private delete(path: string, version: number, by: Requester, place: Place): MultiTxnPart {
    this.checkSession(by)
    const parentPath = this.deletableParent(path)
    const parent = this.existing(parentPath) // TREE-46
    this.permit(parent.acl, Perms.DELETE, by) // TREE-47, ACL-50
    const node = this.existing(path) // TREE-48
    if (version !== -1 && version !== node.version) refuse(ErrorCode.BadVersion) // TREE-49
    if (node.childCount > 0) refuse(ErrorCode.NotEmpty) // TREE-51
    this.recordDeletion(node, parent, place)
    return { op: 'delete', path } // TREE-50
  }

  private deleteContainer(path: string, place: Place): Txn {
    const parentPath = this.deletableParent(path)
    const node = this.existing(path) // TREE-52
    if (node.childCount > 0) refuse(ErrorCode.NotEmpty) // TREE-53
    if (this.isEphemeral(node)) refuse(ErrorCode.BadVersion) // TREE-54, ACL-60, SERVICE-61
    const parent = this.existing(parentPath)
    this.recordDeletion(node, parent, place)
    return { op: 'deleteContainer', path }
  }

  // TREE-13, TREE-45: what may not be deleted, or has no parent.
  private deletableParent(path: string): string {
    const parentPath = parentOf(path)
    if (parentPath === undefined || path.includes('\0') || specialPaths.has(path))
      refuse(ErrorCode.BadArguments)
    return parentPath
  }

  private recordDeletion(node: ExpectedZnode, parent: ExpectedZnode, place: Place): void {
    const shrunk = successor(parent, place.zxid)
    shrunk.childCount--
    this.outstanding.record(shrunk)
    const gone = successor(node, place.zxid)
    gone.exists = false
    this.outstanding.record(gone)
  }

  private setData(op: Extract<MultiOp, { op: 'setData' }>, by: Requester, place: Place): MultiTxnPart {
    this.checkSession(by)
    if (pathProblem(op.path) !== undefined) refuse(ErrorCode.BadArguments) // TREE-55
    const node = this.existing(op.path) // TREE-56
    this.permit(node.acl, Perms.WRITE, by) // TREE-57, ACL-50
    this.checkQuota(op.path, 0, lengthOf(op.data) - lengthOf(node.data))
    const version = nextVersion(node.version, op.version) // TREE-58
    const next = successor(node, place.zxid)
    next.version = version
    next.data = op.data
    this.outstanding.record(next)
    return { op: 'setData', path: op.path, data: op.data, version } // TREE-59
  }

  private setAcl(request: Extract<Request, { op: 'setACL' }>, by: Requester, place: Place): Txn {
    this.checkSession(by)
    if (pathProblem(request.path) !== undefined) refuse(ErrorCode.BadArguments) // TREE-60
    const acl = this.given(request.acl, by)
    const node = this.existing(request.path) // TREE-62
    this.permit(node.acl, Perms.ADMIN, by) // TREE-63, ACL-50
    const version = nextVersion(node.aversion, request.version) // TREE-64
    const next = successor(node, place.zxid)
    next.aversion = version
    next.acl = acl
    this.outstanding.record(next)
    return { op: 'setACL', path: request.path, acl, version } // TREE-65
  }

  private check(path: string, version: number, by: Requester): MultiTxnPart {
    this.checkSession(by)
    if (pathProblem(path) !== undefined) refuse(ErrorCode.BadArguments) // TREE-66
    const node = this.existing(path) // TREE-67
    this.permit(node.acl, Perms.READ, by) // TREE-68, ACL-50
    return { op: 'check', path, version: nextVersion(node.version, version) } // TREE-69
  }

  // TREE-85, SESSION-33: a session's end deletes what it owns, and asks nobody (ACL-60).
  private closeSession(session: SessionId, place: Place): Txn {
    const paths = this.outstanding.ephemeralsOf(session)
    for (const path of paths) {
      const node = this.outstanding.expected(path)
      const parent = this.outstanding.expected(parentOf(path) ?? '')
      if (node !== undefined && parent !== undefined) this.recordDeletion(node, parent, place)
    }
    return { op: 'closeSession', paths: this.fits(paths) ? paths : null }
  }

  /** Apache can't read a log with a larger record. Without the paths a reader finds the ephemerals by their owner. */
  private fits(paths: readonly string[]): boolean {
    const most = this.options.closeSessionBytes ?? Infinity
    return paths.reduce((sum, path) => sum + 4 + Buffer.byteLength(path), 0) <= most
  }

  private checkSession(by: Requester): void {
    if (by.sessionErr !== ErrorCode.Ok) refuse(by.sessionErr) // SERVICE-58, SESSION-51
  }

  // TREE-34, TREE-61: the ACL that a znode is given.
  private given(asked: readonly AskedAcl[] | null, by: Requester): readonly Acl[] {
    const acl = this.access.fixup(asked, by.identities)
    return typeof acl === 'number' ? refuse(acl) : acl
  }

  // TREE-12: the empty path finds the root.
  private existing(path: string): ExpectedZnode {
    return this.outstanding.expected(path) ?? refuse(ErrorCode.NoNode)
  }

  // ACL-61: the list is the one that the znode will have when this write's turn comes.
  private permit(acl: readonly Acl[], perms: number, by: Requester): void {
    if (!this.access.permits(acl, perms, by.identities)) refuse(ErrorCode.NoAuth)
  }

  private isEphemeral(node: ExpectedZnode): boolean {
    return kindOf(node.ephemeralOwner, this.tree.options.extendedTypes) === 'ephemeral'
  }

  /** Against the counts as applied: what is under way isn't counted, as in Apache. */
  private checkQuota(path: string, countDiff: number, bytesDiff: number): void {
    if (!this.options.enforceQuota) return
    const covering = this.tree.quotaPathFor(path)
    if (covering === undefined) return
    const limits = this.tree.get(limitPath(covering))
    const counts = this.tree.get(statPath(covering))
    if (limits === undefined || counts === undefined) return
    const breach = findBreach(
      covering,
      parseQuota(limits.data),
      parseQuota(counts.data),
      countDiff,
      bytesDiff,
    )
    if (breach === undefined) return
    this.options.onBreach?.(breach)
    if (breach.hard) refuse(ErrorCode.QuotaExceeded) // TREE-40, TREE-92
  }
}

/** TREE-42: a sequential znode's suffix: the parent's count of creations, signed, ten characters at least. */
export function sequenceSuffix(creations: number): string {
  return creations < 0 ? `-${String(-creations).padStart(9, '0')}` : String(creations).padStart(10, '0')
}

// TREE-24: -1 matches any version; versions wrap.
function nextVersion(current: number, expected: number): number {
  if (expected !== -1 && expected !== current) refuse(ErrorCode.BadVersion)
  return (current + 1) | 0
}

function lengthOf(data: Uint8Array | null): number {
  return data === null ? 0 : data.length
}

// TREE-43
function ownerFor(op: MultiOp['op'], ephemeral: boolean, ttl: bigint, session: SessionId): bigint {
  if (op === 'createContainer') return containerOwner
  if (op === 'createTTL') return ownerOfTtl(ttl)
  return ephemeral ? session : 0n
}

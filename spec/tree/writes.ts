/**
 * What single writes come to: their checks in the order that decides which error wins, then their effect.
 * TREE-30 to TREE-69.
 */
import {
  CreateMode,
  ErrorCode,
  Perms,
  type Acl,
  type AskedAcl,
  type Bytes,
  type MultiOp,
  type Request,
  type Zxid,
} from '../vocabulary/index.js'
import { fixup, permits } from '../acl/acl-model.js'
import { containerOwner, longestTtl, ownerOfTtl, sessionOf } from './owners.js'
import { isPath, parentOf, specialPaths } from './paths.js'
import { counting, countedAnew, exceedsQuota } from './quota.js'
import { childrenOf, statOf } from './stat.js'
import type { Change, Evaluation, Reaping, Requester, Settings, Tree, Znode } from './tree-types.js'

/** A place in the order of writes, and its time in milliseconds since 1970. */
export interface At {
  readonly zxid: Zxid
  readonly now: number
}

/** The writes that are not made of others. */
export type SingleWrite = MultiOp | Reaping | Extract<Request, { op: 'deleteContainer' | 'setACL' }>
type Create = Extract<SingleWrite, { flags: number }>

/** A check that failed: the error, and the rule that says so. */
class Refused {
  readonly err: number
  readonly rule: string
  constructor(err: number, rule: string) {
    this.err = err
    this.rule = rule
  }
}

function must(holds: boolean, err: number, rule: string): asserts holds {
  if (!holds) throw new Refused(err, rule)
}

/** Evaluates a write. `counted`: the tree that quotas are judged by, which is that before a multi (TREE-92). */
export function write(
  tree: Tree,
  request: SingleWrite,
  by: Requester,
  at: At,
  settings: Settings,
  counted: Tree,
): Evaluation {
  try {
    switch (request.op) {
      case 'create':
      case 'create2':
      case 'createContainer':
      case 'createTTL':
        return create(tree, request, by, at, settings, counted)
      case 'delete':
        return remove(tree, request.path, request.version, by, at, settings)
      case 'deleteContainer':
        return { tree, err: ErrorCode.BadArguments, changes: [], rule: 'TREE-88' }
      case 'reap':
        return reap(tree, request.path, at, settings)
      case 'setData':
        return setData(tree, request, by, at, settings, counted)
      case 'setACL':
        return setAcl(tree, request, by, settings)
      case 'check':
        return check(tree, request.path, request.version, by, settings)
    }
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused
    return { tree, err: refused.err, changes: [], rule: refused.rule }
  }
}

function create(
  tree: Tree,
  request: Create,
  by: Requester,
  at: At,
  settings: Settings,
  counted: Tree,
): Evaluation {
  const { flags, data, op } = request
  const ttl = request.op === 'createTTL' ? request.ttl : -1n
  must(
    flags >= CreateMode.persistent && flags <= CreateMode.persistentSequentialWithTTL,
    ErrorCode.BadArguments,
    'TREE-30',
  )
  const isTtl = hasTtlMode(flags)
  must(!isTtl || settings.extendedTypes, ErrorCode.Unimplemented, 'TREE-31')
  must(isTtl ? ttl > 0n && ttl <= longestTtl : op !== 'createTTL', ErrorCode.BadArguments, 'TREE-32')
  const parentPath = parentOf(request.path)
  must(parentPath !== undefined && !request.path.includes('\0'), ErrorCode.BadArguments, 'TREE-33')
  const acl = given(request.acl, by, 'TREE-34')
  const parent = existing(tree, parentPath, 'TREE-35')
  must(permits(parent.acl, Perms.CREATE, by.identities, settings), ErrorCode.NoAuth, 'TREE-36')
  const path = isSequential(flags) ? request.path + suffix(parent.cversion) : request.path
  must(isPath(path), ErrorCode.BadArguments, 'TREE-37')
  must(!tree.has(path), ErrorCode.NodeExists, 'TREE-38')
  must(sessionOf(parent.ephemeralOwner, settings) === undefined, ErrorCode.NoChildrenForEphemerals, 'TREE-39')
  const bytes = data?.length ?? 0
  must(!settings.enforceQuota || !exceedsQuota(counted, path, 1, bytes), ErrorCode.QuotaExceeded, 'TREE-40')

  const made = created(tree, path, { data, acl, owner: ownerOf(request, by, flags, ttl) }, at)
  const stat = statOf(made.tree, path, settings)
  const counts = counting(countedAnew(made.tree, path), path, 1, bytes)
  const result = op === 'create' ? { op, path } : { op, path, stat }
  return { tree: counts, err: ErrorCode.Ok, result, changes: made.changes, rule: 'TREE-41' }
}

/** The owner that a new znode gets: the operation decides before the mode (TREE-43). */
function ownerOf({ op }: Create, by: Requester, flags: number, ttl: bigint): bigint {
  if (op === 'createContainer') return containerOwner
  if (op === 'createTTL') return ownerOfTtl(ttl)
  return flags === CreateMode.ephemeral || flags === CreateMode.ephemeralSequential ? by.sessionId : 0n
}

/** Whether flags ask for a time to live. */
export function hasTtlMode(flags: number): boolean {
  return flags === CreateMode.persistentWithTTL || flags === CreateMode.persistentSequentialWithTTL
}

export function isSequential(flags: number): boolean {
  return (
    flags === CreateMode.persistentSequential ||
    flags === CreateMode.ephemeralSequential ||
    flags === CreateMode.persistentSequentialWithTTL
  )
}

/** The number at the end of a sequential znode's name: ten characters at least, the sign among them (TREE-42). */
export function suffix(cversion: number): string {
  return cversion < 0 ? `-${String(-cversion).padStart(9, '0')}` : String(cversion).padStart(10, '0')
}

/** The effect of a creation (TREE-41, TREE-44). */
function created(
  tree: Tree,
  path: string,
  { data, acl, owner }: { data: Bytes | null; acl: readonly Acl[]; owner: bigint },
  { zxid, now }: At,
): { tree: Tree; changes: readonly Change[] } {
  const parentPath = parentOf(path)!
  const parent = tree.get(parentPath)!
  const cversion = (parent.cversion + 1) | 0
  const child: Znode = {
    data,
    acl,
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctime: now,
    mtime: now,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: owner,
  }
  const after = new Map(tree).set(path, child)
  // TREE-44: after 2^31 - 1 creations the count stays where it is.
  if (cversion > parent.cversion) after.set(parentPath, { ...parent, cversion, pzxid: zxid })
  return {
    tree: after,
    changes: [
      { type: 'created', path },
      { type: 'childrenChanged', path: parentPath },
    ],
  }
}

/** The effect of a deletion (TREE-50). */
export function deleted(tree: Tree, path: string, { zxid }: At): { tree: Tree; changes: readonly Change[] } {
  const parentPath = parentOf(path)!
  const parent = tree.get(parentPath)!
  const node = tree.get(path)!
  const after = new Map(tree).set(parentPath, { ...parent, pzxid: zxid })
  after.delete(path)
  return {
    tree: counting(after, path, -1, -(node.data?.length ?? 0)),
    changes: [
      { type: 'deleted', path },
      { type: 'childrenChanged', path: parentPath },
    ],
  }
}

function remove(
  tree: Tree,
  path: string,
  version: number,
  by: Requester,
  at: At,
  settings: Settings,
): Evaluation {
  const parent = existing(tree, deletableParent(path), 'TREE-46')
  must(permits(parent.acl, Perms.DELETE, by.identities, settings), ErrorCode.NoAuth, 'TREE-47')
  const node = existing(tree, path, 'TREE-48')
  must(version === -1 || version === node.version, ErrorCode.BadVersion, 'TREE-49')
  must(childrenOf(tree, path).length === 0, ErrorCode.NotEmpty, 'TREE-51')
  return { ...deleted(tree, path, at), err: ErrorCode.Ok, result: { op: 'delete' }, rule: 'TREE-50' }
}

function reap(tree: Tree, path: string, at: At, settings: Settings): Evaluation {
  const parentPath = deletableParent(path)
  const node = existing(tree, path, 'TREE-52')
  must(childrenOf(tree, path).length === 0, ErrorCode.NotEmpty, 'TREE-53')
  must(sessionOf(node.ephemeralOwner, settings) === undefined, ErrorCode.BadVersion, 'TREE-54')
  existing(tree, parentPath, 'TREE-52')
  return { ...deleted(tree, path, at), err: ErrorCode.Ok, rule: 'TREE-50' }
}

function deletableParent(path: string): string {
  const parentPath = parentOf(path)
  const isFit = parentPath !== undefined && !path.includes('\0') && !specialPaths.has(path)
  must(isFit, ErrorCode.BadArguments, 'TREE-45')
  return parentPath
}

function setData(
  tree: Tree,
  { path, data, version }: Extract<SingleWrite, { op: 'setData' }>,
  by: Requester,
  { zxid, now }: At,
  settings: Settings,
  counted: Tree,
): Evaluation {
  must(isPath(path), ErrorCode.BadArguments, 'TREE-55')
  const node = existing(tree, path, 'TREE-56')
  must(permits(node.acl, Perms.WRITE, by.identities, settings), ErrorCode.NoAuth, 'TREE-57')
  const bytes = (data?.length ?? 0) - (node.data?.length ?? 0)
  must(!settings.enforceQuota || !exceedsQuota(counted, path, 0, bytes), ErrorCode.QuotaExceeded, 'TREE-40')
  const next = nextVersion(node.version, version, 'TREE-58')
  const after = new Map(tree).set(path, { ...node, data, version: next, mtime: now, mzxid: zxid })
  return {
    tree: counting(after, path, 0, bytes),
    err: ErrorCode.Ok,
    result: { op: 'setData', stat: statOf(after, path, settings) },
    changes: [{ type: 'dataChanged', path }],
    rule: 'TREE-59',
  }
}

function setAcl(
  tree: Tree,
  request: Extract<SingleWrite, { op: 'setACL' }>,
  by: Requester,
  settings: Settings,
): Evaluation {
  const { path, version } = request
  must(isPath(path), ErrorCode.BadArguments, 'TREE-60')
  const acl = given(request.acl, by, 'TREE-61')
  const node = existing(tree, path, 'TREE-62')
  must(permits(node.acl, Perms.ADMIN, by.identities, settings), ErrorCode.NoAuth, 'TREE-63')
  const aversion = nextVersion(node.aversion, version, 'TREE-64')
  const after = new Map(tree).set(path, { ...node, acl, aversion })
  return {
    tree: after,
    err: ErrorCode.Ok,
    result: { op: 'setACL', stat: statOf(after, path, settings) },
    changes: [],
    rule: 'TREE-65',
  }
}

function check(tree: Tree, path: string, version: number, by: Requester, settings: Settings): Evaluation {
  must(isPath(path), ErrorCode.BadArguments, 'TREE-66')
  const node = existing(tree, path, 'TREE-67')
  must(permits(node.acl, Perms.READ, by.identities, settings), ErrorCode.NoAuth, 'TREE-68')
  nextVersion(node.version, version, 'TREE-69')
  return { tree, err: ErrorCode.Ok, result: { op: 'check' }, changes: [], rule: 'TREE-69' }
}

/** The ACL that a znode is given. */
function given(asked: readonly AskedAcl[] | null, by: Requester, rule: string): readonly Acl[] {
  const fixed = fixup(asked, by.identities)
  if ('acl' in fixed) return fixed.acl
  throw new Refused(fixed.err, fixed.err === ErrorCode.InvalidACL ? rule : 'ACL-45')
}

function existing(tree: Tree, path: string, rule: string): Znode {
  const node = tree.get(path === '' ? '/' : path)
  must(node !== undefined, ErrorCode.NoNode, rule)
  return node
}

/** The version after a change; -1 expects any (TREE-24). */
function nextVersion(version: number, expected: number, rule: string): number {
  must(expected === -1 || expected === version, ErrorCode.BadVersion, rule)
  return (version + 1) | 0
}

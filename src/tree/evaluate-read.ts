/**
 * Answers reads from the tree as it is. Watches are the caller's: the answer says whether one is to be left.
 */
import {
  ErrorCode,
  Perms,
  type Id,
  type MultiReadOp,
  type MultiResult,
  type Request,
  type Result,
  type SessionId,
} from '../../spec/vocabulary/index.js'
import type { Access } from '../acl/access.js'
import type { DataTree } from './data-tree.js'
import type { Znode } from './znode.js'

/** The requests that the tree answers without a transaction. */
export type ReadRequest =
  | Extract<
      Request,
      { op: 'exists' | 'getData' | 'getChildren' | 'getChildren2' | 'getEphemerals' | 'multiRead' }
    >
  | { readonly op: 'getACL' | 'getAllChildrenNumber'; readonly path: string }

/** A result, or an error's code. */
export type Answer = Result | { readonly op: 'error'; readonly err: number }

/** Who reads. */
export interface Reader {
  readonly sessionId: SessionId
  readonly identities: readonly Id[]
}

const noNode: Answer = { op: 'error', err: ErrorCode.NoNode }
const noAuth: Answer = { op: 'error', err: ErrorCode.NoAuth }
const badArguments: Answer = { op: 'error', err: ErrorCode.BadArguments }

/** Answers a read. */
export function read(tree: DataTree, access: Access, request: ReadRequest, by: Reader): Answer {
  switch (request.op) {
    case 'exists':
      if (request.path.includes('\0')) return badArguments // TREE-70
      return withNode(tree, request.path, (node) => ({ op: 'exists', stat: node.stat() }))
    case 'getData': // TREE-73
      return readable(tree, access, request.path, by, (node) => ({
        op: 'getData',
        data: node.data,
        stat: node.stat(),
      }))
    case 'getChildren': // TREE-74
      return readable(tree, access, request.path, by, (node) => ({
        op: 'getChildren',
        children: [...node.children],
      }))
    case 'getChildren2':
      return readable(tree, access, request.path, by, (node) => ({
        op: 'getChildren2',
        children: [...node.children],
        stat: node.stat(),
      }))
    case 'getACL':
      return getAcl(tree, access, request.path, by)
    case 'getAllChildrenNumber': // TREE-76
      return readable(tree, access, request.path, by, () => ({
        op: 'getAllChildrenNumber',
        totalNumber: tree.countBelow(request.path),
      }))
    case 'getEphemerals':
      return getEphemerals(tree, request.prefixPath, by.sessionId)
    case 'multiRead': // TREE-78
      return { op: 'multiRead', results: request.ops.map((op) => readPart(tree, access, op, by)) }
  }
}

function withNode(tree: DataTree, path: string, answer: (node: Znode) => Answer): Answer {
  const node = tree.get(path)
  return node === undefined ? noNode : answer(node) // TREE-71
}

// TREE-72, ACL-50: what asks for READ.
function readable(
  tree: DataTree,
  access: Access,
  path: string,
  by: Reader,
  answer: (node: Znode) => Answer,
): Answer {
  return withNode(tree, path, (node) =>
    access.permits(node.acl, Perms.READ, by.identities) ? answer(node) : noAuth,
  )
}

// TREE-72, TREE-75, ACL-51: READ or ADMIN; without ADMIN, digests are masked.
function getAcl(tree: DataTree, access: Access, path: string, by: Reader): Answer {
  return withNode(tree, path, (node) => {
    if (!access.permits(node.acl, Perms.READ | Perms.ADMIN, by.identities)) return noAuth
    const mayChange = access.permits(node.acl, Perms.ADMIN, by.identities)
    return { op: 'getACL', acl: mayChange ? node.acl : access.masked(node.acl), stat: node.stat() }
  })
}

// TREE-77
function getEphemerals(tree: DataTree, prefix: string, session: SessionId): Answer {
  const all = [...tree.ephemeralsOf(session)]
  const trimmed = prefix.trim()
  const ephemerals = trimmed === '' || trimmed === '/' ? all : all.filter((path) => path.startsWith(prefix))
  return { op: 'getEphemerals', ephemerals }
}

function readPart(tree: DataTree, access: Access, op: MultiReadOp, by: Reader): MultiResult {
  return read(tree, access, op, by) as MultiResult
}

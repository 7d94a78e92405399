/**
 * The tree and what every request does to it, as one pure function: `evaluate`. Reads and writes are in the files beside
 * this one, and so are multis, which are made of them.
 */
import { ErrorCode, type SessionId } from '../vocabulary/index.js'
import { multi } from './multi.js'
import { containerOwner, sessionOf, ttlOf } from './owners.js'
import { read, type Read } from './reads.js'
import type { Change, Evaluate, Evaluation, Settings, Tree, Znode } from './tree-types.js'
import { deleted, write, type At } from './writes.js'

const anyone = { perms: 31, id: { scheme: 'world', id: 'anyone' } }

/** The tree of a service that nobody has used yet (TREE-15). */
export function emptyTree(): Tree {
  const node: Znode = {
    data: new Uint8Array(),
    acl: [anyone],
    czxid: 0n,
    mzxid: 0n,
    pzxid: 0n,
    ctime: 0,
    mtime: 0,
    version: 0,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
  }
  return new Map([
    ['/', node],
    ['/zookeeper', node],
    ['/zookeeper/quota', node],
    ['/zookeeper/config', { ...node, acl: [{ ...anyone, perms: 1 }], aversion: -1 }],
  ])
}

/** Evaluates a request at its place in the order. Requests that don't concern the tree are the caller's. */
export const evaluate: Evaluate = (tree, request, by, at, settings) => {
  switch (request.op) {
    case 'multi':
      return multi(request, tree, by, at, settings)
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
    case 'delete':
    case 'deleteContainer':
    case 'reap':
    case 'setData':
    case 'setACL':
    case 'check':
      return write(tree, request, by, at, settings, tree)
    case 'exists':
    case 'getData':
    case 'getACL':
    case 'getChildren':
    case 'getChildren2':
    case 'getAllChildrenNumber':
    case 'getEphemerals':
    case 'multiRead':
      return read(tree, request as Read, by, settings)
    default:
      throw new Error(`${request.op} does not concern the tree`)
  }
}

/** The end of a session: its znodes go (TREE-85). */
export function closeSession(
  tree: Tree,
  session: SessionId,
  at: At,
  settings: Pick<Settings, 'extendedTypes'> = { extendedTypes: false },
): Evaluation {
  let now = tree
  const changes: Change[] = []
  for (const [path, { ephemeralOwner }] of tree) {
    if (sessionOf(ephemeralOwner, settings) !== session) continue
    const gone = deleted(now, path, at)
    now = gone.tree
    changes.push(...gone.changes)
  }
  return { tree: now, err: ErrorCode.Ok, changes, rule: 'TREE-85' }
}

/**
 * Empty containers that had children, or have waited for one too long (TREE-86), and empty TTL nodes whose time is up
 * (TREE-87).
 */
export function reapable(
  tree: Tree,
  now: number,
  settings: Pick<Settings, 'extendedTypes' | 'neverUsedInterval'> = { extendedTypes: true },
): string[] {
  const longest = settings.neverUsedInterval ?? 0
  const paths: string[] = []
  for (const [path, node] of tree) {
    const ttl = ttlOf(node.ephemeralOwner, settings)
    const isUnused = node.cversion === 0 && longest > 0 && now - node.mtime > longest
    const isSpent = node.ephemeralOwner === containerOwner && (node.cversion > 0 || isUnused)
    const isPast = ttl !== undefined && ttl !== 0n && BigInt(now - node.mtime) > ttl
    if ((isSpent || isPast) && !hasChildren(tree, path)) paths.push(path)
  }
  return paths
}

function hasChildren(tree: Tree, path: string): boolean {
  for (const each of tree.keys()) if (each.startsWith(`${path}/`)) return true
  return false
}

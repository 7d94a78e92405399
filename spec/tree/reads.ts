/** What reads come to: TREE-70 to TREE-78. Nothing changes. */
import { ErrorCode, Perms, type MultiResult, type Request, type Result } from '../vocabulary/index.js'
import { masked, permits } from '../acl/acl-model.js'
import { sessionOf } from './owners.js'
import { at, childrenOf, statOf } from './stat.js'
import type { Evaluation, Requester, Settings, Tree, Znode } from './tree-types.js'

/** The requests that read the tree. */
export type Read = Request & {
  readonly op:
    | 'exists'
    | 'getData'
    | 'getACL'
    | 'getChildren'
    | 'getChildren2'
    | 'getAllChildrenNumber'
    | 'getEphemerals'
    | 'multiRead'
}

/** Evaluates a read. */
export function read(tree: Tree, request: Read, by: Requester, settings: Settings): Evaluation {
  const found = (result: Result, rule: string): Evaluation => ({
    tree,
    err: ErrorCode.Ok,
    result,
    changes: [],
    rule,
  })
  const refused = (err: number, rule: string): Evaluation => ({ tree, err, changes: [], rule })
  /** A read of a znode: it must be there, then readable (TREE-71, TREE-72). */
  const readable = (perms: number, rule: string, result: (node: Znode) => Result): Evaluation => {
    const node = at(tree, (request as { path: string }).path)
    if (node === undefined) return refused(ErrorCode.NoNode, 'TREE-71')
    if (!permits(node.acl, perms, by.identities, settings)) return refused(ErrorCode.NoAuth, 'TREE-72')
    return found(result(node), rule)
  }

  switch (request.op) {
    case 'exists':
      if (request.path.includes('\0')) return refused(ErrorCode.BadArguments, 'TREE-70')
      if (at(tree, request.path) === undefined) return refused(ErrorCode.NoNode, 'TREE-71')
      return found({ op: 'exists', stat: statOf(tree, request.path, settings) }, 'TREE-70')
    case 'getData':
      return readable(Perms.READ, 'TREE-73', ({ data }) => ({
        op: 'getData',
        data,
        stat: statOf(tree, request.path, settings),
      }))
    case 'getChildren':
      return readable(Perms.READ, 'TREE-74', () => ({
        op: 'getChildren',
        children: childrenOf(tree, request.path),
      }))
    case 'getChildren2':
      return readable(Perms.READ, 'TREE-74', () => ({
        op: 'getChildren2',
        children: childrenOf(tree, request.path),
        stat: statOf(tree, request.path, settings),
      }))
    case 'getACL':
      return readable(Perms.READ | Perms.ADMIN, 'TREE-75', ({ acl }) => ({
        op: 'getACL',
        acl: permits(acl, Perms.ADMIN, by.identities, settings) ? acl : masked(acl),
        stat: statOf(tree, request.path, settings),
      }))
    case 'getAllChildrenNumber':
      return readable(Perms.READ, 'TREE-76', () => ({
        op: 'getAllChildrenNumber',
        totalNumber: countBelow(tree, request.path),
      }))
    case 'getEphemerals':
      return found(
        { op: 'getEphemerals', ephemerals: ephemeralsOf(tree, request.prefixPath, by, settings) },
        'TREE-77',
      )
    // Each part by itself (WIRE-63).
    case 'multiRead': {
      const results = request.ops.map((op): MultiResult => {
        const part = read(tree, op, by, settings)
        return part.err === ErrorCode.Ok ? (part.result as MultiResult) : { op: 'error', err: part.err }
      })
      return found({ op: 'multiRead', results }, 'TREE-78')
    }
  }
}

function countBelow(tree: Tree, path: string): number {
  if (path === '/') return tree.size - 1
  // Below the empty path, which finds the root too, is the root itself.
  return [...tree.keys()].filter((each) => each.startsWith(`${path}/`)).length
}

function ephemeralsOf(tree: Tree, prefix: string | null, by: Requester, settings: Settings): string[] {
  const own = [...tree]
    .filter(([, node]) => sessionOf(node.ephemeralOwner, settings) === by.sessionId)
    .map(([path]) => path)
  const isAll = prefix === null || prefix.trim() === '' || prefix.trim() === '/'
  return own.filter((path) => isAll || path.startsWith(prefix)).sort()
}

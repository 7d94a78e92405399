/** What a znode tells of itself (TREE-20 to TREE-24), and what its children are. */
import type { Stat } from '../vocabulary/index.js'
import { sessionOf } from './owners.js'
import { parentOf } from './paths.js'
import type { Settings, Tree, Znode } from './tree-types.js'

/** The znode of a path; the empty path means the root where paths aren't checked (TREE-12). */
export function at(tree: Tree, path: string): Znode | undefined {
  return tree.get(path === '' ? '/' : path)
}

/** The names of a znode's children, sorted. */
export function childrenOf(tree: Tree, path: string): string[] {
  const parent = path === '' ? '/' : path
  const names: string[] = []
  for (const each of tree.keys()) {
    if (each !== '/' && parentOf(each) === parent) names.push(each.slice(each.lastIndexOf('/') + 1))
  }
  return names.sort()
}

/** A znode's Stat (TREE-20). */
export function statOf(tree: Tree, path: string, settings: Pick<Settings, 'extendedTypes'>): Stat {
  const node = at(tree, path)!
  const numChildren = childrenOf(tree, path).length
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: (node.cversion * 2 - numChildren) | 0, // TREE-22
    aversion: node.aversion,
    ephemeralOwner: sessionOf(node.ephemeralOwner, settings) ?? 0n, // TREE-23
    dataLength: node.data?.length ?? 0,
    numChildren,
    pzxid: node.pzxid,
  }
}

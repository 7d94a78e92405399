/** What holds of the tree in every state that can be reached, and of every request's effect. */
import { sessionOf } from './owners.js'
import { isPath, parentOf, specialPaths } from './paths.js'
import { childrenOf } from './stat.js'
import type { Evaluation, Settings, Tree } from './types.js'
import type { At } from './writes.js'

/** A statement about a tree, with the rule that makes it. */
export interface TreeInvariant {
  readonly rule: string
  readonly says: string
  holds(tree: Tree, settings: Pick<Settings, 'extendedTypes'>): boolean
}

/** A statement about what a request did at its place. */
export interface TreeStepInvariant {
  readonly rule: string
  readonly says: string
  holds(before: Tree, after: Evaluation, at: At): boolean
}

export const treeInvariants: readonly TreeInvariant[] = [
  {
    rule: 'TREE-10',
    says: 'every znode stands at a path',
    holds: (tree) => [...tree.keys()].every(isPath),
  },
  {
    rule: 'TREE-12',
    says: 'every znode but the root has its parent',
    holds: (tree) => [...tree.keys()].every((path) => path === '/' || tree.has(parentOf(path)!)),
  },
  {
    rule: 'TREE-13',
    says: 'the special znodes are there',
    holds: (tree) => [...specialPaths].every((path) => tree.has(path)),
  },
  {
    rule: 'TREE-20',
    says: 'a znode was created before, or when, anything else happened to it',
    holds: (tree) =>
      [...tree.values()].every(
        ({ czxid, mzxid, pzxid, ctime, mtime }) => czxid <= mzxid && czxid <= pzxid && ctime <= mtime,
      ),
  },
  {
    rule: 'TREE-22',
    says: 'a znode has no more children than were ever created in it, the three of every new service aside',
    holds: (tree) =>
      [...tree].every(
        ([path, { cversion }]) =>
          childrenOf(tree, path).filter((name) => !specialPaths.has(childPath(path, name))).length <=
          cversion,
      ),
  },
  {
    rule: 'TREE-39',
    says: 'what belongs to a session has no children',
    holds: (tree, settings) =>
      [...tree].every(
        ([path, { ephemeralOwner }]) =>
          sessionOf(ephemeralOwner, settings) === undefined || childrenOf(tree, path).length === 0,
      ),
  },
]

export const treeStepInvariants: readonly TreeStepInvariant[] = [
  {
    rule: 'SERVICE-21',
    says: 'what fails changes nothing',
    holds: (before, { err, tree, changes }) => err === 0 || (tree === before && changes.length === 0),
  },
  {
    rule: 'TREE-21',
    says: 'what is created or changed carries the zxid of the change, and its time',
    holds: (before, { tree }, { zxid, now }) =>
      [...tree].every(([path, node]) => {
        const was = before.get(path)
        if (was === undefined) return node.czxid === zxid && node.ctime === now
        return node.version === was.version || (node.mzxid === zxid && node.mtime === now)
      }),
  },
  {
    rule: 'TREE-41',
    says: 'each znode that came or went is told, and so is the change of its parent',
    holds: (before, { tree, changes }) => {
      const told = new Set(changes.map(({ type, path }) => `${type} ${path}`))
      const came = [...tree.keys()]
        .filter((path) => !before.has(path))
        .map((path) => ['created', path] as const)
      const went = [...before.keys()]
        .filter((path) => !tree.has(path))
        .map((path) => ['deleted', path] as const)
      return [...came, ...went].every(
        ([type, path]) => told.has(`${type} ${path}`) && told.has(`childrenChanged ${parentOf(path)!}`),
      )
    },
  },
  {
    rule: 'TREE-61',
    says: 'no znode is given an empty list',
    holds: (before, { tree }) =>
      [...tree].every(([path, { acl }]) => acl.length > 0 || before.get(path)?.acl.length === 0),
  },
]

function childPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`
}

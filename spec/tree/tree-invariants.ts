/** What holds of the tree in every state that can be reached, and of every request's effect. */
import { type Invariant, statement } from '../notation/invariant.js'
import { sessionOf } from './owners.js'
import { isPath, parentOf, specialPaths } from './paths.js'
import { childrenOf } from './stat.js'
import type { Evaluation, Settings, Tree } from './tree-types.js'
import type { At } from './writes.js'

/** A statement about a tree, with the rule that makes it. */
export type TreeInvariant = Invariant<[tree: Tree, settings: Pick<Settings, 'extendedTypes'>]>

/** A statement about what a request did at its place. */
export type TreeStepInvariant = Invariant<[before: Tree, after: Evaluation, at: At]>

export const treeInvariants: readonly TreeInvariant[] = [
  statement('TREE-10', 'every znode stands at a path', (tree) => [...tree.keys()].every(isPath)),
  statement('TREE-12', 'every znode but the root has its parent', (tree) =>
    [...tree.keys()].every((path) => path === '/' || tree.has(parentOf(path)!)),
  ),
  statement('TREE-13', 'the special znodes are there', (tree) =>
    [...specialPaths].every((path) => tree.has(path)),
  ),
  statement('TREE-20', 'a znode was created before, or when, anything else happened to it', (tree) =>
    [...tree.values()].every(
      ({ czxid, mzxid, pzxid, ctime, mtime }) => czxid <= mzxid && czxid <= pzxid && ctime <= mtime,
    ),
  ),
  statement(
    'TREE-22',
    'a znode has no more children than were ever created in it, the three of every new service aside',
    (tree) =>
      [...tree].every(
        ([path, { cversion }]) =>
          childrenOf(tree, path).filter((name) => !specialPaths.has(childPath(path, name))).length <=
          cversion,
      ),
  ),
  statement('TREE-39', 'what belongs to a session has no children', (tree, settings) =>
    [...tree].every(
      ([path, { ephemeralOwner }]) =>
        sessionOf(ephemeralOwner, settings) === undefined || childrenOf(tree, path).length === 0,
    ),
  ),
]

export const treeStepInvariants: readonly TreeStepInvariant[] = [
  statement(
    'SERVICE-21',
    'what fails changes nothing',
    (before, { err, tree, changes }) => err === 0 || (tree === before && changes.length === 0),
  ),
  statement(
    'TREE-21',
    'what is created or changed carries the zxid of the change, and its time',
    (before, { tree }, { zxid, now }) =>
      [...tree].every(([path, node]) => {
        const was = before.get(path)
        if (was === undefined) return node.czxid === zxid && node.ctime === now
        return node.version === was.version || (node.mzxid === zxid && node.mtime === now)
      }),
  ),
  statement(
    'TREE-41',
    'each znode that came or went is told, and so is the change of its parent',
    (before, { tree, changes }) => {
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
  ),
  statement('TREE-61', 'no znode is given an empty list', (before, { tree }) =>
    [...tree].every(([path, { acl }]) => acl.length > 0 || before.get(path)?.acl.length === 0),
  ),
]

function childPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`
}

/**
 * Quotas: limits and counts, as text in znodes under `/zookeeper/quota` (TREE-90 to TREE-95).
 */
import type { Bytes } from '../vocabulary/index.js'
import type { Tree } from './tree-types.js'

const root = '/zookeeper/quota'
export const limitName = 'zookeeper_limits'
export const countName = 'zookeeper_stats'

/** The path that a quota's limits or counts are for; undefined for other znodes (TREE-90). */
export function quotaFor(path: string, name: string): string | undefined {
  return path.startsWith(`${root}/`) && path.endsWith(`/${name}`)
    ? path.slice(root.length, -name.length - 1)
    : undefined
}

/** The longest path at or above this one that has limits; the root's don't count (TREE-91). */
function covering(tree: Tree, path: string): string | undefined {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) {
    if (tree.has(`${root}${at}/${limitName}`)) return at
  }
  return undefined
}

/** Whether a hard limit refuses so many more znodes and bytes (TREE-92). */
export function exceedsQuota(tree: Tree, path: string, count: number, bytes: number): boolean {
  const covered = covering(tree, path)
  const limits = covered === undefined ? undefined : tree.get(`${root}${covered}/${limitName}`)
  const counts = covered === undefined ? undefined : tree.get(`${root}${covered}/${countName}`)
  if (limits === undefined || counts === undefined) return false
  const limit = parse(limits.data)
  const now = parse(counts.data)
  const exceeds = (key: string, hardKey: string, more: number): boolean => {
    const hard = limit.get(hardKey) ?? -1
    return more !== 0 && hard > -1 && (now.get(key) ?? -1) + more > hard
  }
  return exceeds('count', 'countHardLimit', count) || exceeds('bytes', 'byteHardLimit', bytes)
}

/** Counts so many more znodes and bytes where they belong (TREE-93); nothing else of the counting znode changes. */
export function counting(tree: Tree, path: string, count: number, bytes: number): Tree {
  const covered = covering(tree, path)
  const at = `${root}${covered}/${countName}`
  const node = covered === undefined ? undefined : tree.get(at)
  if (node === undefined) return tree
  const counts = parse(node.data)
  counts.set('count', (counts.get('count') ?? -1) + count)
  counts.set('bytes', (counts.get('bytes') ?? -1) + bytes)
  return new Map(tree).set(at, { ...node, data: print(counts) })
}

/** Counts what is at a path and below, when the counting znode is made (TREE-94). */
export function countedAnew(tree: Tree, made: string): Tree {
  const path = quotaFor(made, countName)
  if (path === undefined) return tree
  let count = 0
  let bytes = 0
  for (const [at, { data }] of tree) {
    if (at !== path && !at.startsWith(`${path}/`)) continue
    count++
    bytes += data?.length ?? 0
  }
  return new Map(tree).set(made, {
    ...tree.get(made)!,
    data: print(
      new Map([
        ['count', count],
        ['bytes', bytes],
      ]),
    ),
  })
}

/** Reads `count=5,bytes=10=;byteHardLimit=20;countHardLimit=6` (TREE-95). */
function parse(data: Bytes | null): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const pair of new TextDecoder().decode(data ?? new Uint8Array()).split(/[,;]+/)) {
    const [key = '', value = ''] = pair.split('=')
    if (key !== '') numbers.set(key, /^-?\d+$/.test(value) ? Number(value) : -1)
  }
  return numbers
}

function print(numbers: ReadonlyMap<string, number>): Bytes {
  const others = [...numbers]
    .filter(([key]) => key !== 'count' && key !== 'bytes')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const first = `count=${numbers.get('count') ?? -1},bytes=${numbers.get('bytes') ?? -1}`
  const rest = others.map(([key, value]) => `;${key}=${value}`).join('')
  return new TextEncoder().encode(rest === '' ? first : `${first}=${rest}`)
}

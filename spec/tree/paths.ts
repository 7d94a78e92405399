/** Which strings are paths, and how they are taken apart (TREE-10 to TREE-13). */

/** Znodes that nobody may delete (TREE-13). */
export const specialPaths: ReadonlySet<string> = new Set([
  '/',
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/config',
])

/** Whether a string is a path (TREE-10, TREE-11). */
export function isPath(path: string): boolean {
  if (path === '/') return true
  if (!path.startsWith('/') || path.endsWith('/')) return false
  const names = path.slice(1).split('/')
  return names.every(
    (name) => name !== '' && name !== '.' && name !== '..' && [...units(name)].every(isAllowed),
  )
}

function* units(name: string): Generator<number> {
  for (let at = 0; at < name.length; at++) yield name.charCodeAt(at)
}

/** UTF-16 units that a name may have (TREE-11). */
function isAllowed(unit: number): boolean {
  const isControl = unit <= 0x1f || (unit >= 0x7f && unit <= 0x9f)
  const isSurrogateOrPrivate = unit >= 0xd800 && unit <= 0xf8ff
  return !isControl && !isSurrogateOrPrivate && unit < 0xfff0
}

/** What is before the last slash (TREE-12); undefined without a slash. */
export function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/')
  if (slash === -1) return undefined
  return slash === 0 ? '/' : path.slice(0, slash)
}

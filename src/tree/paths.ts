/**
 * Which strings are paths, and how they are taken apart.
 */

/** TREE-13: the znodes that no client may delete. */
export const specialPaths: ReadonlySet<string> = new Set([
  '/',
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/config',
])

/** TREE-10, TREE-11: why a string is no path; undefined when it is one. */
export function pathProblem(path: string): string | undefined {
  if (path.length === 0) return 'a path has at least one character'
  if (path.charCodeAt(0) !== slash) return 'a path begins with /'
  if (path.length === 1) return undefined
  if (path.charCodeAt(path.length - 1) === slash) return 'a path does not end with /'
  let nameStart = 1
  for (let i = 1; i <= path.length; i++) {
    const unit = i === path.length ? slash : path.charCodeAt(i)
    if (unit === slash) {
      const length = i - nameStart
      if (length === 0) return `an empty name at character ${i}`
      if (length <= 2 && path.charCodeAt(nameStart) === dot && path.charCodeAt(i - 1) === dot) {
        return `a relative name at character ${nameStart}`
      }
      nameStart = i + 1
    } else if (isForbidden(unit)) {
      return `the character U+${unit.toString(16).padStart(4, '0')} at ${i}`
    }
  }
  return undefined
}

const slash = 0x2f
const dot = 0x2e

/** NUL, control characters, surrogates, private use, specials: UTF-16 units that a path may not have. */
function isForbidden(unit: number): boolean {
  if (unit > 0x1f && unit < 0x7f) return false
  return unit <= 0x1f || unit <= 0x9f || (unit >= 0xd800 && unit <= 0xf8ff) || unit >= 0xfff0
}

/** TREE-12: what is before the last slash: the parent, `''` for a child of the root. Undefined without any slash. */
export function parentOf(path: string): string | undefined {
  const last = path.lastIndexOf('/')
  return last < 0 ? undefined : path.slice(0, last)
}

/** What is after the last slash. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

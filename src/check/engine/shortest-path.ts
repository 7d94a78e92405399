/** The shortest path that breaks the same thing with no other steps than a given path's: breadth-first, over those steps. */
import type { Space } from '../model/space.js'
import { noParent, Visited } from './visited.js'

/** States that the search may keep. */
const breadth = 50_000

/** A state that was found: the one it was found from, and by which step. */
interface Reached {
  readonly row: Int32Array
  readonly from: number
  readonly code: number
}

/**
 * A path shorter than `codes` that takes its steps in any order and number, and that `breaks` takes; null when there is
 * none, or none among the states that the search may keep. `breaks` is asked for paths that may break something.
 */
export function shortest(
  space: Space,
  start: Int32Array,
  codes: readonly number[],
  breaks: (codes: readonly number[]) => boolean,
): readonly number[] | null {
  const allowed = new Set(codes)
  const visited = Visited.make(breadth, false)
  const reached: Reached[] = [{ row: start, from: noParent, code: -1 }]
  space.load(start, 0)
  visited.insert(space.low || 1, space.high || 1, noParent)
  for (let at = 0; at < reached.length; at++) {
    const path = pathTo(reached, at)
    if (path.length + 1 >= codes.length) return null
    const found = expand(space, reached, at, allowed, visited)
      .map((code) => [...path, ...code])
      .find((suspect) => suspect.length < codes.length && breaks(suspect))
    if (found !== undefined) return found
  }
  return null
}

/** Adds what the allowed steps lead to. The ends of paths that may break something: a step, or none. */
function expand(
  space: Space,
  reached: Reached[],
  from: number,
  allowed: ReadonlySet<number>,
  visited: Visited,
): (readonly number[])[] {
  const suspects: (readonly number[])[] = []
  let successors = 0
  space.load(reached[from]!.row, 0)
  try {
    space.expand(() => {
      successors++
      const code = space.code()
      if (!allowed.has(code)) return
      if (space.broken()) suspects.push([code])
      if (reached.length >= breadth || visited.insert(space.low || 1, space.high || 1, noParent) >= 0) return
      reached.push({ row: space.next.slice(), from, code })
    })
  } catch {
    suspects.push([])
  }
  if (space.refused || successors === 0) suspects.push([])
  return suspects
}

function pathTo(reached: readonly Reached[], at: number): number[] {
  const path: number[] = []
  for (let step = reached[at]!; step.from !== noParent; step = reached[step.from]!) path.push(step.code)
  return path.reverse()
}

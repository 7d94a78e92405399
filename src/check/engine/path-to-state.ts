/** Rebuilds the path to a state: the table knows from where each state was first reached, the space finds the steps again. */
import { fingerprintOf } from './explorer.js'
import type { Space } from '../model/space.js'
import { noParent, type Visited } from './visited.js'

/** A path from an initial state. */
export interface Path {
  /** The row of the initial state. */
  readonly start: Int32Array
  /** The row of the last state. */
  readonly end: Int32Array
  readonly codes: readonly number[]
}

/**
 * The path by which the state at a place was first found: no other is shorter.
 * Throws an Error when no step leads from one of its states to the next, which tells of a collision of fingerprints.
 */
export function pathTo(space: Space, visited: Visited, place: number, narrow: number): Path {
  const [first, ...others] = chain(visited, place)
  const start = matchInitial(space, visited, first!, narrow)
  let row = start
  const codes = others.map((next) => {
    const found = matchStep(space, visited, row, next, narrow)
    row = found.row
    return found.code
  })
  return { start, end: row, codes }
}

/** Steps from an initial state to a place. */
export function depthOf(visited: Visited, place: number): number {
  let depth = 0
  for (let at = visited.parent(place); at !== noParent; at = visited.parent(at)) depth++
  return depth
}

function chain(visited: Visited, place: number): number[] {
  const places = []
  for (let at = place; at !== noParent; at = visited.parent(at)) places.push(at)
  return places.reverse()
}

function matchInitial(space: Space, visited: Visited, place: number, narrow: number): Int32Array {
  let row: Int32Array | null = null
  space.initial(() => {
    if (row === null && matches(space, visited, place, narrow)) row = space.next.slice()
  })
  return row ?? collision()
}

interface Found {
  readonly row: Int32Array
  readonly code: number
}

function matchStep(space: Space, visited: Visited, row: Int32Array, place: number, narrow: number): Found {
  let found: Found | null = null
  space.load(row, 0)
  const look = () => {
    if (found === null && matches(space, visited, place, narrow))
      found = { row: space.next.slice(), code: space.code() }
  }
  try {
    space.expand(look)
  } catch (error) {
    if (found === null) throw error
  }
  return found ?? collision()
}

function matches(space: Space, visited: Visited, place: number, narrow: number): boolean {
  const { low, high } = fingerprintOf(space, narrow)
  return low === visited.low(place) && high === visited.high(place)
}

function collision(): never {
  throw new Error('two states have the same fingerprint: the path to what was found cannot be rebuilt')
}

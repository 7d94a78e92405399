/** What a run found, as counterexamples: the shortest path to the state, in the words of the plain model. */
import type { Counterexample, ModelRequest, Violation } from '../model/counterexample.js'
import { brokenIn, deadlock, type Finding, keyOf } from '../model/findings.js'
import { goalViolation, hopeless } from './goal-reachability.js'
import { pathTo } from './path-to-state.js'
import { counterexampleFrom } from '../replay/model-walk.js'
import type { Space } from '../model/space.js'
import type { Visited } from './visited.js'

/** Where the paths are: the states that were visited, and how many bits of a fingerprint count. */
export interface Explored {
  readonly space: Space
  readonly visited: Visited
  readonly narrow: number
  readonly request: ModelRequest
}

/** A finding, with the way to it. */
export function explain(explored: Explored, { low, high, violation }: Finding): Counterexample {
  const place = explored.visited.find(low, high)
  return wayTo(explored, place, (end) => restated(end, explored.space, violation))
}

/** A state from which the goal is out of reach, given every step of an exhausted run; null when there is none. */
export function outOfReach(explored: Explored, edges: readonly Int32Array[]): Counterexample | null {
  const { space, visited } = explored
  const place = hopeless(visited, edges)
  if (place === -1) return null
  return wayTo(explored, place, (end) => goalViolation(space.plain, space.decode(end)))
}

function wayTo(
  { space, visited, narrow, request }: Explored,
  place: number,
  violationOf: (end: Int32Array) => Violation,
): Counterexample {
  const { start, end, codes } = pathTo(space, visited, place, narrow)
  const actions = codes.map((code) => space.action(code))
  return counterexampleFrom(space.plain, request, space.decode(start), actions, violationOf(end))
}

/** The violation as the last state of the path has it: with symmetry, its processes may have other names than what was found. */
function restated(row: Int32Array, space: Space, violation: Violation): Violation {
  if (violation.kind === 'deadlock') return deadlock(space.plain, space.decode(row))
  const key = keyOf(violation)
  const again = violation.kind === 'invariant' ? brokenIn(space.plain, space.decode(row)) : []
  return again.find((other) => keyOf(other) === key) ?? violation
}

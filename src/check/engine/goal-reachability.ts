/**
 * What must stay possible: backward from the states in which the goal holds, along the steps that are no faults. A state
 * that this doesn't reach has no way to the goal.
 */
import type { Violation } from '../model/counterexample.js'
import { goalMark, lastTryMark, overMark } from './edge-log.js'
import { depthOf } from './path-to-state.js'
import type { AnyModel } from '../model/space.js'
import { noParent, type Visited } from './visited.js'

/** The steps into each place: `sources[starts[p] .. starts[p + 1])`. */
interface Incoming {
  readonly starts: Int32Array
  readonly sources: Int32Array
  readonly goals: readonly number[]
  readonly over: readonly number[]
  /** States whose try is the last. */
  readonly last: Uint8Array
}

/**
 * The place of a state from which no steps but faults lead to the goal, the fewest steps from an initial state; or -1 when
 * there is none. `edges` is what the explorers of an exhausted run logged. Takes 10 bytes a place and 4 an edge.
 */
export function hopeless(visited: Visited, edges: readonly Int32Array[]): number {
  const into = incoming(visited.capacity, edges)
  const hopeful = backward(into, visited.capacity, into.goals)
  // For states whose try is the last, a way to the end of the bounds is as good as one to the goal.
  backward(into, visited.capacity, into.over, into.last, hopeful)
  let [best, bestDepth] = [-1, Infinity]
  for (let place = 0; place < visited.capacity; place++) {
    if (!visited.taken(place) || hopeful[place] === 1) continue
    const parent = visited.parent(place)
    // With a hopeless parent, it isn't among the shallowest.
    if (parent !== noParent && hopeful[parent] === 0) continue
    const depth = depthOf(visited, place)
    if (depth < bestDepth) [best, bestDepth] = [place, depth]
  }
  return best
}

/** The violation that a hopeless state is. */
export function goalViolation(model: AnyModel, state: unknown): Violation {
  const { goal } = model
  const shown = Object.entries(model.show(state)).map(([what, value]) => `${what}: ${value}`)
  const found = `nothing but faults can lead to it from here: ${shown.join('; ')}`
  return { kind: 'goal', rule: goal?.rule ?? '', name: goal?.name ?? 'the goal', found }
}

function incoming(capacity: number, edges: readonly Int32Array[]): Incoming {
  const starts = new Int32Array(capacity + 1)
  const goals: number[] = []
  const over: number[] = []
  const last = new Uint8Array(capacity)
  forEach(edges, (from, to) => {
    if (to === goalMark) goals.push(from)
    else if (to === overMark) over.push(from)
    else if (to === lastTryMark) last[from] = 1
    else starts[to + 1]!++
  })
  for (let place = 0; place < capacity; place++) starts[place + 1]! += starts[place]!
  const sources = new Int32Array(starts[capacity]!)
  const ends = starts.slice(0, capacity)
  forEach(edges, (from, to) => {
    if (to < lastTryMark) sources[ends[to]!++] = from
  })
  return { starts, sources, goals, over, last }
}

/** Adds to what is reached all that leads to some places; with `among`, through those alone. */
function backward(
  { starts, sources }: Incoming,
  capacity: number,
  to: readonly number[],
  among?: Uint8Array,
  reached: Uint8Array = new Uint8Array(capacity),
): Uint8Array {
  let front = to
  for (const place of front) reached[place] = 1
  while (front.length > 0) {
    const next: number[] = []
    for (const place of front)
      for (let at = starts[place]!; at < starts[place + 1]!; at++) {
        const source = sources[at]!
        if (reached[source] === 1 || among?.[source] === 0) continue
        reached[source] = 1
        next.push(source)
      }
    front = next
  }
  return reached
}

function forEach(edges: readonly Int32Array[], use: (from: number, to: number) => void): void {
  let from = -1
  for (const words of edges)
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!
      if (word < 0) from = ~word
      else use(from, word)
    }
}

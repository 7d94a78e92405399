/** Every state that an election's network can reach, breadth first: a checker of the simplest kind. */
import type { ElectionLocal } from '../../../spec/election/process-state.js'
import type { ElectionNetworkStep } from '../../../spec/election/election-network.js'
import type { ElectionEvent } from '../../../spec/election/election-types.js'
import type { BoundedElection, BoundedElectionWorld } from '../../../src/check/systems/bounded-election.js'
import {
  knownInvariants,
  pairInvariants,
  serverInvariants,
  wholeInvariants,
} from '../../../spec/election/election-invariants.js'

export interface State {
  readonly locals: readonly ElectionLocal[]
  readonly world: BoundedElectionWorld
}

export interface Move {
  readonly text: string
  readonly isFault: boolean
  readonly after: State
}

/** What can happen next. */
export function movesOf(network: BoundedElection, step: BoundedElection['step'] = network.step) {
  function taken(state: State, process: number, event: ElectionEvent): State | null {
    const done = step(process, state.locals[process]!, event)
    if (done === null) return null
    return {
      locals: state.locals.with(process, done.local),
      world: done.notes.reduce((world, note) => network.learn(world, process, note), state.world),
    }
  }
  return (state: State): Move[] => {
    const views = state.locals.map((local, process) => network.view(process, local))
    const own = state.locals.flatMap((local, process) =>
      network.events(process, local).flatMap((event): Move[] => {
        const after = taken(state, process, event)
        const text = `server ${network.servers[process]!.sid}: ${event.type}`
        return after === null ? [] : [{ text, isFault: false, after }]
      }),
    )
    const whole = network.worldSteps(state.world, views).map(({ text, isFault, world, events }): Move => {
      let after: State = { locals: state.locals, world }
      for (const { process, event } of events) after = taken(after, process, event) ?? after
      return { text, isFault, after }
    })
    return [...own, ...whole]
  }
}

/** Steps by (server, state, event), each computed once. */
export function remembered(network: BoundedElection): BoundedElection['step'] {
  const known = new Map<string, ElectionNetworkStep | null>()
  const keys = new WeakMap<ElectionLocal, string>()
  return (process, local, event) => {
    const text = keys.get(local) ?? JSON.stringify(local)
    keys.set(local, text)
    const key = `${process} ${JSON.stringify(event)} ${text}`
    let found = known.get(key)
    if (found === undefined) known.set(key, (found = network.step(process, local, event)))
    return found
  }
}

export interface Explored {
  readonly states: number
  /** The first state that breaks something: what, and the way there. */
  readonly broken: { readonly what: string; readonly path: readonly string[] } | null
  /** The way to a state from which no way without faults leads to a leader that is followed; null when there is none. */
  readonly stuck: readonly string[] | null
  readonly counts: Readonly<Record<string, number>>
}

interface Options {
  readonly most?: number
  readonly count?: Readonly<Record<string, (state: State) => boolean>>
  /** A rule: no other is looked at. */
  readonly only?: string
}

/** Explores. `count` names states to be counted, and `most` bounds their number. */
export function explore(
  network: BoundedElection,
  { most = 1_000_000, count = {}, only }: Options = {},
): Explored {
  const moves = movesOf(network, remembered(network))
  const first = network.initial()
  const states: State[] = [first]
  const keyOf = keys()
  const at = new Map<string, number>([[keyOf(first), 0]])
  const cause: { readonly from: number; readonly text: string }[] = [{ from: -1, text: '' }]
  const back: number[][] = [[]]
  const counted = Object.fromEntries(Object.keys(count).map((name) => [name, 0]))
  const path = (to: number): string[] => (to <= 0 ? [] : [...path(cause[to]!.from), cause[to]!.text])
  const settled: number[] = []
  for (let now = 0; now < states.length; now++) {
    const state = states[now]!
    const what = brokenIn(network, state, only)
    for (const [name, holds] of Object.entries(count)) if (holds(state)) counted[name]!++
    if (what !== null)
      return { states: states.length, broken: { what, path: path(now) }, stuck: null, counts: counted }
    const views = state.locals.map((local, process) => network.view(process, local))
    if (network.isSettled(state.world, views) || network.isCutOff(views)) settled.push(now)
    for (const { text, isFault, after } of moves(state)) {
      const key = keyOf(after)
      let next = at.get(key)
      if (next === undefined) {
        next = states.length
        if (next >= most) throw new Error(`more than ${most} states`)
        at.set(key, next)
        states.push(after)
        cause.push({ from: now, text })
        back.push([])
      }
      if (!isFault) back[next]!.push(now)
    }
  }
  const canSettle = new Uint8Array(states.length)
  for (const one of settled) canSettle[one] = 1
  for (const one of settled) {
    for (const before of back[one]!) {
      if (canSettle[before] === 1) continue
      canSettle[before] = 1
      settled.push(before)
    }
  }
  const stuck = canSettle.indexOf(0)
  return {
    states: states.length,
    broken: null,
    stuck: stuck === -1 ? null : path(stuck),
    counts: counted,
  }
}

/** Keys of whole states: each server's state is written once, and named by a number. */
function keys(): (state: State) => string {
  const numbers = new Map<string, number>()
  const known = new WeakMap<ElectionLocal, number>()
  const numberOf = (local: ElectionLocal): number => {
    let number = known.get(local)
    if (number === undefined) {
      const text = JSON.stringify(local)
      number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      known.set(local, number)
    }
    return number
  }
  return ({ locals, world }) => `${locals.map(numberOf).join(' ')} ${JSON.stringify(world)}`
}

/** What of the invariants a state breaks, with the rule; null when they hold. */
export function brokenIn(
  { servers }: BoundedElection,
  { locals, world }: State,
  only?: string,
): string | null {
  if (world.broken !== null && world.broken.rule.startsWith(only ?? ''))
    return `${world.broken.rule}: ${world.broken.found}`
  const processOf = (sid: number) => servers.findIndex((server) => server.sid === sid)
  const found = [
    ...serverInvariants.flatMap(({ rule, broken }) =>
      servers.map((server, process) => [rule, broken(server, locals[process]!)] as const),
    ),
    ...knownInvariants.flatMap(({ rule, broken }) =>
      servers.map((server, process) => [rule, broken(server, locals[process]!, world, processOf)] as const),
    ),
    ...pairInvariants.flatMap(({ rule, broken }) =>
      locals.flatMap((one, a) => locals.slice(a + 1).map((other) => [rule, broken(one, other)] as const)),
    ),
    ...wholeInvariants.map(({ rule, broken }) => [rule, broken(servers, locals)] as const),
  ].find(([rule, what]) => what !== null && (only ?? rule) === rule)
  return found === undefined ? null : `${found[0]}: ${found[1]}`
}

/**
 * ENSEMBLE-47: what must hold of servers with all of their machines: what holds of each part, and that the parts agree. ELECTION-83 is not
 * here: it compares with what a voter had when it voted, and that changes where elections lead to something.
 */
import {
  type PairInvariant,
  pairInvariants,
  serverInvariants,
  stepRules,
  wholeInvariants,
} from '../election/election-invariants.js'
import { isLooking } from '../election/process-state.js'
import type { Server as Voter } from '../election/election-types.js'
import type { ComposedLocal } from './composed-server.js'
import type { Invariant } from '../notation/invariant.js'
import { ofAll, ofEach, ofKnown, ofPairs, ofWorld } from './ensemble-invariants.js'
import type { World } from './ensemble-world.js'

/** An invariant of one thing as one of another that has it. */
function within<Part, Whole>(
  invariants: readonly Invariant<[Part]>[],
  part: (whole: Whole) => Part,
): readonly Invariant<[Whole]>[] {
  return invariants.map(({ rule, name, broken }) => ({ rule, name, broken: (whole) => broken(part(whole)) }))
}

export interface Each {
  readonly process: number
  readonly local: ComposedLocal
}

export interface Pair {
  readonly a: number
  readonly b: number
  readonly first: ComposedLocal
  readonly second: ComposedLocal
}

export interface Known extends Each {
  readonly world: World
}

export interface All {
  readonly locals: readonly ComposedLocal[]
  readonly world: World
}

/** Of the world alone: what steps of the election must keep. */
const ofSteps: readonly Invariant<[World]>[] = Object.entries(stepRules).map(([rule, name]) => ({
  rule,
  name,
  broken: ({ broken }) => (broken?.rule === rule ? broken.found : null),
}))

/** The life that a server has by its election. */
function lifeOf({ election: { value } }: ComposedLocal): string {
  if (isLooking({ value })) return 'looking'
  return value === 'observing' ? 'following' : value
}

const agreeing: Invariant<[Each]> = {
  rule: 'ENSEMBLE-41',
  name: 'a server has the role on which it has settled, and the leader',
  broken({ local }) {
    const { election, server } = local
    if (election.value === 'stopped')
      return server.life === 'down' || server.life === 'looking'
        ? null
        : `it is ${server.life}, and has no election`
    if (lifeOf(local) !== server.life) return `it is ${server.life}, and its election says ${election.value}`
    if (server.life !== 'following' || server.peer.leader === election.vote?.leader) return null
    return `it follows ${server.peer.leader}, and has settled on ${election.vote?.leader}`
  },
}

/** ELECTION-86 says nothing of votes whose epochs were replaced, so nothing once a leader was established. */
function untilEstablished({ rule, name, broken }: PairInvariant): Invariant<[All]> {
  return {
    rule,
    name,
    broken({ locals, world }) {
      if (world.established.length > 0) return null
      for (const [at, one] of locals.entries())
        for (const other of locals.slice(at + 1)) {
          const found = broken(one.election, other.election)
          if (found !== null) return found
        }
      return null
    },
  }
}

/** All of it, by what it looks at. */
export function composedInvariants(voters: readonly Voter[]) {
  const each: readonly Invariant<[Each]>[] = [
    ...within(ofEach, ({ process, local }: Each) => ({ process, local: local.server })),
    ...serverInvariants.map(({ rule, name, broken }) => ({
      rule,
      name,
      broken: ({ process, local }: Each) => broken(voters[process]!, local.election),
    })),
    agreeing,
  ]
  const pair: readonly Invariant<[Pair]>[] = [
    ...within(ofPairs, ({ a, b, first, second }: Pair) => ({
      a,
      b,
      first: first.server,
      second: second.server,
    })),
  ]
  const all: readonly Invariant<[All]>[] = [
    ...pairInvariants.map(untilEstablished),
    ...within(ofAll, ({ locals, world }: All) => ({ locals: locals.map(({ server }) => server), world })),
    ...wholeInvariants.map(({ rule, name, broken }) => ({
      rule,
      name,
      broken: ({ locals }: All) =>
        broken(
          voters,
          locals.map(({ election }) => election),
        ),
    })),
  ]
  return {
    world: [...ofWorld, ...ofSteps],
    each,
    pair,
    known: within(ofKnown, ({ process, local, world }: Known) => ({
      process,
      local: local.server,
      world,
    })),
    all,
  }
}

/** The machines of leader, learner and server: what is compiled is what xstate runs, and walks take every transition. */
import test from 'ava'
import { transition, type AnyStateMachine } from 'xstate'
import { followerMachine } from '../../../spec/broadcast/follower-machine.js'
import { leaderMachine } from '../../../spec/broadcast/leader-machine.js'
import { electionMachine } from '../../../spec/election/election-machine.js'
import { serverMachine } from '../../../spec/ensemble/server-machine.js'
import { composedWithin } from '../../../src/check/systems/composed-system.js'
import {
  type Bounds,
  type ComposedBounds,
  defaultComposedBounds,
} from '../../../src/check/systems/ensemble-bounds.js'
import { check } from '../../../src/runtime/check/explore-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { ensembleOf, machinesOf } from '../../../src/check/systems/ensemble-system.js'
import { compiledElection } from '../../../src/check/systems/compiled-election.js'
import { allTransitions, chartOf, type ChartTransition } from '../../../src/diagram/chart.js'
import { walkEnsemble, watched } from '../../support/ensemble-walks.js'

const machines = { server: serverMachine, follower: followerMachine, leader: leaderMachine }

/** Bounds that between them have everything happen. */
const everything: readonly Partial<Bounds>[] = [
  { history: 1, epochs: 4, transactions: 3, crashes: 3, partitions: 2, snapshots: 1, errors: 1 },
  { servers: 2, observers: 1, epochs: 3, transactions: 3, crashes: 2, partitions: 1, errors: 1 },
  { servers: 2, observers: 1, epochs: 2, transactions: 3, crashes: 1, snap: true },
  { servers: 1, observers: 1, epochs: 2, transactions: 2, crashes: 1 },
  { servers: 3, epochs: 3, transactions: 2, crashes: 2, snap: true },
]

/** A state's dotted path as xstate's value: `a.b` is `{ a: 'b' }`. */
function valueOf(path: string): string | Record<string, unknown> {
  const [first, ...rest] = path.split('.')
  return rest.length === 0 ? first! : { [first!]: valueOf(rest.join('.')) }
}

test('a compiled step of each machine is what xstate takes', (t) => {
  let steps = 0
  const same =
    (machine: AnyStateMachine) =>
    (state: string, context: unknown, event: unknown, taken: { value: string; context: unknown } | null) => {
      const before = machine.resolveState({ value: valueOf(state), context } as never)
      const isTaken = machine.getTransitionData(before, event as never).length > 0
      t.is(taken !== null, isTaken, `${machine.id} in ${state}`)
      if (taken === null) return
      steps++
      const [after] = transition(machine, before, event as never)
      t.deepEqual(after.value, valueOf(taken.value))
      t.deepEqual(after.context, taken.context)
    }
  const { server, follower, leader } = machinesOf()
  const compared = {
    server: watched(server, same(serverMachine)),
    follower: watched(follower, same(followerMachine)),
    leader: watched(leader, same(leaderMachine)),
  }
  for (const bounds of everything) walkEnsemble(compared, bounds, { walks: 4, steps: 60, seed: 7 })
  t.true(steps > 1000, `${steps} steps`)
})

/** Transitions that no walk takes, and why. `test/spec/broadcast/broadcast-machines.test.ts` takes them one by one. */
const untaken: Readonly<Record<string, string>> = {
  'follower PING': 'pings change nothing, and are left out of the walks',
  'follower SYNC': 'as pings',
  'follower REVALIDATE': 'as pings',
  'leader PING': 'as pings',
  'leader REVALIDATE': 'as pings',
  'server following CLOSED': 'takes three servers and a cut link: composed.test.ts has it',
  'follower discovery.awaitingLeaderInfo LEADERINFO': 'three epochs: spec/ensemble/scenarios has it',
  'follower synchronization.awaitingSync TRUNC':
    'a cut through a snapshot takes three servers, an observer and three epochs: snapshot-not-cut.txt has it',
  'follower synchronization.truncating DISK_ERROR': 'takes a cut log, so three servers and two epochs',
  'follower synchronization.awaitingSync DIFF': 'as TRUNC: who starts over',
}

/** Bounds within which, together, every rule has its turn. */
const together: readonly Partial<Bounds & { readonly counterLimit: number }>[] = [
  { servers: 2, epochs: 1, transactions: 2, crashes: 0, counterLimit: 2 },
  { servers: 2, epochs: 1, transactions: 1, forwarded: 1, crashes: 0, counterLimit: 2 },
  { history: 1, epochs: 2, transactions: 1, crashes: 1 },
  { history: 1, epochs: 2, transactions: 1, crashes: 0, partitions: 1 },
  { servers: 2, observers: 1, epochs: 2, transactions: 1, crashes: 1 },
  { servers: 2, observers: 1, epochs: 1, transactions: 1, crashes: 0, snap: true },
  { servers: 2, observers: 1, epochs: 1, transactions: 0, crashes: 0, partitions: 1 },
  { history: 1, epochs: 1, transactions: 1, crashes: 0, errors: 1 },
  { servers: 5, epochs: 1, transactions: 0, crashes: 0 },
  { servers: 2, epochs: 1, transactions: 1, crashes: 0, snapshots: 1 },
  { servers: 1, epochs: 1, transactions: 1, crashes: 0 },
  { servers: 2, epochs: 1, transactions: 0, forwarded: 1, crashes: 0 },
]

/** And with elections message by message, where servers follow who doesn't lead. */
const composedTogether: readonly Partial<ComposedBounds>[] = [
  { servers: 1, observers: 1, rounds: 1, transactions: 0, crashes: 1 },
  { servers: 2, rounds: 2, transactions: 0, crashes: 1, partitions: 1 },
  { servers: 3, rounds: 1, transactions: 0, crashes: 0 },
]

test('every transition of each machine is taken, or it is said why not', async (t) => {
  const taken = new Set<string>()
  const watch =
    (id: string) =>
    (state: string, _: unknown, event: { readonly type: string }, step: Step | null): void => {
      if (step === null) return
      const { guard, actions } = step.transition
      taken.add(`${id} ${state} ${event.type} ${guard ?? ''} ${actions.join(',')}`)
    }
  const { server, follower, leader } = machinesOf()
  const all = {
    server: watched(server, watch('server') as never),
    follower: watched(follower, watch('follower') as never),
    leader: watched(leader, watch('leader') as never),
  }
  const election = compiledElection(electionMachine)
  const spaces = [
    ...together.map((bounds) => networkSpace(ensembleOf(all, bounds))),
    ...composedTogether.map((bounds) =>
      networkSpace(composedWithin(all, election, { ...defaultComposedBounds, ...bounds })),
    ),
  ]
  for (const space of spaces) {
    const { verdict } = await check(space, { request: { model: 'ensemble', bounds: {} }, maxStates: 150_000 })
    t.not(verdict, 'violated')
  }
  const isTaken = (id: string, { source, event, guard, actions }: ChartTransition): boolean =>
    [...taken].some((key) => {
      const [machine, state, type, when, does] = key.split(' ')
      const isWithin = source === '' || state === source || state!.startsWith(`${source}.`)
      return (
        machine === id && isWithin && type === event && when === (guard ?? '') && does === actions.join(',')
      )
    })
  const missing = Object.entries(machines).flatMap(([id, machine]) =>
    allTransitions(chartOf(machine))
      .filter(
        (each) =>
          !isTaken(id, each) &&
          untaken[`${id} ${each.event}`] === undefined &&
          untaken[`${id} ${each.source} ${each.event}`] === undefined,
      )
      .map(
        ({ source, event, guard, actions }) => `${id} ${source} ${event} ${guard ?? ''} ${actions.join(',')}`,
      ),
  )
  t.deepEqual(missing, [])
})

interface Step {
  readonly transition: { readonly guard?: string | undefined; readonly actions: readonly string[] }
}

/** Several servers: every state that small ensembles can reach, and what holds in all of them. */
import test from 'ava'
import { majority, weighted } from '../../../spec/quorum/quorum.js'
import { electionMachine } from '../../../spec/election/election-machine.js'
import { boundedElection, type ElectionBounds } from '../../../src/check/systems/bounded-election.js'
import { compiledElection } from '../../../src/check/systems/compiled-election.js'
import { explore, type State } from './explore-election.js'

const fresh = { zxid: 0, peerEpoch: 0 }
const bounds: ElectionBounds = {
  ensemble: { quorums: [majority([1, 2, 3])], observers: [] },
  histories: [fresh, fresh, fresh],
  rounds: 1,
  crashes: 0,
  lapses: 0,
  epochs: 0,
  capacity: 1,
  repeats: false,
}
const two = {
  ensemble: { quorums: [majority([1, 2])], observers: [] },
  histories: [{ zxid: 1, peerEpoch: 0 }, fresh],
}
const compiled = compiledElection(electionMachine)
const leaders = ({ locals }: State) => locals.filter(({ value }) => value === 'leading')

test('ELECTION-80 to ELECTION-87: hold of three servers that start; two may lead, in one round (ELECTION-48)', (t) => {
  const { states, broken, stuck, counts } = explore(boundedElection(bounds, compiled), {
    count: {
      'two lead': (state) => leaders(state).length === 2,
      'three lead': (state) => leaders(state).length === 3,
    },
  })
  t.deepEqual(
    { states, broken, stuck, counts },
    { states: 25_531, broken: null, stuck: null, counts: { 'two lead': 299, 'three lead': 0 } },
  )
})

test('ELECTION-25, ELECTION-75, ELECTION-76: hold of two servers that crash, lapse and repeat themselves', (t) => {
  const unsteady = { ...bounds, ...two, rounds: 2, crashes: 2, lapses: 1, capacity: 2, repeats: true }
  const { states, broken, stuck } = explore(boundedElection(unsteady, compiled))
  t.is(states, 16_146)
  t.is(broken, null)
  t.is(stuck, null)
})

test('ELECTION-58: hold of two servers whose leaders are established', (t) => {
  const established = { ...bounds, ...two, rounds: 3, crashes: 1, lapses: 1, epochs: 2 }
  const { states, broken, stuck } = explore(boundedElection(established, compiled))
  t.is(states, 5_930)
  t.is(broken, null)
  t.is(stuck, null)
})

test('ELECTION-60: hold of two servers and an observer', (t) => {
  const watched = { ...bounds, ...two, ensemble: { ...two.ensemble, observers: [3] } }
  const network = boundedElection({ ...watched, histories: [...two.histories, fresh] }, compiled)
  const { states, broken, stuck, counts } = explore(network, {
    count: { observing: ({ locals }) => locals.some(({ value }) => value === 'observing') },
  })
  t.is(states, 4_438)
  t.is(broken, null)
  t.is(stuck, null)
  t.true(counts.observing! > 0)
})

test('ELECTION-14, QUORUM-24: hold where the best server has no weight; it never leads', (t) => {
  const members = [1, 2, 3].map((sid) => ({ sid, weight: sid === 3 ? 0 : 1 }))
  const ensemble = { quorums: [weighted(members)], observers: [] }
  const histories = [fresh, fresh, { zxid: 1, peerEpoch: 0 }]
  const { broken, stuck, counts } = explore(boundedElection({ ...bounds, ensemble, histories }, compiled), {
    count: { '3 leads': ({ locals }) => locals[2]?.value === 'leading' },
  })
  t.deepEqual({ broken, stuck, counts }, { broken: null, stuck: null, counts: { '3 leads': 0 } })
})

test("the network by xstate's own step is the network by the compiled one", (t) => {
  const small = { ...bounds, ...two, rounds: 2 }
  const own = explore(boundedElection(small))
  t.deepEqual(own, explore(boundedElection(small, compiled)))
  t.true(own.states > 100)
})

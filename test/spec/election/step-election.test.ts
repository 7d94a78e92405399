/** The compiled step of the election is xstate's own, on random walks; and it is the faster one. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { majority, weighted } from '../../../spec/quorum/quorum.js'
import { electionMachine } from '../../../spec/election/election-machine.js'
import { type ElectionState, stepElection, stopped } from '../../../spec/election/step-election.js'
import type { ElectionEvent } from '../../../spec/election/election-types.js'
import { serverOf } from '../../../spec/election/vote.js'
import { compiledElection } from '../../../src/check/systems/compiled-election.js'

const ensembles = [
  { quorums: [majority([1, 2, 3])], observers: [4] },
  { quorums: [majority([1])], observers: [] },
  { quorums: [weighted([1, 2, 3].map((sid) => ({ sid, weight: sid - 1 })))], observers: [4] },
  { quorums: [majority([1, 2]), majority([2, 3, 5])], observers: [4] },
]
/** Records with the usual prototype: a state is compared with a copy of it. */
const plain = <Fields>(fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }) =>
  fc.record<Fields>(fields, { noNullPrototype: true })
const history = plain({ zxid: fc.constantFrom(-1, 0, 1, 2), peerEpoch: fc.nat(1) })
const vote = plain({
  leader: fc.integer({ min: 1, max: 5 }),
  zxid: fc.constantFrom(-1, 0, 1),
  peerEpoch: fc.nat(1),
})
const notification = plain({
  type: fc.constant('NOTIFICATION' as const),
  from: fc.integer({ min: 1, max: 5 }),
  state: fc.constantFrom(
    'looking' as const,
    'looking' as const,
    'following' as const,
    'leading' as const,
    'observing' as const,
  ),
  vote,
  round: fc.integer({ min: 1, max: 3 }),
})
const event: fc.Arbitrary<ElectionEvent> = fc.oneof(
  { arbitrary: notification, weight: 12 },
  { arbitrary: plain({ type: fc.constantFrom('START' as const, 'LOOK' as const), history }), weight: 3 },
  { arbitrary: fc.constantFrom({ type: 'SETTLE' as const }, { type: 'RESEND' as const }), weight: 2 },
  { arbitrary: plain({ type: fc.constant('ESTABLISHED' as const), peerEpoch: fc.nat(2) }), weight: 1 },
  { arbitrary: fc.constant({ type: 'CRASH' as const }), weight: 1 },
)

test('ELECTION-23 to ELECTION-62: the compiled step takes every event as the machine does', (t) => {
  const compiled = compiledElection(electionMachine)
  const taken = new Set<string>()
  const walk = fc.tuple(
    fc.constantFrom(...ensembles),
    fc.integer({ min: 1, max: 4 }),
    history,
    fc.array(event, { minLength: 5, maxLength: 40 }),
  )
  const compared = fc.property(walk, ([ensemble, sid, first, events]) => {
    let state: ElectionState = stopped(serverOf(sid, ensemble))
    for (const each of [{ type: 'START' as const, history: first }, ...events]) {
      const before = structuredClone(state)
      const own = stepElection(state, each)
      assert.deepEqual(compiled(state, each), own)
      assert.deepEqual(state, before)
      if (own === null) continue
      for (const rule of own.rules) taken.add(rule)
      state = { value: own.value, context: own.context }
    }
  })
  fc.assert(compared, { numRuns: 300 })
  // Walks by chance may miss what is rare: these are always the same, and take every rule.
  taken.clear()
  fc.assert(compared, { numRuns: 300, seed: 1 })
  const rules = [23, 24, 25, 32, 33, 34, 35, 36, 37, 40, 41, 42, 44, 46, 47, 52, 54, 55, 58, 61, 62]
  t.deepEqual(
    [...taken].sort(),
    rules.map((number) => `ELECTION-${number}`),
  )
})

test('a state is plain data: it survives being written down', (t) => {
  const server = serverOf(4, ensembles[0]!)
  const { value, context } = stepElection(stopped(server), {
    type: 'START',
    history: { zxid: 0, peerEpoch: 0 },
  })!
  t.deepEqual(JSON.parse(JSON.stringify({ value, context })), { value, context })
})

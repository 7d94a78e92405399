/** Quorums by majority, weight and group; and every subset of small ensembles against the invariants. */
import test from 'ava'
import {
  hierarchical,
  isQuorum,
  isQuorumOfAll,
  majority,
  type QuorumSystem,
  votersOf,
  weighted,
  weightOf,
} from '../../../spec/quorum/quorum.js'
import { quorumInvariants, subsetsOf, type Verifier } from '../../../spec/quorum/quorum-invariants.js'

const members = (weights: Record<number, number>) =>
  Object.entries(weights).map(([sid, weight]) => ({ sid: Number(sid), weight }))
const nine = hierarchical([
  members({ 1: 1, 2: 1, 3: 1 }),
  members({ 4: 1, 5: 1, 6: 1 }),
  members({ 7: 1, 8: 1, 9: 1 }),
])

test('QUORUM-12: a quorum is more than half of the voters', (t) => {
  const sizes = [1, 2, 3, 4, 5, 6, 7].map((n) => {
    const voters = Array.from({ length: n }, (_, at) => at + 1)
    return voters.findIndex((_, at) => isQuorum(majority(voters), voters.slice(0, at + 1))) + 1
  })
  t.deepEqual(sizes, [1, 2, 2, 3, 3, 4, 4])
})

test('QUORUM-10, QUORUM-11: who is no voter does not count', (t) => {
  t.false(isQuorum(majority([1, 2, 3]), [1, 4, 5, 6]))
  t.true(isQuorum(majority([1, 2, 3]), [1, 3, 4, 5, 6]))
  t.false(isQuorum(nine, [1, 2, 10, 11, 12]))
  t.deepEqual(votersOf(nine), [1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('QUORUM-13, QUORUM-20: what a vote is worth', (t) => {
  t.is(weightOf(majority([1, 2, 3]), 2), 1)
  t.is(weightOf(majority([1, 2, 3]), 4), 0)
  t.is(weightOf(weighted(members({ 1: 3, 2: 0 })), 1), 3)
  t.is(weightOf(weighted(members({ 1: 3, 2: 0 })), 2), 0)
})

test('QUORUM-22: weights without groups: more than half of the weight', (t) => {
  const system = weighted(members({ 1: 3, 2: 1, 3: 1 }))
  t.true(isQuorum(system, [1]))
  t.false(isQuorum(system, [2, 3]))
  t.false(isQuorum(weighted(members({ 1: 2, 2: 1, 3: 1 })), [1])) // half is not enough
})

test('QUORUM-21: more than half of the weight in more than half of the groups', (t) => {
  t.true(isQuorum(nine, [1, 2, 4, 5]))
  t.false(isQuorum(nine, [1, 2, 3, 4, 7])) // more servers, one group
})

test('QUORUM-23, QUORUM-24: a group without weight does not count, nor does a server', (t) => {
  const system = hierarchical([
    members({ 1: 1, 2: 1, 3: 1 }),
    members({ 4: 1, 5: 1, 6: 1 }),
    members({ 7: 0, 8: 0 }),
    members({ 9: 0 }),
  ])
  t.true(isQuorum(system, [1, 2, 4, 5]))
  t.false(isQuorum(system, [1, 2, 7, 8, 9]))
  t.false(isQuorum(hierarchical([members({ 1: 0 })]), [1]))
  t.false(isQuorum(weighted(members({ 1: 1, 2: 1, 3: 0 })), [1, 3]))
})

test('QUORUM-30: between two configurations, a quorum of each', (t) => {
  const both = [majority([1, 2, 3]), majority([3, 4, 5])]
  t.true(isQuorumOfAll(both, [1, 3, 4]))
  t.false(isQuorumOfAll(both, [1, 2, 3]))
})

/** Every system of up to three groups over up to `most` voters, with weights 0 to 2. */
function* systems(most: number): Generator<QuorumSystem> {
  for (let n = 1; n <= most; n++) {
    yield majority(Array.from({ length: n }, (_, at) => at + 1))
    for (let code = 0; code < 9 ** n; code++) {
      const groups: { sid: number; weight: number }[][] = [[], [], []]
      for (let sid = 1, rest = code; sid <= n; sid++, rest = Math.floor(rest / 9)) {
        groups[Math.floor((rest % 9) / 3)]!.push({ sid, weight: rest % 3 })
      }
      yield hierarchical(groups.filter((group) => group.length > 0))
    }
  }
}

test('QUORUM-40, QUORUM-41, QUORUM-42: hold of every small system, for every set', (t) => {
  let tried = 0
  for (const system of systems(4)) {
    tried++
    const voters = votersOf(system)
    const hasWeight = voters.some((sid) => weightOf(system, sid) > 0)
    for (const { rule, broken } of quorumInvariants) {
      if (rule === 'QUORUM-42' && !hasWeight) continue
      const found = broken((servers) => isQuorum(system, servers), voters)
      if (found !== null) return t.fail(`${rule}: ${found} in ${JSON.stringify(system)}`)
    }
  }
  t.is(tried, 4 + 9 + 81 + 729 + 6561)
})

test('QUORUM-40: what two quorums have in common has weight', (t) => {
  for (const system of systems(3)) {
    const quorums = subsetsOf(votersOf(system)).filter((set) => isQuorum(system, set))
    const apart = quorums.flatMap((one) =>
      quorums.filter((other) => !other.some((sid) => one.includes(sid) && weightOf(system, sid) > 0)),
    )
    if (apart.length > 0) return t.fail(JSON.stringify(system))
  }
  t.pass()
})

const wrong: readonly { rule: string; name: string; verifier: Verifier }[] = [
  { rule: 'QUORUM-40', name: 'half is enough', verifier: (servers) => servers.length >= 2 },
  { rule: 'QUORUM-41', name: 'exactly three', verifier: (servers) => new Set(servers).size === 3 },
  { rule: 'QUORUM-42', name: 'never', verifier: () => false },
]
for (const { rule, name, verifier } of wrong) {
  test(`${rule}: a wrong verifier is caught (${name})`, (t) => {
    const invariant = quorumInvariants.find((each) => each.rule === rule)!
    t.not(invariant.broken(verifier, [1, 2, 3, 4]), null)
    t.is(
      invariant.broken((servers) => isQuorum(majority([1, 2, 3, 4]), servers), [1, 2, 3, 4]),
      null,
    )
  })
}

/** The server's quorums against the spec's, over every set of small ensembles. */
import test from 'ava'
import fc from 'fast-check'
import { hierarchical, isQuorum, majority, weightOf } from '../../spec/quorum/quorum.js'
import { subsetsOf } from '../../spec/quorum/quorum-invariants.js'
import { QuorumVerifier } from '../../src/quorum/quorum-verifier.js'

const sids = (of: readonly number[]) => of.map(BigInt)

test('QUORUM-11, QUORUM-12, QUORUM-13: majorities are those of the spec, whoever else is in the set', (t) => {
  for (let size = 1; size <= 6; size++) {
    const voters = Array.from({ length: size }, (_, at) => at + 1)
    const verifier = new QuorumVerifier({ voters: sids(voters), groups: new Map(), weights: new Map() })
    for (const set of subsetsOf([...voters, 8, 9]))
      t.is(verifier.isQuorum(new Set(sids(set))), isQuorum(majority(voters), set), set.join())
    for (const sid of [1, 8]) t.is(verifier.weightOf(BigInt(sid)), BigInt(weightOf(majority(voters), sid)))
  }
})

test('QUORUM-20, QUORUM-21, QUORUM-23, QUORUM-24: groups and weights decide as in the spec', (t) => {
  const weights = fc.array(fc.nat(3), { minLength: 5, maxLength: 5 })
  const split = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(weights, split, (given, groupOf) => {
      const voters = [1, 2, 3, 4, 5]
      const groups = [1, 2, 3].map((group) => voters.filter((_, at) => groupOf[at] === group))
      const system = hierarchical(
        groups.map((group) => group.map((sid) => ({ sid, weight: given[sid - 1]! }))),
      )
      const verifier = new QuorumVerifier({
        voters: sids(voters),
        groups: new Map(groups.map((group, at) => [BigInt(at + 1), sids(group)])),
        weights: new Map(voters.map((sid) => [BigInt(sid), BigInt(given[sid - 1]!)])),
      })
      for (const set of subsetsOf([...voters, 9]))
        t.is(verifier.isQuorum(new Set(sids(set))), isQuorum(system, set))
      for (const sid of [...voters, 9]) t.is(verifier.weightOf(BigInt(sid)), BigInt(weightOf(system, sid)))
    }),
    { numRuns: 50 },
  )
})

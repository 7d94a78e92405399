/** What holds of every way to decide. Checked over all subsets of an ensemble, so that small ones are checked completely. */
import type { Invariant } from '../notation/invariant.js'
import type { Sid } from './quorum.js'

/** A way to decide, as what it says of each set; so that wrong ones can be tried too. */
export type Verifier = (servers: readonly Sid[]) => boolean

/** A statement about a verifier over some voters, with the rule that makes it. */
export type QuorumInvariant = Invariant<[verifier: Verifier, voters: readonly Sid[]]>

/** Every subset, the empty one first. */
export function subsetsOf(servers: readonly Sid[]): readonly (readonly Sid[])[] {
  return servers.reduce<readonly (readonly Sid[])[]>(
    (subsets, sid) => [...subsets, ...subsets.map((subset) => [...subset, sid])],
    [[]],
  )
}

const named = (servers: readonly Sid[]): string => `{${servers.join(', ')}}`

export const quorumInvariants: readonly QuorumInvariant[] = [
  {
    rule: 'QUORUM-40',
    name: 'any two quorums have a server in common',
    broken(verifier, voters) {
      const quorums = subsetsOf(voters).filter(verifier)
      for (const one of quorums) {
        const apart = quorums.find((other) => !other.some((sid) => one.includes(sid)))
        if (apart !== undefined) return `${named(one)} and ${named(apart)} are quorums`
      }
      return null
    },
  },
  {
    rule: 'QUORUM-41',
    name: 'a set that contains a quorum is one',
    broken(verifier, voters) {
      for (const quorum of subsetsOf(voters).filter(verifier)) {
        const more = voters.map((sid) => [...quorum, sid]).find((set) => !verifier(set))
        if (more !== undefined) return `${named(quorum)} is a quorum, ${named(more)} is not`
      }
      return null
    },
  },
  {
    rule: 'QUORUM-42',
    name: 'all voters together are a quorum, nobody is none',
    broken(verifier, voters) {
      if (!verifier(voters)) return `${named(voters)} is no quorum`
      return verifier([]) ? 'the empty set is a quorum' : null
    },
  },
]

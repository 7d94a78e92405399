/** Which sets of servers decide: a majority of the voters, or weights by group. Carries QUORUM-10 to QUORUM-24. */

/** How an ensemble's voters are weighed. */
export interface QuorumRules {
  readonly voters: readonly bigint[]
  /** Groups of voters by their numbers; none: the majority decides. */
  readonly groups: ReadonlyMap<bigint, readonly bigint[]>
  /** Weights of voters; 1 where none is said. */
  readonly weights: ReadonlyMap<bigint, bigint>
}

interface Group {
  readonly members: readonly bigint[]
  readonly weight: bigint
}

export class QuorumVerifier {
  readonly voters: ReadonlySet<bigint>
  /** Groups that have weight (QUORUM-23). */
  private readonly groups: readonly Group[]

  constructor(private readonly rules: QuorumRules) {
    this.voters = new Set(rules.voters)
    this.groups = [...rules.groups.values()]
      .map((members): Group => ({ members, weight: this.sum(members) }))
      .filter(({ weight }) => weight > 0n)
  }

  isVoter(sid: bigint): boolean {
    return this.voters.has(sid)
  }

  /** QUORUM-13, QUORUM-20: what a server's vote is worth; 0 for one that doesn't vote. */
  weightOf(sid: bigint): bigint {
    if (!this.voters.has(sid)) return 0n
    return this.isMajority ? 1n : (this.rules.weights.get(sid) ?? 1n)
  }

  /** Whether a set is a quorum, or contains one. Who is no voter doesn't count (QUORUM-11). */
  isQuorum(sids: ReadonlySet<bigint>): boolean {
    // QUORUM-12
    if (this.isMajority) return 2 * countOf(this.voters, sids) > this.voters.size
    // QUORUM-21
    const won = this.groups.filter(
      ({ members, weight }) => 2n * this.sum(members.filter((sid) => sids.has(sid))) > weight,
    )
    return 2 * won.length > this.groups.length
  }

  private get isMajority(): boolean {
    return this.rules.groups.size === 0
  }

  private sum(members: readonly bigint[]): bigint {
    return members.reduce((sum, sid) => sum + (this.rules.weights.get(sid) ?? 1n), 0n)
  }
}

function countOf(voters: ReadonlySet<bigint>, sids: ReadonlySet<bigint>): number {
  let count = 0
  for (const sid of sids) if (voters.has(sid)) count++
  return count
}

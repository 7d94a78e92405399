/** What broadcast asks about the ensemble: who votes, and which sets of servers decide (QUORUM-10 to 30). */
export interface Quorums {
  /** Whether a server is a participant. */
  isVoter(sid: bigint): boolean
  /** Whether a set is, or contains, a quorum. The set is only valid during the call. */
  isQuorum(sids: ReadonlySet<bigint>): boolean
}

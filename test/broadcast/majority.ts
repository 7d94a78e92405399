/** Majorities of some participants, as broadcast asks for them. */
import type { Quorums } from '../../src/broadcast/quorums.js'

export function majority(participants: readonly number[]): Quorums {
  const voters = new Set(participants.map(BigInt))
  return {
    isVoter: (sid) => voters.has(sid),
    isQuorum: (sids) => 2 * [...sids].filter((sid) => voters.has(sid)).length > voters.size,
  }
}

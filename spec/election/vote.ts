/** Votes: how they compare, and which one a server begins with. */
import { type Sid, votersOf, weightOf } from '../quorum/quorum.js'
import type { Ensemble, History, Server, Vote } from './election-types.js'

/** Less than every sid, zxid and epoch: -2^63. In an observer's first vote all three are this (ELECTION-21). */
export const nobody = -(2 ** 63)

/** The zxid of a server that can't say that it has all it once had (ELECTION-22). */
export const unknownZxid = -1

/** A zxid as a number. */
export function zxidOf(epoch: number, counter: number): number {
  return epoch * 2 ** 32 + counter
}

/** Negative, zero or positive: by peer epoch, then zxid, then sid (ELECTION-13). */
export function compareVotes(one: Vote, other: Vote): number {
  return one.peerEpoch - other.peerEpoch || one.zxid - other.zxid || one.leader - other.leader
}

/** Whether a vote wins over another: it is more, and its leader has weight (ELECTION-13, ELECTION-14). */
export function isBetter({ ensemble }: Server, vote: Vote, than: Vote): boolean {
  return compareVotes(vote, than) > 0 && canLead(ensemble, vote.leader)
}

/** Whether two votes are for the same leader with the same history. */
export function isSameVote(one: Vote, other: Vote): boolean {
  return compareVotes(one, other) === 0
}

/** A server's vote when a round begins: itself with what it has, or nobody when it is an observer (ELECTION-20, ELECTION-21). */
export function firstVote({ sid, isVoter }: Server, { zxid, peerEpoch }: History): Vote {
  return isVoter ? { leader: sid, zxid, peerEpoch } : { leader: nobody, zxid: nobody, peerEpoch: nobody }
}

/** A server of an ensemble. */
export function serverOf(sid: Sid, ensemble: Ensemble): Server {
  const voters = [...new Set(ensemble.quorums.flatMap(votersOf))].sort((a, b) => a - b)
  return { sid, isVoter: voters.includes(sid), ensemble, voters }
}

/** Whether a server's vote has weight; by the current configuration, which comes first. */
function canLead({ quorums }: Ensemble, sid: Sid): boolean {
  const [current] = quorums
  return current !== undefined && weightOf(current, sid) > 0
}

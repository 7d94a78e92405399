/** Votes: how they compare, and which one a server begins with. Carries ELECTION-11 to ELECTION-14, ELECTION-20 to ELECTION-22. */

/** What a server has when it begins to look for a leader (ELECTION-12). */
export interface History {
  /** The last zxid; {@link unknownZxid} where the server can't say that it has all it once had. */
  readonly zxid: bigint
  readonly peerEpoch: bigint
}

/** Whom a server wants to lead, and what that server has (ELECTION-11). */
export interface Vote extends History {
  readonly leader: bigint
}

/** Less than every sid, zxid and epoch: in an observer's first vote all three are this (ELECTION-21). */
export const nobody = -(1n << 63n)

/** The zxid of a server that may have lost what it had (ELECTION-22). */
export const unknownZxid = -1n

/** Whether a vote is more than another: by peer epoch, then zxid, then sid (ELECTION-13). */
export function isMore(vote: Vote, than: Vote): boolean {
  if (vote.peerEpoch !== than.peerEpoch) return vote.peerEpoch > than.peerEpoch
  if (vote.zxid !== than.zxid) return vote.zxid > than.zxid
  return vote.leader > than.leader
}

/** Whether two votes are for the same leader with the same history. */
export function isSameVote(one: Vote, other: Vote): boolean {
  return one.leader === other.leader && one.zxid === other.zxid && one.peerEpoch === other.peerEpoch
}

/** A server's vote when a round begins: itself with what it has, or nobody when it is an observer (ELECTION-20, ELECTION-21). */
export function firstVote(sid: bigint, isObserver: boolean, { zxid, peerEpoch }: History): Vote {
  return isObserver ? { leader: nobody, zxid: nobody, peerEpoch: nobody } : { leader: sid, zxid, peerEpoch }
}

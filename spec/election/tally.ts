/** Counting: who supports a vote, whether that is a quorum, and whether its leader has said that it leads. */
import { isQuorumOfAll } from '../quorum/quorum.js'
import type { ElectionContext, Heard, Supporter } from './election-types.js'
import { isSameVote } from './vote.js'

/** A sender's newest notification in place of its earlier one. */
export function put(tally: readonly Heard[], heard: Heard): readonly Heard[] {
  return [...tally.filter(({ from }) => from !== heard.from), heard].sort((a, b) => a.from - b.from)
}

/** Who supports a server's own proposal: itself, unless it is an observer (ELECTION-60), and every voter of this round that has the same (ELECTION-43). */
export function supportersOfProposal({ server, vote, received }: ElectionContext): readonly Supporter[] {
  if (vote === null) return []
  const others = received.filter((heard) => isSameVote(heard.vote, vote)).map(supporter)
  return inOrder(server.isVoter ? [...others, { sid: server.sid, isLooking: true }] : others)
}

/**
 * Who, of this round, supports the leader that a server which leads or follows has named (ELECTION-52). Those that look must
 * have the same vote in full; of those that lead or follow, the leader is enough: their epochs may have moved on.
 */
export function supportersInRound(context: ElectionContext, claim: Heard): readonly Supporter[] {
  const { server, vote } = context
  const others = put(context.received, claim).filter((heard) =>
    heard.state === 'looking' ? isSameVote(heard.vote, claim.vote) : heard.vote.leader === claim.vote.leader,
  )
  const isMine = server.isVoter && vote !== null && isSameVote(vote, claim.vote)
  return inOrder([...others.map(supporter), ...(isMine ? [{ sid: server.sid, isLooking: true }] : [])])
}

/**
 * Who, among those that lead or follow, names the same leader with the same peer epoch, whatever the zxid and the round
 * (ELECTION-54).
 */
export function supportersOutside(context: ElectionContext, claim: Heard): readonly Supporter[] {
  return inOrder(
    put(context.established, claim)
      .filter(({ vote }) => vote.leader === claim.vote.leader && vote.peerEpoch === claim.vote.peerEpoch)
      .map(supporter),
  )
}

/** Whether some servers are a quorum (ELECTION-42). */
export function isEnough({ server }: ElectionContext, supporters: readonly Supporter[]): boolean {
  return isQuorumOfAll(
    server.ensemble.quorums,
    supporters.map(({ sid }) => sid),
  )
}

/**
 * Whether a claim's leader is known to lead: it has said so itself; or it is this very server, and the claim is of the
 * round that this server is in (ELECTION-53).
 */
export function leads({ server, round }: ElectionContext, tally: readonly Heard[], claim: Heard): boolean {
  const { leader } = claim.vote
  if (leader === server.sid) return claim.round === round
  return put(tally, claim).some(({ from, state }) => from === leader && state === 'leading')
}

const supporter = ({ from, state }: Heard): Supporter => ({ sid: from, isLooking: state === 'looking' })

function inOrder(supporters: readonly Supporter[]): readonly Supporter[] {
  return [...supporters].sort((a, b) => a.sid - b.sid)
}

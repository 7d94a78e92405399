/** What holds of servers in an election: of each alone, of two, of all, and of every step. Each says what it found when it doesn't hold. */
import { isQuorumOfAll, type Sid } from '../quorum/quorum.js'
import type { Invariant } from '../notation/invariant.js'
import { type ElectionLocal, isLooking } from './process-state.js'
import type { BrokenByStep, ElectionWorld } from './election-world.js'
import { isEnough, supportersOfProposal } from './tally.js'
import type { ElectionEvent, Server } from './election-types.js'
import { compareVotes, firstVote, isBetter, isSameVote } from './vote.js'
import { formatVote } from './format-election.js'

/** Of one server. */
export type ServerInvariant = Invariant<[server: Server, local: ElectionLocal]>

/** Of one server, and what the world knows. `processOf` is a server's place in `world.histories`. */
export type KnownInvariant = Invariant<
  [server: Server, local: ElectionLocal, world: ElectionWorld, processOf: (sid: Sid) => number]
>

/** Of two servers. */
export type PairInvariant = Invariant<[one: ElectionLocal, other: ElectionLocal]>

/** Of all. */
export type WholeInvariant = Invariant<[servers: readonly Server[], locals: readonly ElectionLocal[]]>

const hasSettled = ({ value }: ElectionLocal): boolean =>
  value === 'following' || value === 'leading' || value === 'observing'

export const serverInvariants: readonly ServerInvariant[] = [
  {
    rule: 'ELECTION-80',
    name: 'a proposal is never worse than what a server itself has',
    broken(server, local) {
      if (!isLooking(local) || local.vote === null) return null
      const first = firstVote(server, local.own)
      if (compareVotes(local.vote, first) >= 0) return null
      return `server ${server.sid} proposes ${formatVote(local.vote)} and has ${formatVote(first)}`
    },
  },
  {
    rule: 'ELECTION-80',
    name: 'a proposal is never worse than what was heard of its round',
    broken(server, { vote, received }) {
      const heard = received.find(
        (each) => each.state === 'looking' && vote !== null && isBetter(server, each.vote, vote),
      )
      if (heard === undefined || vote === null) return null
      return `server ${server.sid} proposes ${formatVote(vote)} and has heard ${formatVote(heard.vote)} of ${heard.from}`
    },
  },
  {
    rule: 'ELECTION-82',
    name: 'a server that has settled was supported by a quorum',
    broken(server, local) {
      if (!hasSettled(local)) return null
      const sids = local.supporters.map(({ sid }) => sid)
      if (isQuorumOfAll(server.ensemble.quorums, sids)) return null
      return `server ${server.sid} is ${local.value} with the support of [${sids.join(' ')}]`
    },
  },
  {
    rule: 'ELECTION-82',
    name: 'a server that waits is supported by a quorum',
    broken(server, local) {
      const context = { ...local, server, outbox: [] }
      if (local.value !== 'looking.settling' || isEnough(context, supportersOfProposal(context))) return null
      const sids = supportersOfProposal(context).map(({ sid }) => sid)
      return `server ${server.sid} waits with the support of [${sids.join(' ')}]`
    },
  },
  {
    rule: 'ELECTION-85',
    name: 'a server leads if and only if it has settled on itself, and only voters lead',
    broken(server, local) {
      if (!hasSettled(local) || local.vote === null) return null
      const { leader } = local.vote
      const due = leader === server.sid ? 'leading' : server.isVoter ? 'following' : 'observing'
      if (local.value === due && server.voters.includes(leader)) return null
      return `server ${server.sid} is ${local.value} and has settled on ${leader}`
    },
  },
]

export const knownInvariants: readonly KnownInvariant[] = [
  {
    rule: 'ELECTION-83',
    name: 'a leader has at least what those had that voted for it',
    broken(server, local, world, processOf) {
      const { vote } = local
      if (!hasSettled(local) || vote === null || world.established > 0) return null
      for (const { sid, isLooking: voted } of local.supporters) {
        const first = { leader: sid, ...world.histories[processOf(sid)]! }
        if (voted && compareVotes(vote, first) < 0)
          return `server ${server.sid} has settled on ${formatVote(vote)} with the vote of ${formatVote(first)}`
      }
      return null
    },
  },
]

export const pairInvariants: readonly PairInvariant[] = [
  {
    rule: 'ELECTION-86',
    name: 'the same leader in the same round is the same vote',
    broken(one, other) {
      if (!hasSettled(one) || !hasSettled(other) || one.vote === null || other.vote === null) return null
      const isComparable = one.round === other.round && one.vote.leader === other.vote.leader
      if (!isComparable || one.vote.peerEpoch !== other.vote.peerEpoch || isSameVote(one.vote, other.vote))
        return null
      return `${formatVote(one.vote)} and ${formatVote(other.vote)} in round ${one.round}`
    },
  },
]

export const wholeInvariants: readonly WholeInvariant[] = [
  {
    rule: 'ELECTION-84',
    name: 'at most one server leads and is followed by a quorum',
    broken(servers, locals) {
      const followed = servers.filter(({ sid, ensemble }, at) => {
        if (locals[at]!.value !== 'leading') return false
        const followers = servers.filter((_, process) => {
          const { value, vote } = locals[process]!
          return (value === 'following' || value === 'leading') && vote?.leader === sid
        })
        return isQuorumOfAll(
          ensemble.quorums,
          followers.map((each) => each.sid),
        )
      })
      return followed.length <= 1
        ? null
        : `servers ${followed.map(({ sid }) => sid).join(' and ')} lead a quorum`
    },
  },
]

/** The rules that steps may break, with what they say. */
export const stepRules: Readonly<Record<string, string>> = {
  'ELECTION-80': 'no step makes a proposal worse',
  'ELECTION-81': 'no step takes a round back',
  'ELECTION-88': 'no notification arrives that the rules do not speak of',
}

/** What a step of one server must keep (ELECTION-80, ELECTION-81); null when it does. */
export function brokenByStep(
  { sid }: Server,
  before: ElectionLocal,
  event: ElectionEvent,
  after: ElectionLocal,
  rules: readonly string[],
): BrokenByStep | null {
  if (event.type === 'CRASH') return null
  if (after.round < before.round && !rules.includes('ELECTION-54'))
    return {
      rule: 'ELECTION-81',
      found: `the round of server ${sid} goes from ${before.round} back to ${after.round}`,
    }
  const stays = isLooking(before) && isLooking(after) && before.round === after.round
  if (stays && before.vote !== null && after.vote !== null && compareVotes(after.vote, before.vote) < 0)
    return {
      rule: 'ELECTION-80',
      found: `the proposal of server ${sid} goes from ${formatVote(before.vote)} to ${formatVote(after.vote)}`,
    }
  return null
}

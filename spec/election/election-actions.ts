/** What the election's machine does: pure functions from what a server knows to what of it changes, by the names they have in the machine. */
import { put, supportersInRound, supportersOfProposal, supportersOutside } from './tally.js'
import {
  type ElectionContext,
  type Heard,
  nothingKnown,
  type Notification,
  type On,
  type Send,
  type ServerState,
  type Vote,
} from './election-types.js'
import { firstVote, isBetter } from './vote.js'

type Change = Partial<ElectionContext>
type Notified = On<'NOTIFICATION'>

/** The next round begins: itself proposed, nothing heard yet, everyone told (ELECTION-23). */
export function beginRound(context: ElectionContext, { history }: On<'START' | 'LOOK'>): Change {
  const { server } = context
  const began = {
    ...context,
    round: context.round + 1,
    own: history,
    vote: firstVote(server, history),
    last: server.ensemble.observers.length === 0 ? null : (context.vote ?? firstVote(server, history)),
    received: [],
    established: [],
    supporters: [],
  }
  return { ...began, ...tellAll(began) }
}

/** The proposal goes to every other voter (ELECTION-31). */
export function tellAll(context: ElectionContext): Change {
  const { server } = context
  const notification = proposal(context)
  const others = server.voters.filter((sid) => sid !== server.sid)
  return { outbox: others.map((to): Send => ({ to, notification })) }
}

/** A better vote of this round becomes the proposal, and everyone is told (ELECTION-40). */
export function adopt(context: ElectionContext, notification: Notified): Change {
  const adopted = { ...context, vote: notification.vote }
  return { ...record(context, notification), vote: adopted.vote, ...tellAll(adopted) }
}

/** What was heard of this round counts (ELECTION-41). */
export function record({ received }: ElectionContext, notification: Notified): Change {
  return { received: put(received, heardFrom(notification)) }
}

/** A later round is joined: what was heard is of an earlier one; the better of its vote and one's own first (ELECTION-34). */
export function joinRound(context: ElectionContext, notification: Notified): Change {
  const { server, own } = context
  const first = firstVote(server, own)
  const vote = isBetter(server, notification.vote, first) ? notification.vote : first
  const joined = { ...context, round: notification.round, vote }
  return { round: joined.round, vote, received: [heardFrom(notification)], ...tellAll(joined) }
}

/** A lagging server is told of the round (ELECTION-33). */
export function answerLagging(context: ElectionContext, { from }: Notified): Change {
  return { outbox: [{ to: from, notification: proposal(context) }] }
}

/** A server that looks is told on whom this one has settled (ELECTION-36). */
export function answer({ server, vote, round }: ElectionContext, { from }: Notified): Change {
  if (vote === null) return {}
  const state: ServerState =
    vote.leader === server.sid ? 'leading' : server.isVoter ? 'following' : 'observing'
  return { outbox: [{ to: from, notification: { state, vote, round } }] }
}

/** While it looks itself, it tells an observer what it had settled on before this round (ELECTION-62). */
export function answerNonVoter({ server, own, last, round }: ElectionContext, { from }: Notified): Change {
  const vote = last ?? firstVote(server, own)
  return { outbox: [{ to: from, notification: { state: 'looking', vote, round } }] }
}

/** What servers that lead or follow say is kept, and counts for the round if it is of the round (ELECTION-51, ELECTION-55). */
export function remember(context: ElectionContext, notification: Notified): Change {
  const { round, established } = context
  const isOfRound = notification.round === round
  return {
    established: put(established, heardFrom(notification)),
    ...(isOfRound ? record(context, notification) : {}),
  }
}

/** The wait is over: the proposal is what this server has settled on (ELECTION-46). */
export function settle(context: ElectionContext): Change {
  return { ...looksNoMore, supporters: supportersOfProposal(context) }
}

/** The leader of this very round is taken over from those that have settled already (ELECTION-52, ELECTION-56). */
export function followRound(context: ElectionContext, notification: Notified): Change {
  const supporters = supportersInRound(context, heardFrom(notification))
  return { ...looksNoMore, vote: notification.vote, supporters }
}

/** An ensemble that is established is joined, and its round taken over (ELECTION-54, ELECTION-56). */
export function followEstablished(context: ElectionContext, notification: Notified): Change {
  const supporters = supportersOutside(context, heardFrom(notification))
  return { ...looksNoMore, vote: notification.vote, round: notification.round, supporters }
}

/** What is told of the vote from now on has the established epoch (ELECTION-58). */
export function updateEpoch({ vote }: ElectionContext, { peerEpoch }: On<'ESTABLISHED'>): Change {
  return { vote: vote === null ? null : { ...vote, peerEpoch } }
}

/** Nothing of the election is on disk (ELECTION-25). */
export function forget(): Change {
  return nothingKnown
}

const looksNoMore = { last: null, received: [], established: [] } as const

function proposal({ vote, round, server, own }: ElectionContext): Notification {
  return { state: 'looking', vote: vote ?? firstVote(server, own), round }
}

function heardFrom({ from, state, vote, round }: Notified): Heard {
  const { leader, zxid, peerEpoch }: Vote = vote
  return { from, state, vote: { leader, zxid, peerEpoch }, round }
}

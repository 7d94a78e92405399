/** What the election's machine asks: of the server, of a notification, of both. Pure, and each by the name it has in the machine. */
import { isEnough, leads, supportersInRound, supportersOfProposal, supportersOutside } from './tally.js'
import type { ElectionContext, Notification, On } from './election-types.js'
import { isBetter, unknownZxid } from './vote.js'

type Notified = On<'NOTIFICATION'>

/** Observers, and servers that aren't of the ensemble (ELECTION-62, ELECTION-63). */
export function isFromNonVoter({ server }: ElectionContext, { from }: Notified): boolean {
  return !server.voters.includes(from)
}

/** ELECTION-36 */
export function isFromLooking(_: ElectionContext, { state }: Notified): boolean {
  return state === 'looking'
}

/** ELECTION-33 */
export function isLagging({ round }: ElectionContext, notification: Notified): boolean {
  return notification.state === 'looking' && notification.round < round
}

/** ELECTION-32 */
export function isIgnored({ server, own }: ElectionContext, { state, vote }: Notified): boolean {
  if (state === 'observing' || !server.voters.includes(vote.leader)) return true
  return state === 'looking' && (own.zxid === unknownZxid || vote.zxid === unknownZxid)
}

/** ELECTION-34 */
export function isOfLaterRound({ round }: ElectionContext, notification: Notified): boolean {
  return notification.state === 'looking' && notification.round > round
}

/** ELECTION-40: of this round, from a server that looks, and better than what is proposed here. */
export function isBetterProposal(context: ElectionContext, notification: Notified): boolean {
  return notification.state === 'looking' && isBetterThanMine(context, notification)
}

/** ELECTION-44: while a server waits, whatever isn't better, of whatever round and state, says nothing new. */
export function isNothingBetter(context: ElectionContext, notification: Notified): boolean {
  return (
    !isFromNonVoter(context, notification) &&
    !isLagging(context, notification) &&
    !isBetterThanMine(context, notification)
  )
}

/** ELECTION-42; a server that may have lost what it had counts nobody, itself included (ELECTION-22). */
export function hasQuorum(context: ElectionContext): boolean {
  return context.own.zxid !== unknownZxid && isEnough(context, supportersOfProposal(context))
}

/** ELECTION-52 */
export function isDecidedInRound(context: ElectionContext, notification: Notified): boolean {
  return (
    isOfOthers(notification) &&
    notification.round === context.round &&
    isEnough(context, supportersInRound(context, notification)) &&
    leads(context, context.received, notification)
  )
}

/** ELECTION-54 */
export function isDecidedOutside(context: ElectionContext, notification: Notified): boolean {
  return (
    isOfOthers(notification) &&
    isEnough(context, supportersOutside(context, notification)) &&
    leads(context, context.established, notification)
  )
}

/** ELECTION-50 */
export function isFromDecided(_: ElectionContext, notification: Notified): boolean {
  return isOfOthers(notification)
}

/** ELECTION-47 */
export function isMyself({ server, vote }: ElectionContext): boolean {
  return vote?.leader === server.sid
}

/** ELECTION-47 */
export function isVoter({ server }: ElectionContext): boolean {
  return server.isVoter
}

function isOfOthers({ state }: Notification): boolean {
  return state === 'following' || state === 'leading'
}

function isBetterThanMine({ server, vote }: ElectionContext, notification: Notification): boolean {
  return vote !== null && isBetter(server, notification.vote, vote)
}

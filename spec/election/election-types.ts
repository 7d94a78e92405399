/** The words of the election: votes, notifications, what a server knows. Plain data, so that states can be compared and printed. */
import type { QuorumSystem, Sid } from '../quorum/quorum.js'

/** What a server has when it begins to look for a leader (ELECTION-12, ELECTION-20). */
export interface History {
  /**
   * The last logged zxid as a number: `epoch * 2 ** 32 + counter` (`zxidOf`), exact for epochs below 2^21.
   * {@link unknownZxid} when the server can't say that it has all it once had.
   */
  readonly zxid: number
  /** The current epoch: of the last leader that the server has followed to the end of its synchronization. */
  readonly peerEpoch: number
}

/** Whom a server wants to lead, and what that server has (ELECTION-11). */
export interface Vote extends History {
  readonly leader: Sid
}

/** The states in which notifications show a server (ELECTION-15). */
export type ServerState = 'looking' | 'following' | 'leading' | 'observing'

/** What servers tell each other (ELECTION-30). */
export interface Notification {
  readonly state: ServerState
  readonly vote: Vote
  /** The sender's round: the wire's `electionEpoch`. */
  readonly round: number
}

/** How the ensemble is made up. */
export interface Ensemble {
  /** One system of quorums; two while one configuration gives way to another (QUORUM-30). */
  readonly quorums: readonly QuorumSystem[]
  readonly observers: readonly Sid[]
}

/** Who a server is (ELECTION-10). Never changes; the machine's context refers to it. */
export interface Server {
  readonly sid: Sid
  readonly isVoter: boolean
  readonly ensemble: Ensemble
  /** The ensemble's voters, ascending. */
  readonly voters: readonly Sid[]
}

/** A vote that a server has heard of, and in which state its sender was. */
export interface Heard extends Notification {
  readonly from: Sid
}

/** Whose vote was counted when a server settled, and whether that server was still looking. */
export interface Supporter {
  readonly sid: Sid
  readonly isLooking: boolean
}

/** A notification to send. */
export interface Send {
  readonly to: Sid
  readonly notification: Notification
}

/** What one server knows of the election. */
export interface ElectionContext {
  readonly server: Server
  /** The logical clock; 0 before the first round (ELECTION-16). */
  readonly round: number
  /** What it has, as of the round's start. */
  readonly own: History
  /** While looking, its proposal; after that, the vote on which it has settled. Null before the first round. */
  readonly vote: Vote | null
  /**
   * The vote on which it settled before this round: what observers are told meanwhile (ELECTION-62). Kept only while
   * looking, and where there are observers.
   */
  readonly last: Vote | null
  /** Others' votes of this round, by sid ascending; one each. Empty when not looking. */
  readonly received: readonly Heard[]
  /** What servers that lead or follow have said, of whatever round, by sid ascending; one each. Empty when not looking. */
  readonly established: readonly Heard[]
  /** Whose votes were counted when it settled, by sid ascending. Empty while looking. */
  readonly supporters: readonly Supporter[]
  /** What the last event made it send. */
  readonly outbox: readonly Send[]
}

/** What is known before a first start, and after a crash (ELECTION-25). */
export const nothingKnown: Omit<ElectionContext, 'server' | 'outbox'> = {
  round: 0,
  own: { zxid: 0, peerEpoch: 0 },
  vote: null,
  last: null,
  received: [],
  established: [],
  supporters: [],
}

export type ElectionEvent =
  /** The server starts, or has lost its leader, and looks for one. */
  | { readonly type: 'START' | 'LOOK'; readonly history: History }
  | ({ readonly type: 'NOTIFICATION' } & Heard)
  /** Nothing was heard for a while (ELECTION-35). */
  | { readonly type: 'RESEND' }
  /** The wait is over, and nothing better was heard (ELECTION-46). */
  | { readonly type: 'SETTLE' }
  /** The leader's epoch is established (ELECTION-58). */
  | { readonly type: 'ESTABLISHED'; readonly peerEpoch: number }
  | { readonly type: 'CRASH' }

export type On<Type extends ElectionEvent['type']> = Extract<ElectionEvent, { readonly type: Type }>

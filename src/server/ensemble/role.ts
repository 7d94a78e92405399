/** What a server of an ensemble is while there is a leader: the parts that leading and learning share. */
import type { Zxid } from '../../../spec/vocabulary/index.js'
import type { Leaving } from '../../broadcast/leaving.js'
import type { Quorums } from '../../broadcast/quorums.js'
import type { Clock } from '../../platform/clock.js'
import type { Logger } from '../../platform/logger.js'
import type { Transaction } from '../../tree/txn.js'
import type { ServerConfig } from '../config/config.js'
import type { ServerCore } from '../core.js'
import type { ProposerParts } from '../replication/proposer.js'
import type { Replication } from '../replication/replication.js'
import type { MemberData } from './member-data.js'
import type { MemberTrace } from './member-trace.js'
import type { PeerAddress, PeerNetwork } from '../../platform/peer-network.js'

/** Who else is in the ensemble, as a role needs it. */
export interface Membership {
  readonly sid: bigint
  readonly isObserver: boolean
  readonly quorums: Quorums
  /** The ensemble's configuration as text, for learners. */
  readonly configText: string
  /** Where this server listens while it leads; at least one. */
  readonly ownQuorumAddresses: readonly PeerAddress[]
  /** Where another listens while it leads. */
  quorumAddressesOf(sid: bigint): readonly PeerAddress[]
}

/** What a member's roles come to, for whoever looks on; called before it takes effect. */
export interface MemberEvents {
  /** A transaction goes to the log. `after`: the one before it there, or what the tree was loaded up to. */
  appended(transaction: Transaction, after: Zxid): void
  /** A write is final here. `after`: the last zxid that was applied before it. */
  committed(transaction: Transaction, after: Zxid): void
  /** A leader's epoch has a quorum, or a learner is up to date with its leader. */
  established(epoch: number, role: Role['name'], data: EstablishedWith): void
}

/** What a server has when its leader is established. */
export interface EstablishedWith {
  readonly lastZxid: Zxid
  /** The newest transactions, in order. */
  readonly recent: readonly Transaction[]
}

export interface RoleParts {
  readonly config: ServerConfig
  readonly members: Membership
  readonly network: PeerNetwork
  readonly clock: Clock
  readonly logger: Logger
  /** Absent where nobody looks on. */
  readonly trace: MemberTrace | undefined
  readonly data: MemberData
  /** Bytes that a packet may have. */
  readonly packetLimit: number
  /** Clients are served from now on, with this replication. */
  serve(replicate: (proposer: ProposerParts) => Replication): ServerCore
  /** The leader's epoch is this server's (ELECTION-58). */
  established(epoch: number): void
  /** A write is about to be applied (`MemberEvents`). */
  committed(transaction: Transaction): void
  /** Something is wrong with this server itself: it must not go on. */
  fail(error: unknown): void
  /** The role is over. */
  left(leaving: Leaving & { readonly startsOver?: boolean }): void
}

/** A role, as the server drives it. */
export interface Role {
  readonly name: 'leading' | 'following' | 'observing'
  /** The state of the role's machine. */
  readonly state: string
  /** Serves clients, once it is there. */
  readonly core: ServerCore | undefined
  start(): Promise<void>
  /** Time has passed. Milliseconds of a clock that does not go back. */
  tick(now: number): void
  /** The log is durable up to a zxid. */
  logged(zxid: Zxid): void
  /** The log can't be written. */
  logFailed(why: string): void
  /** The server is to stop, or must not go on in this role. */
  giveUp(why: string): void
}

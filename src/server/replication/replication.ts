/**
 * How a write gets its place in the order of all writes, and when it is final. A server that is alone gives the place itself
 * and takes what is on its disk for final; a leader asks a quorum; a learner asks its leader. The pipeline applies and
 * answers what comes back, and knows nothing of that.
 */
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import type { WriteRequest } from '../../tree/prepare.js'
import type { Transaction } from '../../tree/txn.js'
import type { Client, Pending } from '../pipeline/session-order.js'

/** Why there is a transaction, and who waits for it. */
export type Origin =
  | { readonly cause: 'request'; readonly pending: Pending }
  | { readonly cause: 'createSession'; readonly connection: Client }
  | { readonly cause: 'expire' | 'reap' }
  /** It came from another server. */
  | { readonly cause: 'elsewhere' }

/** Takes what has become final. */
export interface Committed {
  /** A transaction is final. They come in the order of their zxids, each once. */
  committed(transaction: Transaction, origin: Origin): void
  /** All that was final when a `sync` was asked for has come. */
  synced(pending: Pending): void
  /** The leader says whether a session is alive that it was asked for (SESSION-53). */
  revalidated(sessionId: SessionId, isAlive: boolean): void
}

/** Everything here answers later, through {@link Committed}; nothing is answered during the call. */
export interface Replication {
  /**
   * Whether this server decides what happens to writes and sessions, as a leader does and a server that is alone. One that
   * does not ends no session and reaps nothing of its own accord.
   */
  readonly leads: boolean
  /** What was asked for and is not final yet. */
  readonly outstanding: number
  /** Transactions proposed since the start. */
  readonly proposedCount: number
  /** Says who takes what becomes final; called once, before all else. */
  begin(committed: Committed): void
  /** SERVICE-20, SERVICE-23: a client's write takes its place, also if it will fail. */
  propose(pending: Pending): void
  /** A session for a connection that has none: its id is given out, nothing of it is final. */
  proposeSession(connection: Client): void
  /** What the service itself asks for: the end of an overdue session, the deletion of a container. */
  proposeOwn(cause: 'expire' | 'reap', request: WriteRequest, sessionId: SessionId): void
  /** A `sync` whose turn has come among its session's writes. True: nothing has to be waited for. */
  sync(pending: Pending): boolean
  /** SESSION-53: asks the leader whether a session is alive; undefined where this server says so itself. Times in milliseconds. */
  revalidate?(sessionId: SessionId, timeout: number): void
  /** The log's records up to a zxid are on disk. */
  durable(zxid: Zxid): void
}

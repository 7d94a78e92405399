/**
 * What the service is composed of, as the functions it calls: tree, ACL, watches, session rules.
 * `standard-service.ts` binds them to the models of the neighbouring folders; a variant of the protocol binds another.
 */
import type { Bytes, Id, SessionId, WatcherEvent, Request, Zxid } from '../vocabulary/index.js'
import type { Change, Evaluate, Evaluation, Settings, Tree } from '../tree/tree-types.js'
import type { ConnectionId } from './service-events.js'

/** A notification that a watch gives, and whose it was. */
export interface Fired {
  readonly connection: ConnectionId
  readonly event: WatcherEvent
}

/** What a step on watches comes to. */
export interface Watched<W> {
  readonly watches: W
  readonly notifications: readonly Fired[]
  readonly err: number
  /** The rule that decided. */
  readonly rule: string
}

/** The submodels, over some representation `W` of the watches that are set. */
export interface Submodels<W> {
  readonly evaluate: Evaluate
  readonly emptyTree: (settings: Settings) => Tree
  /** Deletes a session's ephemerals. */
  readonly closeSession: (
    tree: Tree,
    session: SessionId,
    at: { readonly zxid: Zxid; readonly now: number },
  ) => Evaluation
  /** Containers and TTL nodes that may be deleted. */
  readonly reapable: (tree: Tree, now: number, settings: Settings) => readonly string[]
  readonly noWatches: W
  /** Sets the watch that a read asked for, given the read's outcome; also `addWatch`, `setWatches`, `checkWatches`, `removeWatches`. */
  readonly watch: (
    watches: W,
    connection: ConnectionId,
    request: Request,
    err: number,
    tree: Tree,
  ) => Watched<W>
  /** Gives the notifications of a change, and takes the watches away that it uses up. */
  readonly fire: (watches: W, change: Change) => Watched<W>
  /** A connection's watches end with it. */
  readonly forget: (watches: W, connection: ConnectionId) => W
  /** What an auth request adds to a connection's identities; undefined when it proves nothing. */
  readonly authenticate: (
    scheme: string,
    auth: Bytes | null,
    known: readonly Id[],
    settings: Settings,
  ) => readonly Id[] | undefined
  /** The timeout that a session gets, in milliseconds. */
  readonly negotiate: (asked: number, settings: Settings) => number
  /** Whether a session that was last heard of at a time may be ended by now. Milliseconds. */
  readonly isOverdue: (heard: number, timeOut: number, now: number, settings: Settings) => boolean
}

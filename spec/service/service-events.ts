/**
 * What clients can do to the abstract ZooKeeper, and what it can do to them: the service's alphabet.
 * The machine in this folder takes these events; the trace validator and the model tests produce them.
 */
import type {
  Bytes,
  ConnectRequest,
  ConnectResponse,
  Notification,
  Reply,
  Request,
  SessionId,
} from '../vocabulary/index.js'

/** A client's connection, numbered by whoever drives the machine; no number is used twice. */
export type ConnectionId = number

/** A frame whose record can't be read as its operation's, or whose operation no client may ask for. */
export interface Malformed {
  readonly op: 'malformed'
  /** The request header's `type`. */
  readonly opcode: number
  /** The record is read well, but for a path that is null (WIRE-45). */
  readonly isPathNull?: boolean
}

/** What a client may send after the handshake. */
export type Asked = Request | Malformed

/**
 * The service's inputs. Clients cause the first three; the rest are the service's own steps,
 * whose moment the rules leave open (within bounds that they state).
 * `now` is milliseconds since 1970; a `serve` of a write has the time that its transaction carries.
 */
export type ServiceEvent =
  /** The handshake. `grant` is the id and password that the service picks if it makes a new session. */
  | {
      readonly type: 'connect'
      readonly connection: ConnectionId
      readonly request: ConnectRequest
      /** The client's address, which the `ip` scheme knows it by. */
      readonly address: string
      readonly grant: { readonly sessionId: SessionId; readonly passwd: Bytes }
      readonly now: number
    }
  /** A request arrives; it waits behind its connection's earlier ones. */
  | {
      readonly type: 'request'
      readonly connection: ConnectionId
      readonly xid: number
      readonly request: Asked
      readonly now: number
    }
  /** The connection breaks or the client closes it. */
  | { readonly type: 'disconnect'; readonly connection: ConnectionId; readonly now: number }
  /** The service takes a connection's oldest waiting request: checks, orders, applies, notifies, replies. */
  | { readonly type: 'serve'; readonly connection: ConnectionId; readonly now: number }
  /** The service forgets what a connection that is gone still waited for. */
  | { readonly type: 'abandon'; readonly connection: ConnectionId; readonly now: number }
  /** Time passes; nothing else happens. */
  | { readonly type: 'tick'; readonly now: number }
  /** The service gives an overdue session up: from here on it can't be renewed. */
  | { readonly type: 'giveUp'; readonly session: SessionId; readonly now: number }
  /** A session that was given up ends. */
  | { readonly type: 'expire'; readonly session: SessionId; readonly now: number }
  /** An empty container, or a TTL node whose time is up, is deleted. */
  | { readonly type: 'reap'; readonly path: string; readonly now: number }

/** The service's outputs, in the order in which a connection sees them. */
export type ServiceOutput =
  | { readonly type: 'connected'; readonly connection: ConnectionId; readonly response: ConnectResponse }
  | { readonly type: 'reply'; readonly connection: ConnectionId; readonly reply: Reply }
  | {
      readonly type: 'notification'
      readonly connection: ConnectionId
      readonly notification: Notification
    }
  /** The service closes a connection, after what it sent before. */
  | { readonly type: 'closed'; readonly connection: ConnectionId }

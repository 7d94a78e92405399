/**
 * The abstract ZooKeeper's state: one tree, one order of writes, the sessions, and the connections with their queues.
 */
import type { Bytes, Id, SessionId, Zxid } from '../vocabulary/index.js'
import type { Settings, Tree } from '../tree/tree-types.js'
import type { Asked, ConnectionId, ServiceOutput } from './service-events.js'

/** A request that has arrived and waits for its turn. */
export interface Waiting {
  readonly xid: number
  readonly request: Asked
  /** It arrived after its session was given up (SERVICE-58). */
  readonly isLate: boolean
}

/** A client's connection. */
export interface Connection {
  readonly id: ConnectionId
  /** What `session` is 0 for: the handshake was refused. */
  readonly session: SessionId
  /** What its client has proved; starts with its address. */
  readonly identities: readonly Id[]
  /** Requests not served yet, oldest first. */
  readonly waiting: readonly Waiting[]
  /** `gone`: nothing can be told to it any more, though what waits may still be served (SERVICE-55). */
  readonly life: 'open' | 'gone'
}

/** A session. */
export interface Session {
  readonly id: SessionId
  readonly passwd: Bytes
  /** As its last handshake negotiated it. Milliseconds. */
  readonly timeOut: number
  /** As its creation says, which is what a restart finds (SERVICE-70, SESSION-70). Milliseconds. */
  readonly created: number
  /** When its client was last heard of, in milliseconds since 1970. */
  readonly heard: number
  /** The connection it is on, if any. */
  readonly connection: ConnectionId | null
  /** The service has decided to expire it (SERVICE-56). */
  readonly givenUp: boolean
  /** The last zxid that an output told its client. */
  readonly seen: Zxid
}

/** A write in the one order. The history is a list from the newest back, so that a later spec can read a prefix. */
export interface Commit {
  readonly zxid: Zxid
  /** Milliseconds since 1970. */
  readonly time: number
  /** 0 for the service's own. */
  readonly session: SessionId
  readonly err: number
  /** The tree after it. */
  readonly tree: Tree
  readonly before: Commit | null
}

/** The whole service; immutable. `W` is how the watcher model keeps watches. */
export interface Service<W = unknown> {
  readonly settings: Settings
  readonly now: number
  /** The last write's zxid. */
  readonly zxid: Zxid
  readonly tree: Tree
  readonly history: Commit | null
  readonly sessions: ReadonlyMap<SessionId, Session>
  readonly connections: ReadonlyMap<ConnectionId, Connection>
  readonly watches: W
  /** What the last event made the service say, in order. */
  readonly outputs: readonly ServiceOutput[]
  /** The rules that decided the last event. */
  readonly rules: readonly string[]
}

/** Sets one entry of a map. */
export function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value)
}

/** Takes one entry out of a map. */
export function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}

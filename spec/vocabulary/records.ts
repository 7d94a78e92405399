/**
 * The plain values that requests, replies, the tree and the log speak of.
 * 64-bit identifiers are bigint; times are milliseconds since 1970 as number.
 */

/** A transaction id: epoch in the high 32 bits, counter in the low 32. Orders every write. */
export type Zxid = bigint

/** A session's id; its top byte is the sid of the server that created it. */
export type SessionId = bigint

/** Uninterpreted bytes. */
export type Bytes = Uint8Array

/** An identity: a scheme (`world`, `auth`, `digest`, `ip`, `x509`, `super`, `sasl`) and an id within it. */
export interface Id {
  readonly scheme: string
  readonly id: string
}

/** One entry of an access control list: what an identity may do. */
export interface Acl {
  /** Bits of {@link Perms}. */
  readonly perms: number
  readonly id: Id
}

/** An entry as a client asks for it: the wire can leave the id out. A null scheme is read as an empty one, which names none. */
export interface AskedAcl {
  readonly perms: number
  readonly id: { readonly scheme: string; readonly id: string | null }
}

/** Permission bits of an {@link Acl}. */
export const Perms = { READ: 1, WRITE: 2, CREATE: 4, DELETE: 8, ADMIN: 16, ALL: 31 } as const

/** The list that lets everyone do everything: what most znodes have. */
export const openAcl: readonly Acl[] = [{ perms: Perms.ALL, id: { scheme: 'world', id: 'anyone' } }]

/** What every znode tells of itself (jute `Stat`). */
export interface Stat {
  readonly czxid: Zxid
  readonly mzxid: Zxid
  /** Milliseconds since 1970. */
  readonly ctime: number
  /** Milliseconds since 1970. */
  readonly mtime: number
  readonly version: number
  readonly cversion: number
  readonly aversion: number
  /** 0 persistent; a session's id; or the special owners of container and TTL nodes. */
  readonly ephemeralOwner: bigint
  /** Bytes. */
  readonly dataLength: number
  readonly numChildren: number
  readonly pzxid: Zxid
}

/** Create modes and the `flags` that stand for them on the wire (WIRE-52). */
export const CreateMode = {
  persistent: 0,
  ephemeral: 1,
  persistentSequential: 2,
  ephemeralSequential: 3,
  container: 4,
  persistentWithTTL: 5,
  persistentSequentialWithTTL: 6,
} as const

/** The name of a create mode. */
export type CreateModeName = keyof typeof CreateMode

/** What a notification says happened (`WatcherEvent.type`). */
export const EventType = {
  None: -1,
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
  DataWatchRemoved: 5,
  ChildWatchRemoved: 6,
  PersistentWatchRemoved: 7,
} as const
export type EventTypeName = keyof typeof EventType
export type EventType = (typeof EventType)[EventTypeName]

/** The session state that a notification carries (`WatcherEvent.state`); a server sends `SyncConnected`. */
export const KeeperState = {
  Disconnected: 0,
  SyncConnected: 3,
  AuthFailed: 4,
  ConnectedReadOnly: 5,
  SaslAuthenticated: 6,
  Expired: -112,
  Closed: 7,
} as const

/** A notification (jute `WatcherEvent`). */
export interface WatcherEvent {
  readonly type: EventType
  readonly state: number
  readonly path: string
}

/** Modes of `addWatch`. */
export const AddWatchMode = { persistent: 0, persistentRecursive: 1 } as const

/** Kinds of watch that `checkWatches` and `removeWatches` name (`WatcherType`). */
export const WatcherType = { children: 1, data: 2, any: 3, persistent: 4, persistentRecursive: 5 } as const

/** Reserved xids of the client protocol. */
export const Xid = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const

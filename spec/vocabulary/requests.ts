/**
 * Every request that a client can make, as plain values: what the wire carries, without its bytes.
 * A null buffer, vector or string (jute length -1) is `null`.
 */
import type { AskedAcl, Bytes, Zxid } from './records.js'

export interface CreateFields {
  readonly path: string
  readonly data: Bytes | null
  readonly acl: readonly AskedAcl[] | null
  /** A {@link CreateMode} number; anything else is the client's mistake, which rules speak of. */
  readonly flags: number
}

/** The operations that can be parts of a `multi`. */
export type MultiOp =
  | ({ readonly op: 'create' | 'create2' | 'createContainer' } & CreateFields)
  | ({ readonly op: 'createTTL'; readonly ttl: bigint } & CreateFields)
  | { readonly op: 'delete'; readonly path: string; readonly version: number }
  | {
      readonly op: 'setData'
      readonly path: string
      readonly data: Bytes | null
      readonly version: number
    }
  | { readonly op: 'check'; readonly path: string; readonly version: number }

/** The operations that can be parts of a `multiRead`. */
export type MultiReadOp =
  | { readonly op: 'getData'; readonly path: string; readonly watch: boolean }
  | { readonly op: 'getChildren'; readonly path: string; readonly watch: boolean }

/** The watches that a client had, sent when it reconnects. */
export interface WatchesToSet {
  /** The last zxid that the client saw. */
  readonly relativeZxid: Zxid
  readonly dataWatches: readonly string[]
  readonly existWatches: readonly string[]
  readonly childWatches: readonly string[]
}

/** A request, named by its operation. */
export type Request =
  | MultiOp
  | {
      readonly op: 'exists' | 'getData' | 'getChildren' | 'getChildren2'
      readonly path: string
      readonly watch: boolean
    }
  | { readonly op: 'getACL' | 'sync' | 'getAllChildrenNumber'; readonly path: string }
  | {
      readonly op: 'setACL'
      readonly path: string
      readonly acl: readonly AskedAcl[] | null
      readonly version: number
    }
  | { readonly op: 'multi'; readonly ops: readonly MultiOp[] }
  | { readonly op: 'multiRead'; readonly ops: readonly MultiReadOp[] }
  | { readonly op: 'getEphemerals'; readonly prefixPath: string }
  | { readonly op: 'addWatch'; readonly path: string; readonly mode: number }
  | ({ readonly op: 'setWatches' } & WatchesToSet)
  | ({
      readonly op: 'setWatches2'
      readonly persistentWatches: readonly string[]
      readonly persistentRecursiveWatches: readonly string[]
    } & WatchesToSet)
  | { readonly op: 'checkWatches' | 'removeWatches'; readonly path: string; readonly type: number }
  | {
      readonly op: 'auth'
      readonly authType: number
      readonly scheme: string
      readonly auth: Bytes | null
    }
  | { readonly op: 'sasl'; readonly token: Bytes | null }
  | {
      readonly op: 'reconfig'
      readonly joiningServers: string | null
      readonly leavingServers: string | null
      readonly newMembers: string | null
      readonly curConfigId: bigint
    }
  /** A client's `deleteContainer` is refused whatever its record says (TREE-88). */
  | { readonly op: 'deleteContainer' }
  | { readonly op: 'whoAmI' | 'ping' | 'closeSession' }

/** The handshake's first frame (jute `ConnectRequest`, with the read-only flag that newer clients append). */
export interface ConnectRequest {
  readonly protocolVersion: number
  readonly lastZxidSeen: Zxid
  /** Milliseconds. */
  readonly timeOut: number
  /** 0 asks for a new session. */
  readonly sessionId: bigint
  readonly passwd: Bytes
  /** Absent when the client is too old to send it. */
  readonly readOnly?: boolean
}

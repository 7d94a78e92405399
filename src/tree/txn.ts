/**
 * Transactions: what a request becomes once a leader has checked it, what the log stores and every server applies.
 * Plain values; `src/wire` gives them Apache's bytes.
 */
import type { Acl, Bytes, SessionId, Zxid } from '../../spec/vocabulary/index.js'

/** Who asked for a transaction, and its place in the order (jute `TxnHeader`). */
export interface TxnHeader {
  readonly clientId: SessionId
  readonly cxid: number
  readonly zxid: Zxid
  /** Milliseconds since 1970, by the leader's clock. */
  readonly time: number
  /** The operation's number. */
  readonly type: number
}

/** A part of a multi: any transaction that changes a znode, a check, or the error that stopped it. */
export type MultiTxnPart =
  | {
      readonly op: 'create' | 'create2'
      readonly path: string
      readonly data: Bytes | null
      readonly acl: readonly Acl[]
      readonly ephemeral: boolean
      readonly parentCVersion: number
    }
  | {
      readonly op: 'createContainer'
      readonly path: string
      readonly data: Bytes | null
      readonly acl: readonly Acl[]
      readonly parentCVersion: number
    }
  | {
      readonly op: 'createTTL'
      readonly path: string
      readonly data: Bytes | null
      readonly acl: readonly Acl[]
      readonly parentCVersion: number
      /** Milliseconds. */
      readonly ttl: bigint
    }
  | { readonly op: 'delete' | 'deleteContainer'; readonly path: string }
  | {
      readonly op: 'setData'
      readonly path: string
      readonly data: Bytes | null
      /** The version after the change. */
      readonly version: number
    }
  | {
      readonly op: 'check'
      readonly path: string
      readonly version: number
    }
  | { readonly op: 'error'; readonly err: number }

/** The body of a transaction. */
export type Txn =
  | MultiTxnPart
  | {
      readonly op: 'setACL'
      readonly path: string
      readonly acl: readonly Acl[]
      /** The ACL version after the change. */
      readonly version: number
    }
  | { readonly op: 'createSession'; readonly timeOut: number }
  /** `paths` is null in logs of servers that don't write them. */
  | { readonly op: 'closeSession'; readonly paths: readonly string[] | null }
  | { readonly op: 'multi'; readonly txns: readonly MultiTxnPart[] }

/** A transaction as it is proposed, logged and applied. */
export interface Transaction {
  readonly header: TxnHeader
  readonly txn: Txn
}

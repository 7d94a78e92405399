/**
 * What a server answers, as plain values: the reply's header and the record that follows it.
 */
import type { Acl, Bytes, Stat, WatcherEvent, Zxid } from './records.js'

/** The outcome of one part of a `multi` or `multiRead`. */
export type MultiResult =
  | { readonly op: 'create'; readonly path: string }
  | { readonly op: 'create2' | 'createContainer' | 'createTTL'; readonly path: string; readonly stat: Stat }
  | { readonly op: 'setData'; readonly stat: Stat }
  | { readonly op: 'delete' | 'check' }
  | { readonly op: 'getData'; readonly data: Bytes | null; readonly stat: Stat }
  | { readonly op: 'getChildren'; readonly children: readonly string[] }
  | { readonly op: 'error'; readonly err: number }

/** The record of a successful reply, named by the request's operation. */
export type Result =
  | { readonly op: 'create'; readonly path: string }
  /** The request's path, null as it was (WIRE-45). */
  | { readonly op: 'sync'; readonly path: string | null }
  | { readonly op: 'create2' | 'createContainer' | 'createTTL'; readonly path: string; readonly stat: Stat }
  | { readonly op: 'exists' | 'setData' | 'setACL'; readonly stat: Stat }
  | { readonly op: 'getData'; readonly data: Bytes | null; readonly stat: Stat }
  | { readonly op: 'getACL'; readonly acl: readonly Acl[]; readonly stat: Stat }
  | { readonly op: 'getChildren'; readonly children: readonly string[] }
  | { readonly op: 'getChildren2'; readonly children: readonly string[]; readonly stat: Stat }
  | { readonly op: 'multi' | 'multiRead'; readonly results: readonly MultiResult[] }
  | { readonly op: 'getEphemerals'; readonly ephemerals: readonly string[] }
  | { readonly op: 'getAllChildrenNumber'; readonly totalNumber: number }
  | {
      readonly op: 'whoAmI'
      readonly clientInfo: readonly { readonly authScheme: string; readonly user: string }[]
    }
  | { readonly op: 'sasl'; readonly token: Bytes | null }
  | {
      readonly op:
        | 'delete'
        | 'deleteContainer'
        | 'check'
        | 'addWatch'
        | 'setWatches'
        | 'setWatches2'
        | 'checkWatches'
        | 'removeWatches'
        | 'auth'
        | 'ping'
        | 'closeSession'
    }

/** A reply: header, and the record when `err` is 0 (a failed `multi` carries its record all the same). */
export interface Reply {
  readonly xid: number
  readonly zxid: Zxid
  readonly err: number
  readonly result?: Result
}

/** A notification as it leaves the server: a frame with xid -1. */
export interface Notification {
  readonly zxid: Zxid
  readonly event: WatcherEvent
}

/** The handshake's answer (jute `ConnectResponse`); `timeOut` 0 says that the session is gone. */
export interface ConnectResponse {
  readonly protocolVersion: number
  /** Milliseconds. */
  readonly timeOut: number
  readonly sessionId: bigint
  readonly passwd: Bytes
  /** Present when the request had it. */
  readonly readOnly?: boolean
}

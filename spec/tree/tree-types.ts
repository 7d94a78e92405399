/**
 * The data model's plain types: what a tree is, who asks, and what an evaluated request changes.
 */
import type { Acl, Bytes, Id, Request, Result, SessionId, Zxid } from '../vocabulary/index.js'

/** A znode as the spec sees it. Children are found by path: a tree is a map from path to znode. */
export interface Znode {
  readonly data: Bytes | null
  readonly acl: readonly Acl[]
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly pzxid: Zxid
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  readonly cversion: number
  readonly aversion: number
  readonly ephemeralOwner: bigint
}

/** The tree: every znode by its path; immutable. */
export type Tree = ReadonlyMap<string, Znode>

/** Who makes a request: the session, and the identities that its connection has proved. */
export interface Requester {
  readonly sessionId: SessionId
  readonly identities: readonly Id[]
}

/** What the rules leave to configuration (`zoo.cfg`). */
export interface Settings {
  /** `skipACL=yes`. */
  readonly skipAcl: boolean
  /** `extendedTypesEnabled`: whether TTL nodes exist. */
  readonly extendedTypes: boolean
  /** `enforceQuota`: whether hard quotas refuse. */
  readonly enforceQuota: boolean
  /** `znode.container.maxNeverUsedIntervalMs`: the age at which a container that never had a child may go; 0 or absent: never. */
  readonly neverUsedInterval?: number
  /** Whether the super user's digest is set, and what it is (`user:base64(sha1(user:password))`). */
  readonly superDigest: string | null
  readonly tickTime: number
  readonly minSessionTimeout: number
  readonly maxSessionTimeout: number
}

/** The service's own deletion of a znode that may be reaped (SERVICE-60). No client can ask for it. */
export interface Reaping {
  readonly op: 'reap'
  readonly path: string
}

/** A change that watches may be waiting for. */
export interface Change {
  readonly type: 'created' | 'deleted' | 'dataChanged' | 'childrenChanged'
  readonly path: string
}

/** What a request came to: an error or a result, the tree after it, the changes in the order they took place. */
export interface Evaluation {
  readonly tree: Tree
  readonly err: number
  readonly result?: Result
  readonly changes: readonly Change[]
  /** The rule that decided. */
  readonly rule: string
}

/** Evaluates a request that reads or writes the tree, at a zxid and a time. */
export type Evaluate = (
  tree: Tree,
  request: Request | Reaping,
  by: Requester,
  at: { readonly zxid: Zxid; readonly now: number },
  settings: Settings,
) => Evaluation

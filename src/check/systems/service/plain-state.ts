/**
 * The service's state as plain data, small: what no later step looks at is left out, and what is only compared (zxids,
 * xids) is kept by its order alone. `decode.ts` makes the spec's state of it again, `encode.ts` makes it of that.
 */
import { emptyTree } from '../../../../spec/tree/tree-model.js'
import type { Settings } from '../../../../spec/tree/tree-types.js'
import { passwordOf } from '../../../../spec/session/password.js'
import type { Bytes, SessionId } from '../../../../spec/vocabulary/index.js'
import type { ClientWatch } from './client-watches.js'

/** A znode, but `/`, `/zookeeper` and what is below that. */
export interface PlainNode {
  readonly path: string
  /** The number of the client that owns it, from 1; 0: none. */
  readonly owner: number | 'container'
  readonly version: number
  readonly cversion: number
  /** By its order among the zxids that are kept; 0 where no client watches it. */
  readonly mzxid: number
}

/** A request that waits. */
export interface PlainWaiting {
  /** By its order: 0 is the last that was served, so all that wait are above. */
  readonly xid: number
  /** Which of the letters, or `setWatches`. */
  readonly letter: number
  readonly isLate: boolean
}

/** A connection that is open, or that still waits for something. */
export interface PlainConnection {
  readonly isOpen: boolean
  readonly waiting: readonly PlainWaiting[]
  /** Paths that the service watches for it. */
  readonly watched: readonly string[]
}

/** A client, its session, its connections from the oldest on, and what it knows. */
export interface PlainClient {
  readonly session: 'none' | 'living' | 'given up' | 'over'
  /** The last zxid that it was told, by its order; 0 where it waits for nothing. */
  readonly seen: number
  readonly connections: readonly PlainConnection[]
  /** What it watches. */
  readonly watches: readonly ClientWatch[]
}

/** A rule that the last step broke. */
export interface BrokenRule {
  readonly rule: string
  readonly name: string
  readonly found: string
}

/** The state as it is read. */
export interface ServiceView {
  readonly nodes: readonly PlainNode[]
  readonly zxid: number
  readonly clients: readonly PlainClient[]
  /** Requests that may still be sent, by all clients together. */
  readonly left: number
  readonly broken: readonly BrokenRule[]
}

/** The state as it is kept. Its parts are JSON: texts are told apart in less time than what they say. */
export interface ServiceState {
  readonly nodes: string
  readonly zxid: number
  readonly clients: readonly string[]
  readonly left: number
  readonly broken: readonly BrokenRule[]
}

/** What was read from a text: the same few are read again and again. */
const parts = new Map<string, unknown>()
export function read<Part>(text: string): Part {
  const known = parts.get(text)
  if (known !== undefined) return known as Part
  const part = JSON.parse(text) as Part
  parts.set(text, part)
  return part
}

export const nodesOf = ({ nodes }: Pick<ServiceState, 'nodes'>) => read<readonly PlainNode[]>(nodes)
export const viewOf = (state: ServiceState): ServiceView => ({
  ...state,
  nodes: nodesOf(state),
  clients: state.clients.map((client) => read<PlainClient>(client)),
})
export const kept = ({ nodes, clients, ...rest }: ServiceView): ServiceState => ({
  ...rest,
  nodes: JSON.stringify(nodes),
  clients: clients.map((client) => JSON.stringify(client)),
})

/** The timeout of every session, and a time that is later than any session was heard of, but those just heard of. */
export const timeOut = 4000
export const now = 100_000
export const later = now + timeOut + 1

export const settings: Settings = {
  skipAcl: false,
  extendedTypes: false,
  enforceQuota: false,
  superDigest: null,
  tickTime: 2000,
  minSessionTimeout: timeOut,
  maxSessionTimeout: timeOut,
}

export const address = '127.0.0.1'
/** The tree of a new service: its nodes are not kept. */
export const bare = emptyTree()

/** The session of a client, by its place. */
export const sessionOf = (client: number): SessionId => BigInt(client + 1)

const passwords = new Map<SessionId, Bytes>()
/** A session's password, which takes a while to compute. */
export function passwdOf(id: SessionId): Bytes {
  const known = passwords.get(id) ?? passwordOf(id)
  passwords.set(id, known)
  return known
}

/** The number of a client's connection, by its place among those kept. */
export const connectionOf = (client: number, place: number): number => 100 * (client + 1) + place

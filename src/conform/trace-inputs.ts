/**
 * The inputs of `service` events, as the server writes them: which fields each has. Reading checks that they are there.
 */
import type {
  ConnectRequest,
  ConnectResponse,
  Notification,
  Reply,
  Request,
  SessionId,
  Zxid,
} from '../../spec/vocabulary/index.js'
import type { Settings, Znode } from '../../spec/tree/tree-types.js'
import type { ConnectionId } from '../../spec/service/service-events.js'

/** A session as a start recovers it. */
export interface RecoveredSession {
  readonly sessionId: SessionId
  /** Milliseconds. */
  readonly timeOut: number
}

/** A write takes effect. */
export interface Commit {
  readonly type: 'commit'
  readonly zxid: Zxid
  /** The transaction's time, in milliseconds since 1970. */
  readonly time: number
  /** 0 for a reaping. */
  readonly session: SessionId
  readonly cause: 'createSession' | 'request' | 'expire' | 'reap'
  /** Of createSession and request: the connection that asked. */
  readonly connection?: ConnectionId
  /** Of a request. */
  readonly xid?: number
  /** Of a reaping. */
  readonly path?: string
  /** An error transaction's code, 0 for any other. */
  readonly err?: number
}

/** Every input of a `service` event. */
export type Input =
  | {
      readonly type: 'start'
      readonly settings: Settings
      readonly zxid: Zxid
      readonly sessions: readonly RecoveredSession[]
      /** Absent for a fresh data directory. */
      readonly nodes?: readonly (readonly [string, Znode])[]
    }
  | {
      readonly type: 'connect'
      readonly connection: ConnectionId
      readonly address: string
      readonly request: ConnectRequest
    }
  | { readonly type: 'connected'; readonly connection: ConnectionId; readonly response: ConnectResponse }
  | {
      readonly type: 'request'
      readonly connection: ConnectionId
      readonly xid: number
      readonly opcode: number
      /** Absent when the record can't be read, or no client may ask for the operation. */
      readonly request?: Request
      /** The record was read, but for a path that is null. */
      readonly isPathNull?: boolean
    }
  | Commit
  | { readonly type: 'giveUp'; readonly session: SessionId }
  | { readonly type: 'notification'; readonly connection: ConnectionId; readonly notification: Notification }
  | { readonly type: 'reply'; readonly connection: ConnectionId; readonly reply: Reply }
  | { readonly type: 'closed'; readonly connection: ConnectionId; readonly reason?: string }
  | { readonly type: 'disconnect'; readonly connection: ConnectionId }
  | { readonly type: 'stop' }

/** What each input must have: field and type. */
const fields: Readonly<Record<Input['type'], Readonly<Record<string, string>>>> = {
  start: { settings: 'object', zxid: 'bigint', sessions: 'object' },
  connect: { connection: 'number', address: 'string', request: 'object' },
  connected: { connection: 'number', response: 'object' },
  request: { connection: 'number', xid: 'number', opcode: 'number' },
  commit: { zxid: 'bigint', time: 'number', session: 'bigint', cause: 'string' },
  giveUp: { session: 'bigint' },
  notification: { connection: 'number', notification: 'object' },
  reply: { connection: 'number', reply: 'object' },
  closed: { connection: 'number' },
  disconnect: { connection: 'number' },
  stop: {},
}

/** And what a commit must have besides, by its cause. */
const causes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  createSession: { connection: 'number' },
  request: { connection: 'number', xid: 'number' },
  expire: {},
  reap: { path: 'string' },
}

/** An event whose input lacks what its type needs. */
export class TraceInputError extends Error {
  override readonly name = 'TraceInputError'
}

/** Reads the input of a `service` event. Throws {@link TraceInputError}. */
export function readInput(input: { readonly type: string } & Readonly<Record<string, unknown>>): Input {
  const needed = fields[input.type as Input['type']]
  if (needed === undefined) {
    throw new TraceInputError(
      `no service event is called ${input.type}; there are ${Object.keys(fields).join(', ')}`,
    )
  }
  checkFields(input, input.type, needed)
  if (input.type === 'commit') {
    const more = causes[String(input.cause)]
    if (more === undefined)
      throw new TraceInputError(
        `a commit's cause is one of ${Object.keys(causes).join(', ')}, not ${String(input.cause)}`,
      )
    checkFields(input, `commit (${String(input.cause)})`, more)
  }
  return input as unknown as Input
}

/** Throws {@link TraceInputError} where a field is missing, or of another type. */
export function checkFields(
  input: Readonly<Record<string, unknown>>,
  name: string,
  needed: Readonly<Record<string, string>>,
): void {
  for (const [field, type] of Object.entries(needed)) {
    if (typeof input[field] !== type || input[field] === null) {
      throw new TraceInputError(`${name} needs ${field} (${type}), and has ${typeof input[field]}`)
    }
  }
}

/** What a session asks to have written, on its way to its place in the order of all writes. */
import type { Id, Request, SessionId } from '../../../spec/vocabulary/index.js'
import type { MalformedOutcome } from '../malformed.js'

export interface Write {
  readonly sessionId: SessionId
  /** The client's number for it. */
  readonly xid: number
  /** The operation's number. */
  readonly type: number
  /** The identities that the session's connection had proved. */
  readonly identities: readonly Id[]
  /** Undefined for a record that couldn't be decoded. */
  readonly request: Request | undefined
  /** What a record that couldn't be decoded comes to. */
  readonly malformed: MalformedOutcome | undefined
}

/** What a learner forwards for its clients: read as the leader's own clients' requests are. */
import type { Request, SessionId } from '../../../spec/vocabulary/index.js'
import { JuteReader, MarshallingError, NullPathError, readRequest, requestNames } from '../../wire/index.js'
import type { LearnerMessage } from '../../wire/peer/quorum-message.js'
import { malformedOutcome, type MalformedOutcome } from '../malformed.js'
import type { Write } from '../pipeline/write.js'
import { Kind, kindOf } from '../request-kinds.js'

type Forwarded = Extract<LearnerMessage, { type: 'REQUEST' }>

/** The session that a learner's client asks for. Throws a MarshallingError when the record isn't one. */
export function forwardedSession({ sessionId, body }: Forwarded): { sessionId: SessionId; timeout: number } {
  return { sessionId, timeout: new JuteReader(body).int() }
}

/**
 * A write of a learner's client. A record that can't be read is answered as one of an own client's is (WIRE-42).
 * Throws a MarshallingError for an operation that is no write: a learner doesn't forward it.
 */
export function forwardedWrite({ sessionId, cxid, op, body, identities }: Forwarded): Write {
  if (kindOf(op) !== Kind.write) throw new MarshallingError(0, 'the operation of a write', String(op))
  const { request, malformed } = read(op, body)
  return { sessionId, xid: cxid, type: op, identities, request, malformed }
}

function read(
  op: number,
  body: Buffer,
): { request: Request | undefined; malformed: MalformedOutcome | undefined } {
  try {
    return { request: readRequest(requestNames.get(op)!, new JuteReader(body)), malformed: undefined }
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error
    return { request: undefined, malformed: malformedOutcome(op, error instanceof NullPathError) }
  }
}

/** The record of a request for a session. */
export function sessionRecord(timeout: number): Buffer {
  const record = Buffer.alloc(4)
  record.writeInt32BE(timeout)
  return record
}

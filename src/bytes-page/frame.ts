/** A frame of the page: what writes it, and the names of its fields. */
import { ErrorCode, type Request, type Result } from '../../spec/vocabulary/index.js'
import type { JuteWriter } from '../wire/jute-writer.js'
import { writeReply } from '../wire/replies.js'
import { writeRequest } from '../wire/requests.js'

/** One frame. */
export interface ConversationFrame {
  readonly from: 'client' | 'server'
  readonly says: string
  readonly write: (writer: JuteWriter) => void
  /** The names of its fields in their order; what stands behind a colon explains the value. */
  readonly fields: readonly string[]
}

/** Frames that belong together. */
export interface Exchange {
  readonly title: string
  /** What to notice, and the rules. */
  readonly about: string
  /** Whether it begins a connection of its own. */
  readonly opens: boolean
  readonly frames: readonly ConversationFrame[]
}

/** The fields of a reply's header before its error. */
export const replyHeader: readonly string[] = ['length', 'xid', 'zxid']

/** A request's frame; `record` names the fields behind its header. */
export function request(
  says: string,
  xid: number,
  asked: Request,
  record: readonly string[],
): ConversationFrame {
  const fields = ['length', 'xid', `type: ${asked.op}`, ...record]
  return { from: 'client', says, write: (writer) => writeRequest(writer, xid, asked), fields }
}

/** A successful reply's frame. */
export function reply(
  says: string,
  xid: number,
  zxid: bigint,
  result: Result,
  record: readonly string[],
): ConversationFrame {
  const write = (writer: JuteWriter): void => writeReply(writer, { xid, zxid, err: ErrorCode.Ok, result })
  return { from: 'server', says, write, fields: [...replyHeader, 'err', ...record] }
}

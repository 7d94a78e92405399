/**
 * Replies and notifications to bytes and back: the header (xid, zxid, err) and the record of every result.
 * Carries WIRE-30, WIRE-34, WIRE-35, WIRE-50, WIRE-61 to WIRE-63.
 */
import {
  ErrorCode,
  OpCode,
  Xid,
  type EventType,
  type MultiResult,
  type Notification,
  type Reply,
  type Request,
  type Result,
} from '../../spec/vocabulary/index.js'
import type { JuteReader } from './jute-reader.js'
import type { JuteWriter } from './jute-writer.js'
import { readAcls, readStat, readStrings, writeAcls, writeStat, writeStrings } from './records.js'
import { writeMultiHeader } from './requests.js'

/** Writes a whole frame: length, header, and the record if there is one. */
export function writeReply(writer: JuteWriter, reply: Reply): void {
  const frame = writer.beginFrame()
  writeReplyHeader(writer, reply.xid, reply.zxid, reply.err)
  if (reply.result !== undefined) writeResult(writer, reply.result)
  writer.endFrame(frame)
}

/** Writes the jute `ReplyHeader`. */
export function writeReplyHeader(writer: JuteWriter, xid: number, zxid: bigint, err: number): void {
  writer.int(xid)
  writer.long(zxid)
  writer.int(err)
}

/** Writes a notification's whole frame. */
export function writeNotification(writer: JuteWriter, { zxid, event }: Notification): void {
  const frame = writer.beginFrame()
  writeReplyHeader(writer, Xid.notification, zxid, ErrorCode.Ok)
  writer.int(event.type)
  writer.int(event.state)
  writer.string(event.path)
  writer.endFrame(frame)
}

/** Writes the record of a result, without header. */
export function writeResult(writer: JuteWriter, result: Result): void {
  switch (result.op) {
    case 'create':
    case 'sync':
      writer.string(result.path)
      return
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      writer.string(result.path)
      writeStat(writer, result.stat)
      return
    case 'exists':
    case 'setData':
    case 'setACL':
      writeStat(writer, result.stat)
      return
    case 'getData':
      writer.buffer(result.data)
      writeStat(writer, result.stat)
      return
    case 'getACL':
      writeAcls(writer, result.acl)
      writeStat(writer, result.stat)
      return
    case 'getChildren':
      writeStrings(writer, result.children)
      return
    case 'getChildren2':
      writeStrings(writer, result.children)
      writeStat(writer, result.stat)
      return
    case 'multi':
    case 'multiRead':
      for (const part of result.results) writePart(writer, part)
      writeMultiHeader(writer, -1, true, -1)
      return
    case 'getEphemerals':
      writeStrings(writer, result.ephemerals)
      return
    case 'getAllChildrenNumber':
      writer.int(result.totalNumber)
      return
    case 'whoAmI':
      writer.vector(result.clientInfo, (each, info) => {
        each.string(info.authScheme)
        each.string(info.user)
      })
      return
    case 'sasl':
      writer.buffer(result.token)
      return
    // An `ErrorResponse`, though nothing went wrong.
    case 'addWatch':
      writer.int(ErrorCode.Ok)
      return
    default:
      return
  }
}

function writePart(writer: JuteWriter, part: MultiResult): void {
  if (part.op === 'error') {
    writeMultiHeader(writer, OpCode.error, false, part.err)
    writer.int(part.err)
    return
  }
  writeMultiHeader(writer, OpCode[part.op], false, 0)
  writeResult(writer, part)
}

/** Reads the jute `ReplyHeader`. */
export function readReplyHeader(reader: JuteReader): { xid: number; zxid: bigint; err: number } {
  return { xid: reader.int(), zxid: reader.long(), err: reader.int() }
}

/** Reads what follows the header of a notification. */
export function readWatcherEvent(reader: JuteReader): Notification['event'] {
  return { type: reader.int() as EventType, state: reader.int(), path: reader.string() }
}

/** Reads the record of a successful reply to a request of this operation. */
export function readResult(op: Request['op'], reader: JuteReader): Result {
  switch (op) {
    case 'create':
    case 'sync':
      return { op, path: reader.string() }
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return { op, path: reader.string(), stat: readStat(reader) }
    case 'exists':
    case 'setData':
    case 'setACL':
      return { op, stat: readStat(reader) }
    case 'getData':
      return { op, data: reader.buffer(), stat: readStat(reader) }
    case 'getACL':
      return { op, acl: readAcls(reader) ?? [], stat: readStat(reader) }
    case 'getChildren':
      return { op, children: readStrings(reader) }
    case 'getChildren2':
      return { op, children: readStrings(reader), stat: readStat(reader) }
    case 'multi':
    case 'multiRead':
      return { op, results: readParts(reader) }
    case 'getEphemerals':
      return { op, ephemerals: readStrings(reader) }
    case 'getAllChildrenNumber':
      return { op, totalNumber: reader.int() }
    case 'whoAmI':
      return {
        op,
        clientInfo: reader.vector(8, (each) => ({ authScheme: each.string(), user: each.string() })) ?? [],
      }
    case 'sasl':
      return { op, token: reader.buffer() }
    case 'addWatch':
      reader.int()
      return { op }
    // The new configuration, as getData would give it.
    case 'reconfig':
      return { op: 'getData', data: reader.buffer(), stat: readStat(reader) }
    default:
      return { op }
  }
}

function readParts(reader: JuteReader): MultiResult[] {
  const results: MultiResult[] = []
  for (;;) {
    const type = reader.int()
    const done = reader.bool()
    reader.int()
    if (done) return results
    results.push(readPart(type, reader))
  }
}

function readPart(type: number, reader: JuteReader): MultiResult {
  switch (type) {
    case OpCode.create:
      return { op: 'create', path: reader.string() }
    case OpCode.create2:
      return { op: 'create2', path: reader.string(), stat: readStat(reader) }
    case OpCode.createContainer:
      return { op: 'createContainer', path: reader.string(), stat: readStat(reader) }
    case OpCode.createTTL:
      return { op: 'createTTL', path: reader.string(), stat: readStat(reader) }
    case OpCode.setData:
      return { op: 'setData', stat: readStat(reader) }
    case OpCode.delete:
      return { op: 'delete' }
    case OpCode.check:
      return { op: 'check' }
    case OpCode.getData:
      return { op: 'getData', data: reader.buffer(), stat: readStat(reader) }
    case OpCode.getChildren:
      return { op: 'getChildren', children: readStrings(reader) }
    case OpCode.error:
      return { op: 'error', err: reader.int() }
    default:
      throw reader.error("the type of a multi's result", String(type))
  }
}

/**
 * The two reads that make up most of a server's work, `getData` and `exists`, from the request's bytes to the reply's without
 * a value in between. What they come to is what `State.read` would come to; a test holds the two equal.
 */
import { ErrorCode, OpCode, Perms, type Id } from '../../../spec/vocabulary/index.js'
import type { Znode } from '../../tree/znode.js'
import type { JuteReader, JuteWriter } from '../../wire/index.js'
import type { ConnectionNumber } from '../effects.js'
import type { Database } from '../database.js'

/** Whether a request type is answered here. */
export function isHot(type: number): boolean {
  return type === OpCode.getData || type === OpCode.exists
}

/** Reads the request's record and writes the reply's frame. Throws a MarshallingError for what isn't the record. */
export function answerHot(
  state: Database,
  type: number,
  xid: number,
  identities: readonly Id[],
  connection: ConnectionNumber,
  reader: JuteReader,
  out: JuteWriter,
): void {
  const path = reader.string()
  const watch = reader.bool()
  const node = state.tree.get(path)
  const err = errorOf(state, type, path, node, identities)
  const frame = out.beginFrame()
  out.int(xid)
  out.long(state.lastZxid)
  out.int(err)
  if (err === ErrorCode.Ok) {
    if (type === OpCode.getData) out.buffer(node!.data)
    writeNodeStat(out, node!)
  }
  out.endFrame(frame)
  if (!watch) return
  if (err === ErrorCode.Ok || (type === OpCode.exists && err === ErrorCode.NoNode)) {
    state.watches.add('data', path, connection)
  }
}

function errorOf(
  state: Database,
  type: number,
  path: string,
  node: Znode | undefined,
  identities: readonly Id[],
): number {
  if (type === OpCode.exists && path.includes('\0')) return ErrorCode.BadArguments
  if (node === undefined) return ErrorCode.NoNode
  const isPermitted = type === OpCode.exists || state.access.permits(node.acl, Perms.READ, identities)
  return isPermitted ? ErrorCode.Ok : ErrorCode.NoAuth
}

function writeNodeStat(out: JuteWriter, node: Znode): void {
  out.long(node.czxid)
  out.long(node.mzxid)
  out.longFromNumber(node.ctime)
  out.longFromNumber(node.mtime)
  out.int(node.version)
  out.int(node.cversion)
  out.int(node.aversion)
  out.long(node.shownOwner)
  out.int(node.dataLength)
  out.int(node.childCount)
  out.long(node.pzxid)
}

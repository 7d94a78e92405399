/**
 * Requests to bytes and back: the header (xid, type) and the record of every operation. Carries WIRE-30, WIRE-50, WIRE-60.
 */
import { OpCode, type MultiOp, type MultiReadOp, type Request } from '../../spec/vocabulary/index.js'
import type { JuteReader } from './jute-reader.js'
import type { JuteWriter } from './jute-writer.js'
import { NullPathError } from './marshalling-error.js'
import { readAskedAcls, writeAcls, writeStrings } from './records.js'

/** The name of the request that a type stands for; undefined for a type that no client may send. */
export const requestNames: ReadonlyMap<number, Request['op']> = new Map(
  (
    [
      'create',
      'delete',
      'exists',
      'getData',
      'setData',
      'getACL',
      'setACL',
      'getChildren',
      'sync',
      'ping',
      'getChildren2',
      'check',
      'multi',
      'create2',
      'reconfig',
      'checkWatches',
      'removeWatches',
      'createContainer',
      'deleteContainer',
      'createTTL',
      'multiRead',
      'auth',
      'setWatches',
      'sasl',
      'getEphemerals',
      'getAllChildrenNumber',
      'setWatches2',
      'addWatch',
      'whoAmI',
      'closeSession',
    ] as const
  ).map((op) => [OpCode[op], op]),
)

/**
 * Reads the record that follows a request's header.
 * @throws MarshallingError when the bytes are not such a record. Bytes after it are left, as Apache leaves them.
 * @throws NullPathError when they are, and a path is null
 */
export function readRequest(op: Request['op'], reader: JuteReader): Request {
  const request = readRecord(op, reader)
  if (reader.nullPathAt >= 0) throw new NullPathError(reader.nullPathAt)
  return request
}

function readRecord(op: Request['op'], reader: JuteReader): Request {
  switch (op) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
    case 'delete':
    case 'setData':
    case 'check':
      return readMultiOp(op, reader)
    case 'getData':
    case 'getChildren':
    case 'exists':
    case 'getChildren2':
      return { op, path: reader.path(), watch: reader.bool() }
    case 'getACL':
    case 'sync':
    case 'getAllChildrenNumber':
      return { op, path: reader.path() }
    case 'setACL':
      return { op, path: reader.path(), acl: readAskedAcls(reader), version: reader.int() }
    case 'multi':
      return { op, ops: readMulti(reader) }
    case 'multiRead':
      return { op, ops: readMultiRead(reader) }
    case 'getEphemerals':
      return { op, prefixPath: reader.nullableString() ?? '' }
    case 'addWatch':
      return { op, path: reader.path(), mode: reader.int() }
    case 'setWatches':
      return { op, ...readWatches(reader) }
    case 'setWatches2':
      return {
        op,
        ...readWatches(reader),
        persistentWatches: readLastingPaths(reader),
        persistentRecursiveWatches: readLastingPaths(reader),
      }
    case 'checkWatches':
    case 'removeWatches':
      return { op, path: reader.path(), type: reader.int() }
    case 'auth':
      return { op, authType: reader.int(), scheme: reader.nullableString() ?? '', auth: reader.buffer() }
    case 'sasl':
      return { op, token: reader.buffer() }
    case 'reconfig':
      return {
        op,
        joiningServers: reader.nullableString(),
        leavingServers: reader.nullableString(),
        newMembers: reader.nullableString(),
        curConfigId: reader.long(),
      }
    // Refused whatever its record says (TREE-88).
    case 'deleteContainer':
    case 'whoAmI':
    case 'ping':
    case 'closeSession':
      return { op }
  }
}

function readWatches(reader: JuteReader) {
  return {
    relativeZxid: reader.long(),
    dataWatches: readPaths(reader),
    existWatches: readPaths(reader),
    childWatches: readPaths(reader),
  }
}

/** A list of watched paths, which can't be null (WATCHER-66). */
function readPaths(reader: JuteReader): string[] {
  const paths = reader.vector(4, (each) => each.string())
  if (paths === null) throw reader.error('a list of paths', 'null')
  return paths
}

/** Of persistent watches: a null path among them does no harm (WIRE-45). */
function readLastingPaths(reader: JuteReader): string[] {
  const paths = reader.vector(4, (each) => each.nullableString())
  if (paths === null) throw reader.error('a list of paths', 'null')
  return paths.filter((path) => path !== null)
}

function readMultiOp(op: MultiOp['op'], reader: JuteReader): MultiOp {
  switch (op) {
    case 'create':
    case 'create2':
    case 'createContainer':
      return {
        op,
        path: reader.path(),
        data: reader.buffer(),
        acl: readAskedAcls(reader),
        flags: reader.int(),
      }
    case 'createTTL':
      return {
        op,
        path: reader.path(),
        data: reader.buffer(),
        acl: readAskedAcls(reader),
        flags: reader.int(),
        ttl: reader.long(),
      }
    case 'delete':
    case 'check':
      return { op, path: reader.path(), version: reader.int() }
    case 'setData':
      return { op, path: reader.path(), data: reader.buffer(), version: reader.int() }
  }
}

/** Reads parts until the header that says done. */
function* parts(reader: JuteReader): Generator<number> {
  for (;;) {
    const type = reader.int()
    const done = reader.bool()
    reader.int()
    if (done) return
    yield type
  }
}

const multiOps: ReadonlyMap<number, MultiOp['op']> = new Map(
  (['create', 'create2', 'createContainer', 'createTTL', 'delete', 'setData', 'check'] as const).map((op) => [
    OpCode[op],
    op,
  ]),
)

function readMulti(reader: JuteReader): MultiOp[] {
  const ops: MultiOp[] = []
  for (const type of parts(reader)) {
    const op = multiOps.get(type)
    if (op === undefined) throw reader.error('the type of a part that a multi may have', String(type))
    ops.push(readMultiOp(op, reader))
  }
  return ops
}

function readMultiRead(reader: JuteReader): MultiReadOp[] {
  const ops: MultiReadOp[] = []
  for (const type of parts(reader)) {
    const op = type === OpCode.getData ? 'getData' : type === OpCode.getChildren ? 'getChildren' : undefined
    if (op === undefined) throw reader.error('getData or getChildren, the parts of a multiRead', String(type))
    ops.push({ op, path: reader.path(), watch: reader.bool() })
  }
  return ops
}

/** Writes a whole frame: length, header, record. */
export function writeRequest(writer: JuteWriter, xid: number, request: Request): void {
  const frame = writer.beginFrame()
  writer.int(xid)
  writer.int(OpCode[request.op])
  writeRequestRecord(writer, request)
  writer.endFrame(frame)
}

function writeRequestRecord(writer: JuteWriter, request: Request): void {
  switch (request.op) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      writer.string(request.path)
      writer.buffer(request.data)
      writeAcls(writer, request.acl)
      writer.int(request.flags)
      if (request.op === 'createTTL') writer.long(request.ttl)
      return
    case 'delete':
    case 'check':
      writer.string(request.path)
      writer.int(request.version)
      return
    case 'setData':
      writer.string(request.path)
      writer.buffer(request.data)
      writer.int(request.version)
      return
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      writer.string(request.path)
      writer.bool(request.watch)
      return
    case 'getACL':
    case 'sync':
    case 'getAllChildrenNumber':
      writer.string(request.path)
      return
    case 'setACL':
      writer.string(request.path)
      writeAcls(writer, request.acl)
      writer.int(request.version)
      return
    case 'multi':
    case 'multiRead':
      for (const op of request.ops) {
        writeMultiHeader(writer, OpCode[op.op], false, -1)
        writeRequestRecord(writer, op)
      }
      writeMultiHeader(writer, -1, true, -1)
      return
    case 'getEphemerals':
      writer.string(request.prefixPath)
      return
    case 'addWatch':
      writer.string(request.path)
      writer.int(request.mode)
      return
    case 'setWatches':
    case 'setWatches2':
      writer.long(request.relativeZxid)
      writeStrings(writer, request.dataWatches)
      writeStrings(writer, request.existWatches)
      writeStrings(writer, request.childWatches)
      if (request.op === 'setWatches2') {
        writeStrings(writer, request.persistentWatches)
        writeStrings(writer, request.persistentRecursiveWatches)
      }
      return
    case 'checkWatches':
    case 'removeWatches':
      writer.string(request.path)
      writer.int(request.type)
      return
    case 'auth':
      writer.int(request.authType)
      writer.string(request.scheme)
      writer.buffer(request.auth)
      return
    case 'sasl':
      writer.buffer(request.token)
      return
    case 'reconfig':
      writer.string(request.joiningServers)
      writer.string(request.leavingServers)
      writer.string(request.newMembers)
      writer.long(request.curConfigId)
      return
    case 'deleteContainer':
    case 'whoAmI':
    case 'ping':
    case 'closeSession':
      return
  }
}

/** Writes the jute `MultiHeader` that precedes each part, and ends them. */
export function writeMultiHeader(writer: JuteWriter, type: number, done: boolean, err: number): void {
  writer.int(type)
  writer.bool(done)
  writer.int(err)
}

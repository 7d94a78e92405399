/**
 * Requests to bytes and back: the header (xid, type) and the record of every operation. Carries WIRE-30, WIRE-50, WIRE-60.
 */
import { OpCode, type MultiOp, type MultiReadOp, type Request } from '../../spec/vocabulary/index.js'
import type { JuteReader } from './jute-reader.js'
import type { JuteWriter } from './jute-writer.js'
import { readAcls, writeAcls, writeStrings } from './records.js'

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
 */
export function readRequest(op: Request['op'], reader: JuteReader): Request {
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
      return { op, path: reader.string(), watch: reader.bool() }
    case 'getACL':
    case 'sync':
    case 'getAllChildrenNumber':
      return { op, path: reader.string() }
    // Not a record: the path's bytes and nothing else.
    case 'deleteContainer':
      return { op, path: reader.rest().toString('utf8') }
    case 'setACL':
      return { op, path: reader.string(), acl: readAcls(reader), version: reader.int() }
    case 'multi':
      return { op, ops: readMulti(reader) }
    case 'multiRead':
      return { op, ops: readMultiRead(reader) }
    case 'getEphemerals':
      return { op, prefixPath: reader.nullableString() ?? '' }
    case 'addWatch':
      return { op, path: reader.string(), mode: reader.int() }
    case 'setWatches':
      return { op, ...readWatches(reader) }
    case 'setWatches2':
      return {
        op,
        ...readWatches(reader),
        persistentWatches: readPaths(reader),
        persistentRecursiveWatches: readPaths(reader),
      }
    case 'checkWatches':
    case 'removeWatches':
      return { op, path: reader.string(), type: reader.int() }
    case 'auth':
      return { op, authType: reader.int(), scheme: reader.string(), auth: reader.buffer() }
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

function readMultiOp(op: MultiOp['op'], reader: JuteReader): MultiOp {
  switch (op) {
    case 'create':
    case 'create2':
    case 'createContainer':
      return { op, path: reader.string(), data: reader.buffer(), acl: readAcls(reader), flags: reader.int() }
    case 'createTTL':
      return {
        op,
        path: reader.string(),
        data: reader.buffer(),
        acl: readAcls(reader),
        flags: reader.int(),
        ttl: reader.long(),
      }
    case 'delete':
    case 'check':
      return { op, path: reader.string(), version: reader.int() }
    case 'setData':
      return { op, path: reader.string(), data: reader.buffer(), version: reader.int() }
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
    ops.push({ op, path: reader.string(), watch: reader.bool() })
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
    case 'deleteContainer':
      writer.raw(Buffer.from(request.path, 'utf8'))
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

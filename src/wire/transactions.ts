/**
 * Transactions to bytes and back, as the log stores them and a leader proposes them: header, body, and from 3.6 on a
 * digest of the tree after them, which a reader may find and a writer may leave out.
 */
import { OpCode } from '../../spec/vocabulary/index.js'
import type { MultiTxnPart, Transaction, Txn, TxnHeader } from '../tree/txn.js'
import { JuteReader } from './jute-reader.js'
import { JuteWriter } from './jute-writer.js'
import { readAcls, readStrings, writeAcls, writeStrings } from './records.js'

/** Writes header and body. */
export function writeTransaction(writer: JuteWriter, { header, txn }: Transaction): void {
  writer.long(header.clientId)
  writer.int(header.cxid)
  writer.long(header.zxid)
  writer.longFromNumber(header.time)
  writer.int(header.type)
  writeTxn(writer, txn)
}

function writeTxn(writer: JuteWriter, txn: Txn): void {
  switch (txn.op) {
    case 'create':
    case 'create2':
      writer.string(txn.path)
      writer.buffer(txn.data)
      writeAcls(writer, txn.acl)
      writer.bool(txn.ephemeral)
      writer.int(txn.parentCVersion)
      return
    case 'createContainer':
      writer.string(txn.path)
      writer.buffer(txn.data)
      writeAcls(writer, txn.acl)
      writer.int(txn.parentCVersion)
      return
    case 'createTTL':
      writer.string(txn.path)
      writer.buffer(txn.data)
      writeAcls(writer, txn.acl)
      writer.int(txn.parentCVersion)
      writer.long(txn.ttl)
      return
    case 'delete':
    case 'deleteContainer':
      writer.string(txn.path)
      return
    case 'setData':
      writer.string(txn.path)
      writer.buffer(txn.data)
      writer.int(txn.version)
      return
    case 'check':
      writer.string(txn.path)
      writer.int(txn.version)
      return
    case 'setACL':
      writer.string(txn.path)
      writeAcls(writer, txn.acl)
      writer.int(txn.version)
      return
    case 'createSession':
      writer.int(txn.timeOut)
      return
    case 'closeSession':
      if (txn.paths !== null) writeStrings(writer, txn.paths)
      return
    case 'error':
      writer.int(txn.err)
      return
    case 'multi':
      writer.vector(txn.txns, writePart)
      return
  }
}

const partWriter = new JuteWriter()

function writePart(writer: JuteWriter, part: MultiTxnPart): void {
  writer.int(OpCode[part.op])
  partWriter.clear()
  writeTxn(partWriter, part)
  writer.buffer(partWriter.view())
}

/** Reads the header alone. */
export function readTxnHeader(reader: JuteReader): TxnHeader {
  return {
    clientId: reader.long(),
    cxid: reader.int(),
    zxid: reader.long(),
    time: reader.time(),
    type: reader.int(),
  }
}

/**
 * Reads header and body; what follows (a digest) is left.
 * @throws MarshallingError when the bytes are no transaction, or one of a type that has no place in a log
 */
export function readTransaction(reader: JuteReader): Transaction {
  const header = readTxnHeader(reader)
  return { header, txn: readTxn(header.type, reader) }
}

function readTxn(type: number, reader: JuteReader): Txn {
  switch (type) {
    case OpCode.setACL:
      return { op: 'setACL', path: reader.string(), acl: readAcls(reader) ?? [], version: reader.int() }
    case OpCode.createSession:
      return { op: 'createSession', timeOut: reader.int() }
    // Servers before 3.6 write no body.
    case OpCode.closeSession:
      return { op: 'closeSession', paths: reader.remaining > 0 ? readStrings(reader) : null }
    case OpCode.multi:
      return { op: 'multi', txns: reader.vector(8, readMultiPart) ?? [] }
    default:
      return readPart(type, reader)
  }
}

function readMultiPart(reader: JuteReader): MultiTxnPart {
  const type = reader.int()
  return readPart(type, new JuteReader(reader.buffer() ?? Buffer.alloc(0)))
}

function readPart(type: number, reader: JuteReader): MultiTxnPart {
  switch (type) {
    case OpCode.create:
    case OpCode.create2:
      return {
        op: type === OpCode.create ? 'create' : 'create2',
        path: reader.string(),
        data: reader.buffer(),
        acl: readAcls(reader) ?? [],
        ephemeral: reader.bool(),
        // Servers before 3.4 write none.
        parentCVersion: reader.remaining >= 4 ? reader.int() : -1,
      }
    case OpCode.createContainer:
      return {
        op: 'createContainer',
        path: reader.string(),
        data: reader.buffer(),
        acl: readAcls(reader) ?? [],
        parentCVersion: reader.int(),
      }
    case OpCode.createTTL:
      return {
        op: 'createTTL',
        path: reader.string(),
        data: reader.buffer(),
        acl: readAcls(reader) ?? [],
        parentCVersion: reader.int(),
        ttl: reader.long(),
      }
    case OpCode.delete:
      return { op: 'delete', path: reader.string() }
    case OpCode.deleteContainer:
      return { op: 'deleteContainer', path: reader.string() }
    // A reconfiguration is a write of the configuration's znode.
    case OpCode.setData:
    case OpCode.reconfig:
      return { op: 'setData', path: reader.string(), data: reader.buffer(), version: reader.int() }
    case OpCode.check:
      return { op: 'check', path: reader.string(), version: reader.int() }
    case OpCode.error:
      return { op: 'error', err: reader.int() }
    default:
      throw reader.error('the type of a transaction', String(type), undefined)
  }
}

/**
 * The snapshot's format: a header, the sessions, the ACLs by number, the znodes with parents before children, a checksum.
 * Apache's own format. A snapshot is fuzzy: the tree may change while it is written, and the log from its zxid on makes up for it.
 */
import { type Acl, openAcl, type SessionId, type Zxid } from '../../spec/vocabulary/index.js'
import type { DataTree } from '../tree/data-tree.js'
import { Znode } from '../tree/znode.js'
import { JuteReader, JuteWriter, readAcls, writeAcls } from '../wire/index.js'
import { adler32 } from './adler32.js'

/** `ZKSN`. */
const magic = 0x5a4b_534e
const version = 2
/** Stands for the ACL that lets everyone do everything. */
export const openNumber = -1n
/** Bytes of a checksum and the path that follows it. */
export const sealSize = 13
/** Znodes written between two looks at how much time that took. */
const stride = 512

/** A session as snapshots keep it: its id, and its timeout in milliseconds. */
export type SessionEntry = readonly [SessionId, number]

/** Writes a snapshot piece by piece; whoever writes it may do other things between pieces. */
export function* writeSnapshot(tree: DataTree, sessions: readonly SessionEntry[]): Generator<Buffer> {
  const writer = new JuteWriter(1 << 20)
  writer.int(magic)
  writer.int(version)
  writer.long(-1n)
  let checksum = 1
  for (const bytes of writeContent(writer, tree, sessions)) {
    checksum = adler32(bytes, 0, bytes.length, checksum)
    yield bytes
  }
  seal(writer, checksum)
  yield writer.take()
}

/** What a snapshot holds, piece by piece, behind what the writer has already: sessions, ACLs, znodes, and the end of these. */
export function* writeContent(
  writer: JuteWriter,
  tree: DataTree,
  sessions: readonly SessionEntry[],
): Generator<Buffer> {
  const since = tree.lastProcessedZxid
  writer.int(sessions.length)
  for (const [id, timeOut] of sessions) {
    writer.long(id)
    writer.int(timeOut)
  }
  const numbers = numberAcls(tree)
  writer.int(numbers.size)
  for (const [acl, number] of numbers) {
    writer.long(number)
    writeAcls(writer, acl)
  }
  yield writer.take()
  let count = 0
  for (const [path, node] of tree.entries()) {
    // What was created since is in the log; so is an ACL that was set since, and is not among the numbered.
    if (node.czxid > since) continue
    writer.string(path)
    writeNode(writer, node, numbers.get(node.acl) ?? openNumber)
    if (++count % stride === 0) yield writer.take()
  }
  writer.string('/')
  yield writer.take()
}

function seal(writer: JuteWriter, checksum: number): void {
  writer.long(BigInt(checksum))
  writer.string('/')
}

function numberAcls(tree: DataTree): Map<readonly Acl[], bigint> {
  const numbers = new Map<readonly Acl[], bigint>()
  for (const acl of tree.aclLists) {
    if (acl !== openAcl) numbers.set(acl, BigInt(numbers.size + 1))
  }
  return numbers
}

function writeNode(writer: JuteWriter, node: Znode, acl: bigint): void {
  writer.buffer(node.data)
  writer.long(acl)
  writer.long(node.czxid)
  writer.long(node.mzxid)
  writer.longFromNumber(node.ctime)
  writer.longFromNumber(node.mtime)
  writer.int(node.version)
  writer.int(node.creations)
  writer.int(node.aversion)
  writer.long(node.ephemeralOwner)
  writer.long(node.pzxid)
}

/**
 * Reads a snapshot into a tree, which it replaces; gives the sessions.
 * @throws Error or MarshallingError that says what is wrong
 */
export function readSnapshot(bytes: Buffer, tree: DataTree, zxid: Zxid): SessionEntry[] {
  const reader = new JuteReader(bytes).keepTogether()
  if (reader.int() !== magic || reader.int() !== version)
    throw new Error('it does not begin as a snapshot does')
  reader.long()
  const sessions = (reader.vector(12, (each): SessionEntry => [each.long(), each.int()]) ??
    []) as SessionEntry[]
  const acls = new Map<bigint, readonly Acl[]>([[openNumber, openAcl]])
  for (const [number, acl] of reader.vector(12, (each) => [each.long(), readAcls(each) ?? []] as const) ??
    []) {
    acls.set(number, acl)
  }
  // The checksum first: nothing of a damaged snapshot gets into the tree.
  checkSeal(bytes)
  tree.clear()
  readNodes(reader, tree, acls)
  tree.restored()
  tree.lastProcessedZxid = zxid
  return sessions
}

/** Whether bytes begin as a snapshot does. */
export function isSnapshotHeader(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.readInt32BE(0) === magic && bytes.readInt32BE(4) === version
}

/** Whether the last bytes of a snapshot have the checksum of all before them. */
export function isSealed(seal: Buffer, checksum: number): boolean {
  return isEnd(seal) && seal.readBigInt64BE(0) === BigInt(checksum)
}

function isEnd(seal: Buffer): boolean {
  return seal.length === sealSize && seal.readInt32BE(8) === 1 && seal[12] === 0x2f
}

/** Every snapshot ends with a checksum of all before it; what newer servers append is sealed in the same way. */
function checkSeal(bytes: Buffer): void {
  const end = Math.max(0, bytes.length - sealSize)
  const seal = bytes.subarray(end)
  if (!isEnd(seal)) throw new Error('it has no end')
  const expected = adler32(bytes, 0, end)
  if (!isSealed(seal, expected))
    throw new Error(`its checksum is ${seal.readBigInt64BE(0)}, and should be ${expected}`)
}

function readNodes(reader: JuteReader, tree: DataTree, acls: ReadonlyMap<bigint, readonly Acl[]>): void {
  for (let path = reader.string(); path !== '/'; path = reader.string()) {
    const data = reader.buffer()
    const acl = acls.get(reader.long()) ?? openAcl
    const node = new Znode(data, acl, reader.long(), 0, 0n)
    node.mzxid = same(reader.long(), node.czxid)
    node.ctime = reader.time()
    node.mtime = reader.time()
    node.version = reader.int()
    node.creations = reader.int()
    node.aversion = reader.int()
    node.ephemeralOwner = same(reader.long(), 0n)
    node.pzxid = same(reader.long(), node.mzxid)
    tree.restore(path, node)
  }
}

/** One object for two equal numbers of 64 bits: most znodes have few different ones. */
export function same(value: bigint, known: bigint): bigint {
  return value === known ? known : value
}

/**
 * A snapshot on its way from a leader to a learner (BROADCAST-95): what a snapshot's file holds between its header and its
 * checksum, and a signature. It has no frame: where it ends is known when it is read.
 */
import { type Acl, openAcl, type Zxid } from '../../spec/vocabulary/index.js'
import { DataTree, type TreeOptions } from '../tree/data-tree.js'
import { parentOf } from '../tree/paths.js'
import { Znode } from '../tree/znode.js'
import { JuteReader, JuteWriter, MarshallingError, readAcls } from '../wire/index.js'
import { openNumber, same, type SessionEntry, writeContent } from './snapshot-format.js'

const signature = 'BenWasHere'
/** Bytes of a znode behind its data. */
const fieldsSize = 68
/** The longest path, scheme or id, in bytes, that is waited for. */
const longestString = 1 << 24

/** The stream's pieces; whoever sends them may do other things in between. */
export function* writeSnapshotStream(tree: DataTree, sessions: readonly SessionEntry[]): Generator<Buffer> {
  const writer = new JuteWriter(1 << 20)
  yield* writeContent(writer, tree, sessions)
  writer.string(signature)
  yield writer.take()
}

/** Takes the stream in whatever pieces. Nothing may be made of its tree before it is whole. */
export class SnapshotIntake {
  readonly tree: DataTree
  readonly sessions: SessionEntry[] = []
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0
  /** Bytes read before `bytes`. */
  private before = 0
  private readonly reading: Generator<void, void>
  private failure: unknown

  /**
   * @param zxid that of SNAP, which the tree is as of
   * @param longestData bytes that a znode may have
   */
  constructor(
    private readonly zxid: Zxid,
    options: TreeOptions,
    private readonly longestData: number,
  ) {
    this.tree = new DataTree(options)
    this.tree.clear()
    this.reading = this.read()
  }

  /**
   * Bytes have come. Gives those behind the stream once it is whole, undefined before.
   * @throws MarshallingError where they are no snapshot: the connection is to be closed
   */
  push(bytes: Buffer): Buffer | undefined {
    const left = this.bytes.subarray(this.at)
    this.before += this.at
    this.bytes = left.length === 0 ? bytes : Buffer.concat([left, bytes])
    this.at = 0
    // A generator that has thrown once would say that it is done.
    if (this.failure !== undefined) throw this.failure
    try {
      return this.reading.next().done === true ? this.bytes.subarray(this.at) : undefined
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  private *read(): Generator<void, void> {
    for (let left = yield* this.count('sessions'); left > 0; left--) {
      const at = yield* this.take(12)
      this.sessions.push([this.bytes.readBigInt64BE(at), this.bytes.readInt32BE(at + 8)])
    }
    const acls = yield* this.readAclLists()
    for (;;) {
      const start = this.offset
      const path = yield* this.string('a path')
      if (path === '/') break
      this.checkPlace(path, start)
      yield* this.readNode(path, acls)
    }
    if (this.tree.get('') === undefined)
      throw this.error('the root', 'the end of the znodes', this.offset - 5)
    const start = this.offset
    const found = yield* this.string('the signature', signature.length)
    if (found !== signature) throw this.error(`the signature "${signature}"`, JSON.stringify(found), start)
    this.tree.restored()
    this.tree.lastProcessedZxid = this.zxid
  }

  private *readAclLists(): Generator<void, Map<bigint, readonly Acl[]>> {
    const lists = new Map<bigint, readonly Acl[]>([[openNumber, openAcl]])
    for (let left = yield* this.count('ACLs'); left > 0; left--) {
      const at = yield* this.take(8)
      const number = this.bytes.readBigInt64BE(at)
      lists.set(number, yield* this.readAclList())
    }
    return lists
  }

  private *readAclList(): Generator<void, readonly Acl[]> {
    // Its bytes first: how many there are is known when all its strings have come.
    const pieces: Buffer[] = []
    const keep = (at: number) => void pieces.push(Buffer.from(this.bytes.subarray(at, this.at)))
    const count = yield* this.count('entries of an ACL')
    for (let left = count; left > 0; left--) {
      keep(yield* this.take(4))
      for (let part = 0; part < 2; part++) {
        const length = Math.max(yield* this.length('a scheme or an id', longestString), 0)
        const head = Buffer.alloc(4)
        head.writeInt32BE(length)
        pieces.push(head)
        keep(yield* this.take(length))
      }
    }
    const head = Buffer.alloc(4)
    head.writeInt32BE(count)
    return readAcls(new JuteReader(Buffer.concat([head, ...pieces]))) ?? []
  }

  /** A path that none has yet, below a znode that came before; the root's is empty. */
  private checkPlace(path: string, at: number): void {
    const { tree } = this
    const refuse = (expected: string) => this.error(expected, JSON.stringify(path), at)
    // Not more: servers have differed in which names they take.
    if (path !== '' && (!path.startsWith('/') || path.endsWith('/') || path.includes('//')))
      throw refuse('a path')
    if (tree.get(path) !== undefined) throw refuse('a path that no znode has yet')
    if (path !== '' && tree.get(parentOf(path) ?? '') === undefined)
      throw refuse('a path whose parent came before')
  }

  private *readNode(path: string, acls: ReadonlyMap<bigint, readonly Acl[]>): Generator<void, void> {
    const length = yield* this.length('data', this.longestData)
    const at = yield* this.take(Math.max(length, 0) + fieldsSize)
    const fields = new JuteReader(this.bytes, at + Math.max(length, 0), this.at)
    const data = length < 0 ? null : Buffer.from(this.bytes.subarray(at, at + length))
    const acl = acls.get(fields.long()) ?? openAcl
    const node = new Znode(data, acl, fields.long(), 0, 0n)
    node.mzxid = same(fields.long(), node.czxid)
    node.ctime = fields.time()
    node.mtime = fields.time()
    node.version = fields.int()
    node.creations = fields.int()
    node.aversion = fields.int()
    node.ephemeralOwner = same(fields.long(), 0n)
    node.pzxid = same(fields.long(), node.mzxid)
    this.tree.restore(path, node)
  }

  private *count(what: string): Generator<void, number> {
    const at = yield* this.take(4)
    const count = this.bytes.readInt32BE(at)
    if (count < -1) throw this.error(`a count of ${what}`, String(count), this.offset - 4)
    return count
  }

  private *length(what: string, most: number): Generator<void, number> {
    const at = yield* this.take(4)
    const length = this.bytes.readInt32BE(at)
    if (length < -1 || length > most)
      throw this.error(`the length of ${what}, -1 to ${most}`, String(length), this.offset - 4)
    return length
  }

  private *string(what: string, most = longestString): Generator<void, string> {
    const length = Math.max(yield* this.length(what, most), 0)
    const at = yield* this.take(length)
    return this.bytes.toString('utf8', at, at + length)
  }

  /** Waits for so many bytes, and passes over them; gives where they begin. */
  private *take(count: number): Generator<void, number> {
    while (this.bytes.length - this.at < count) yield
    this.at += count
    return this.at - count
  }

  /** Bytes of the stream that were read. */
  private get offset(): number {
    return this.before + this.at
  }

  private error(expected: string, found: string, at: number): MarshallingError {
    return new MarshallingError(at, expected, found)
  }
}

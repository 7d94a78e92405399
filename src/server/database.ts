/**
 * The replicated state with its watches, as the pipeline sees it: prepares writes, applies transactions, answers reads.
 * Puts the tree, the access rules, the watches and the sessions together; carries no rule of its own but their order:
 * a read leaves its watch when it has been answered, a transaction's changes are told before its outcome is.
 */
import {
  AddWatchMode,
  ErrorCode,
  EventType,
  KeeperState,
  WatcherType,
  type Bytes,
  type Id,
  type MultiResult,
  type Request,
  type Result,
  type WatcherEvent,
  type WatchesToSet,
} from '../../spec/vocabulary/index.js'
import type { Access } from '../acl/access.js'
import { clientInfoOf } from '../acl/schemes.js'
import type { SessionTracker } from '../session/session-tracker.js'
import type { Applied, DataTree } from '../tree/data-tree.js'
import type { Place, Preparer, WriteRequest } from '../tree/prepare.js'
import { read, type ReadRequest } from '../tree/evaluate-read.js'
import { reapable, type ReapOptions } from '../tree/reap.js'
import type { Transaction } from '../tree/txn.js'
import { Mode, type Table, type Tell, type WatchTable } from '../watcher/watch-table.js'
import type { ConnectionNumber } from './effects.js'

/** The identities that an auth request proves, the client's address being known; undefined when it proves nothing. */
export type Authenticator = (scheme: string, auth: Bytes | null, address: string) => readonly Id[] | undefined

/** Who asks: a session, and the identities that its connection has proved. */
export interface Asker {
  readonly sessionId: bigint
  readonly identities: readonly Id[]
}

/** Who asks for a write. */
export interface Writer extends Asker {
  /** The sid of the server that its client is connected to. */
  readonly through: bigint
}

/** What a request came to. */
export interface Outcome {
  readonly err: number
  readonly result?: Result | undefined
}

/** Called for each watch that fires. */
export type Deliver = (connection: ConnectionNumber, event: WatcherEvent) => void

export interface StateParts {
  readonly tree: DataTree
  readonly access: Access
  readonly preparer: Preparer
  readonly watches: WatchTable
  readonly sessions: SessionTracker
  readonly authenticate: Authenticator
  readonly reaping: ReapOptions
}

type Silent =
  | 'delete'
  | 'deleteContainer'
  | 'check'
  | 'closeSession'
  | 'addWatch'
  | 'setWatches'
  | 'setWatches2'
  | 'checkWatches'
  | 'removeWatches'
  | 'ping'

/** The outcomes of what succeeds without anything to tell. */
const done = {
  delete: success('delete'),
  deleteContainer: success('deleteContainer'),
  check: success('check'),
  closeSession: success('closeSession'),
  addWatch: success('addWatch'),
  setWatches: success('setWatches'),
  setWatches2: success('setWatches2'),
  checkWatches: success('checkWatches'),
  removeWatches: success('removeWatches'),
  ping: success('ping'),
}

function success(op: Silent): Outcome {
  return { err: ErrorCode.Ok, result: { op } }
}

export class Database {
  readonly tree: DataTree
  readonly watches: WatchTable
  readonly access: Access
  private readonly parts: StateParts
  private deliver: Deliver = () => {}

  constructor(parts: StateParts) {
    this.parts = parts
    this.tree = parts.tree
    this.watches = parts.watches
    this.access = parts.access
  }

  get lastZxid(): bigint {
    return this.tree.lastProcessedZxid
  }

  /** Makes a transaction of a write, against what is committed and what is still outstanding. */
  prepare(request: WriteRequest, { sessionId, identities, through }: Writer, place: Place): Transaction {
    const sessionErr = this.parts.sessions.check(sessionId, through) // SERVICE-58, SESSION-35, SESSION-51
    return this.parts.preparer.prepare(request, { sessionId, identities, sessionErr }, place)
  }

  /** SERVICE-42, WATCHER-40, WATCHER-41: applies a transaction; whoever watches for what it changes is told first. */
  apply(transaction: Transaction, deliver: Deliver): Outcome {
    this.deliver = deliver
    const applied = this.tree.apply(transaction, this.onChange)
    this.parts.preparer.outstanding.applied(transaction.header.zxid)
    return outcomeOf(transaction, applied)
  }

  /** Answers a request that changes nothing but the watches of its connection. */
  read(request: Request, by: Asker, connection: ConnectionNumber, deliver: Deliver): Outcome {
    switch (request.op) {
      case 'exists':
      case 'getData':
      case 'getChildren':
      case 'getChildren2':
        return this.watchingRead(request, by, connection)
      case 'getACL':
      case 'getAllChildrenNumber':
        return this.plainRead({ op: request.op, path: request.path }, by)
      case 'getEphemerals':
      // WATCHER-24: its parts' watch flags count for nothing.
      case 'multiRead':
        return this.plainRead(request, by)
      // SERVICE-33: what was committed when it came has been applied: there is one server.
      case 'sync':
        return { err: ErrorCode.Ok, result: { op: 'sync', path: request.path } }
      case 'whoAmI':
        return {
          err: ErrorCode.Ok,
          result: { op: 'whoAmI', clientInfo: clientInfoOf(by.identities, this.access.schemes) },
        }
      case 'addWatch':
        return this.addWatch(request.path, request.mode, connection)
      case 'setWatches':
        this.setWatches(request, [], [], connection, deliver)
        return done.setWatches
      case 'setWatches2':
        this.setWatches(
          request,
          request.persistentWatches,
          request.persistentRecursiveWatches,
          connection,
          deliver,
        )
        return done.setWatches2
      case 'checkWatches':
        return this.checkWatches(request.path, request.type)
      case 'removeWatches':
        return this.removeWatches(request.path, request.type, connection)
      case 'ping':
        return done.ping
      default:
        return { err: ErrorCode.Unimplemented }
    }
  }

  /** A connection's watches end with it. */
  forget(connection: ConnectionNumber): void {
    this.watches.forget(connection)
  }

  /** Containers that are empty and TTL nodes whose time is up. */
  reapable(now: number): readonly string[] {
    return reapable(this.tree, now, this.parts.reaping)
  }

  /** What an auth request proves; undefined when it proves nothing. */
  authenticate(scheme: string, auth: Bytes | null, address: string): readonly Id[] | undefined {
    return this.parts.authenticate(scheme, auth, address)
  }

  private plainRead(request: ReadRequest, by: Asker): Outcome {
    const answer = read(this.tree, this.access, request, by)
    return answer.op === 'error' ? { err: answer.err } : { err: ErrorCode.Ok, result: answer }
  }

  private watchingRead(
    request: Extract<Request, { op: 'exists' | 'getData' | 'getChildren' | 'getChildren2' }>,
    by: Asker,
    connection: ConnectionNumber,
  ): Outcome {
    const outcome = this.plainRead(request, by)
    // WATCHER-21: a watch for a znode that isn't there yet: `exists` only. It is for what comes after this answer (WATCHER-43).
    const counts =
      outcome.err === ErrorCode.Ok || (request.op === 'exists' && outcome.err === ErrorCode.NoNode)
    this.leaveWatch(request, counts, connection)
    return outcome
  }

  // WATCHER-20, WATCHER-22, WATCHER-23
  private leaveWatch(
    { op, path, watch }: { readonly op: string; readonly path: string; readonly watch: boolean },
    counts: boolean,
    connection: ConnectionNumber,
  ): void {
    if (!watch || !counts) return
    this.watches.add(op === 'exists' || op === 'getData' ? 'data' : 'child', path, connection)
  }

  private addWatch(path: string, number: number, connection: ConnectionNumber): Outcome {
    const mode = modes.get(number)
    if (mode === undefined) return { err: ErrorCode.MarshallingError } // WATCHER-26
    this.addToBoth(path, connection, mode)
    return done.addWatch
  }

  // WATCHER-25
  private addToBoth(path: string, connection: ConnectionNumber, mode: Mode): void {
    this.watches.add('child', path, connection, mode)
    this.watches.add('data', path, connection, mode)
  }

  // WATCHER-50, WATCHER-52
  private checkWatches(path: string, type: number): Outcome {
    const tables = tablesOf(type)
    if (tables === undefined) return { err: ErrorCode.MarshallingError }
    return tables.some((table) => this.watches.isWatched(table, path))
      ? done.checkWatches
      : { err: ErrorCode.NoWatcher }
  }

  // WATCHER-50, WATCHER-51
  private removeWatches(path: string, type: number, connection: ConnectionNumber): Outcome {
    const tables = tablesOf(type)
    if (tables === undefined) return { err: ErrorCode.MarshallingError }
    const removed = tables.filter((table) => this.watches.remove(table, path, connection))
    return removed.length > 0 ? done.removeWatches : { err: ErrorCode.NoWatcher }
  }

  /** WATCHER-60, WATCHER-65, SERVICE-43: brings a reconnected client's watches back, or tells at once what it has missed. */
  private setWatches(
    { relativeZxid, dataWatches, existWatches, childWatches }: WatchesToSet,
    persistent: readonly string[],
    recursive: readonly string[],
    connection: ConnectionNumber,
    deliver: Deliver,
  ): void {
    const tell = (type: EventType, path: string) => deliver(connection, eventOf(type, path))
    for (const path of dataWatches) {
      const node = this.tree.get(path)
      if (node === undefined) tell(EventType.NodeDeleted, path)
      else if (node.mzxid > relativeZxid)
        tell(EventType.NodeDataChanged, path) // WATCHER-61
      else this.watches.add('data', path, connection)
    }
    for (const path of existWatches) {
      if (this.tree.get(path) !== undefined)
        tell(EventType.NodeCreated, path) // WATCHER-62
      else this.watches.add('data', path, connection)
    }
    for (const path of childWatches) {
      const node = this.tree.get(path)
      if (node === undefined) tell(EventType.NodeDeleted, path)
      else if (node.pzxid > relativeZxid)
        tell(EventType.NodeChildrenChanged, path) // WATCHER-63
      else this.watches.add('child', path, connection)
    }
    for (const path of persistent) this.addToBoth(path, connection, Mode.persistent) // WATCHER-64
    for (const path of recursive) this.addToBoth(path, connection, Mode.recursive)
  }

  private readonly onChange = (type: EventType, path: string): void => {
    this.watches.fire(type, path, this.tell)
  }

  private readonly tell: Tell = (watcher, type, path) => {
    this.deliver(watcher, eventOf(type, path))
  }
}

const modes: ReadonlyMap<number, Mode> = new Map([
  [AddWatchMode.persistent, Mode.persistent],
  [AddWatchMode.persistentRecursive, Mode.recursive],
])

function tablesOf(type: number): readonly Table[] | undefined {
  if (type === WatcherType.children) return ['child']
  if (type === WatcherType.data) return ['data']
  return type === WatcherType.any ? ['child', 'data'] : undefined
}

function eventOf(type: EventType, path: string): WatcherEvent {
  return { type, state: KeeperState.SyncConnected, path } // WATCHER-37, SERVICE-46
}

/** What the client is told of a transaction: only the fields that its kind of reply has. */
function outcomeOf({ txn }: Transaction, applied: Applied): Outcome {
  const { err, path, stat } = applied
  switch (txn.op) {
    case 'multi':
      return multiOutcome(applied)
    case 'create':
      return err === ErrorCode.Ok ? { err, result: { op: 'create', path: path! } } : { err }
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return err === ErrorCode.Ok ? { err, result: { op: txn.op, path: path!, stat: stat! } } : { err }
    case 'setData':
    case 'setACL':
      return err === ErrorCode.Ok ? { err, result: { op: txn.op, stat: stat! } } : { err }
    case 'delete':
    case 'deleteContainer':
    case 'closeSession':
      return err === ErrorCode.Ok ? done[txn.op] : { err }
    // WIRE-54: logged so when it succeeds.
    case 'error':
      return err === ErrorCode.Ok ? done.check : { err }
    default:
      return { err }
  }
}

/** SERVICE-31, WIRE-62, TREE-81: a multi's header says that nothing is wrong whatever its parts came to. */
function multiOutcome({ parts }: Applied): Outcome {
  const results = (parts ?? []).map((part): MultiResult => {
    switch (part.op) {
      case 'create':
        return { op: 'create', path: part.path! }
      // TREE-82: all of these answer as create2 does.
      case 'create2':
      case 'createContainer':
      case 'createTTL':
        return { op: 'create2', path: part.path!, stat: part.stat! }
      case 'setData':
        return { op: 'setData', stat: part.stat! }
      case 'error':
        return { op: 'error', err: part.err }
      case 'check':
        return { op: 'check' }
      default:
        return { op: 'delete' }
    }
  })
  return { err: ErrorCode.Ok, result: { op: 'multi', results } }
}

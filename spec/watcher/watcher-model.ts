/**
 * Watches as two tables, data and child: who watches which path, and how. Pure and small: every function gives
 * new tables, the notifications in the order they are sent, the error, and the rule that decided.
 * Carries WATCHER-10 to WATCHER-70; the order of notifications relative to replies is the service's (SERVICE rules).
 */
import {
  AddWatchMode,
  ErrorCode,
  EventType,
  KeeperState,
  WatcherType,
  type Request,
  type WatcherEvent,
  type WatchesToSet,
  type Zxid,
} from '../vocabulary/index.js'
import type { Change } from '../tree/tree-types.js'
import {
  drop,
  forgetIn,
  modeIn,
  set,
  trigger,
  type ConnectionId,
  type Mode,
  type WatchTable,
} from './watch-tables.js'

export { modeIn, type ConnectionId, type Mode, type WatchTable } from './watch-tables.js'

/** The two tables of a server (WATCHER-10): its connections' watches, no part of the tree and of no write (WATCHER-13). */
export interface Watches {
  readonly data: WatchTable
  readonly child: WatchTable
}

/** No watch is set. */
export const noWatches: Watches = { data: new Map(), child: new Map() }

/** A notification that a watch gives, and whose it was. */
export interface Fired {
  readonly connection: ConnectionId
  readonly event: WatcherEvent
}

/** What a step on watches comes to. */
export interface Watched {
  readonly watches: Watches
  /** In the order they are sent. */
  readonly notifications: readonly Fired[]
  /** An {@link ErrorCode}. */
  readonly err: number
  /** The rule that decided. */
  readonly rule: string
}

/** What `setWatches` compares with: a node's zxids, or undefined when there is no such node. */
export type ZxidsOf = (path: string) => { readonly mzxid: Zxid; readonly pzxid: Zxid } | undefined

/** A read that can leave a watch. */
export type WatchingRead = Extract<Request, { op: 'exists' | 'getData' | 'getChildren' | 'getChildren2' }>

/** The watch that a read leaves, given what the read came to (WATCHER-20 to WATCHER-23). */
export function register(
  watches: Watches,
  connection: ConnectionId,
  request: WatchingRead,
  err: number,
): Watched {
  if (!request.watch) return unchanged(watches, 'WATCHER-20')
  const found = err === ErrorCode.Ok
  switch (request.op) {
    case 'exists':
      return found || err === ErrorCode.NoNode
        ? quiet({ ...watches, data: set(watches.data, request.path, connection, 'standard') }, 'WATCHER-21')
        : unchanged(watches, 'WATCHER-21')
    case 'getData':
      return found
        ? quiet({ ...watches, data: set(watches.data, request.path, connection, 'standard') }, 'WATCHER-22')
        : unchanged(watches, 'WATCHER-22')
    case 'getChildren':
    case 'getChildren2':
      return found
        ? quiet({ ...watches, child: set(watches.child, request.path, connection, 'standard') }, 'WATCHER-23')
        : unchanged(watches, 'WATCHER-23')
  }
}

/** `addWatch`: a persistent watch in both tables, whether or not the node exists (WATCHER-25, WATCHER-26). */
export function addWatch(watches: Watches, connection: ConnectionId, path: string, mode: number): Watched {
  const named = modeOf(mode)
  if (named === undefined) return refused(watches, ErrorCode.MarshallingError, 'WATCHER-26')
  return quiet(inBoth(watches, path, connection, named), 'WATCHER-25')
}

/** Gives the notifications of a change, and takes away the watches that it uses up (WATCHER-30 to WATCHER-37). It asks nobody's permission (WATCHER-39). */
export function fire(watches: Watches, change: Change): Watched {
  switch (change.type) {
    case 'created': {
      const data = trigger(watches.data, change.path, true)
      return fired(
        { ...watches, data: data.table },
        data.hit,
        EventType.NodeCreated,
        change.path,
        'WATCHER-30',
      )
    }
    case 'dataChanged': {
      const data = trigger(watches.data, change.path, true)
      const next = { ...watches, data: data.table }
      return fired(next, data.hit, EventType.NodeDataChanged, change.path, 'WATCHER-31')
    }
    case 'deleted': {
      const data = trigger(watches.data, change.path, true)
      const child = trigger(watches.child, change.path, true)
      // WATCHER-35: a connection in both tables hears of the deletion once.
      const hit = new Set([...data.hit, ...child.hit])
      const next = { data: data.table, child: child.table }
      return fired(next, hit, EventType.NodeDeleted, change.path, 'WATCHER-32')
    }
    case 'childrenChanged': {
      const child = trigger(watches.child, change.path, false)
      const next = { ...watches, child: child.table }
      return fired(next, child.hit, EventType.NodeChildrenChanged, change.path, 'WATCHER-33')
    }
  }
}

/** `checkWatches`: whether the tables that a type names have the path (WATCHER-50 to WATCHER-52). */
export function checkWatches(
  watches: Watches,
  _connection: ConnectionId,
  path: string,
  type: number,
): Watched {
  const tables = tablesOf(type)
  if (tables === undefined) return refused(watches, ErrorCode.MarshallingError, 'WATCHER-50')
  return tables.some((table) => watches[table].has(path))
    ? unchanged(watches, 'WATCHER-52')
    : refused(watches, ErrorCode.NoWatcher, 'WATCHER-52')
}

/** `removeWatches`: takes the connection's watch on a path out of the tables that a type names (WATCHER-51). */
export function removeWatches(
  watches: Watches,
  connection: ConnectionId,
  path: string,
  type: number,
): Watched {
  const tables = tablesOf(type)
  if (tables === undefined) return refused(watches, ErrorCode.MarshallingError, 'WATCHER-50')
  if (!tables.some((table) => modeIn(watches[table], path, connection) !== undefined)) {
    return refused(watches, ErrorCode.NoWatcher, 'WATCHER-51')
  }
  let next = watches
  for (const table of tables) next = { ...next, [table]: drop(next[table], path, connection) }
  return quiet(next, 'WATCHER-51')
}

/**
 * `setWatches` and `setWatches2`: brings a reconnected client's watches back, or tells at once what it has missed
 * (WATCHER-60 to WATCHER-66), it alone (WATCHER-65). Lists are taken in order: data, exist, child, persistent, recursive.
 */
export function setWatches(
  watches: Watches,
  connection: ConnectionId,
  asked: WatchesToSet & {
    readonly persistentWatches?: readonly string[]
    readonly persistentRecursiveWatches?: readonly string[]
  },
  zxidsOf: ZxidsOf,
): Watched {
  let next = watches
  const notifications: Fired[] = []
  const tell = (type: EventType, path: string): void => {
    notifications.push({ connection, event: eventOf(type, path) })
  }
  for (const path of asked.dataWatches) {
    const node = zxidsOf(path)
    if (node === undefined) tell(EventType.NodeDeleted, path)
    else if (node.mzxid > asked.relativeZxid) tell(EventType.NodeDataChanged, path)
    else next = { ...next, data: set(next.data, path, connection, 'standard') }
  }
  for (const path of asked.existWatches) {
    if (zxidsOf(path) !== undefined) tell(EventType.NodeCreated, path)
    else next = { ...next, data: set(next.data, path, connection, 'standard') }
  }
  for (const path of asked.childWatches) {
    const node = zxidsOf(path)
    if (node === undefined) tell(EventType.NodeDeleted, path)
    else if (node.pzxid > asked.relativeZxid) tell(EventType.NodeChildrenChanged, path)
    else next = { ...next, child: set(next.child, path, connection, 'standard') }
  }
  for (const path of asked.persistentWatches ?? []) next = inBoth(next, path, connection, 'persistent')
  for (const path of asked.persistentRecursiveWatches ?? []) {
    next = inBoth(next, path, connection, 'persistentRecursive')
  }
  return { watches: next, notifications, err: ErrorCode.Ok, rule: 'WATCHER-60' }
}

/** A connection's watches end with it (WATCHER-70). */
export function forget(watches: Watches, connection: ConnectionId): Watches {
  return { data: forgetIn(watches.data, connection), child: forgetIn(watches.child, connection) }
}

/** Any request's effect on watches, given what the request itself came to. Others than those above have none. */
export function watch(
  watches: Watches,
  connection: ConnectionId,
  request: Request,
  err: number,
  zxidsOf: ZxidsOf,
): Watched {
  switch (request.op) {
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return register(watches, connection, request, err)
    case 'addWatch':
      return addWatch(watches, connection, request.path, request.mode)
    case 'setWatches':
    case 'setWatches2':
      return setWatches(watches, connection, request, zxidsOf)
    case 'checkWatches':
      return checkWatches(watches, connection, request.path, request.type)
    case 'removeWatches':
      return removeWatches(watches, connection, request.path, request.type)
    default:
      return unchanged(watches, 'WATCHER-24')
  }
}

/** How many watches a connection has, over both tables. */
export function countOf(watches: Watches, connection: ConnectionId): number {
  let count = 0
  for (const table of [watches.data, watches.child]) {
    for (const watchers of table.values()) if (watchers.has(connection)) count++
  }
  return count
}

function inBoth(watches: Watches, path: string, connection: ConnectionId, mode: Mode): Watches {
  return {
    data: set(watches.data, path, connection, mode),
    child: set(watches.child, path, connection, mode),
  }
}

function modeOf(mode: number): Mode | undefined {
  if (mode === AddWatchMode.persistent) return 'persistent'
  return mode === AddWatchMode.persistentRecursive ? 'persistentRecursive' : undefined
}

function tablesOf(type: number): readonly ('data' | 'child')[] | undefined {
  if (type === WatcherType.children) return ['child']
  if (type === WatcherType.data) return ['data']
  return type === WatcherType.any ? ['child', 'data'] : undefined
}

function eventOf(type: EventType, path: string): WatcherEvent {
  return { type, state: KeeperState.SyncConnected, path }
}

function fired(
  watches: Watches,
  hit: ReadonlySet<ConnectionId>,
  type: EventType,
  path: string,
  rule: string,
): Watched {
  const event = eventOf(type, path)
  const notifications = [...hit].sort((a, b) => a - b).map((connection) => ({ connection, event }))
  return { watches, notifications, err: ErrorCode.Ok, rule }
}

function quiet(watches: Watches, rule: string): Watched {
  return { watches, notifications: [], err: ErrorCode.Ok, rule }
}

const unchanged = quiet

function refused(watches: Watches, err: number, rule: string): Watched {
  return { watches, notifications: [], err, rule }
}

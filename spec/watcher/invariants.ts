/** What holds of the watch tables in every state that can be reached, and of every step between two. */
import { EventType } from '../vocabulary/index.js'
import type { Change } from '../tree/types.js'
import { modeIn, type ConnectionId, type Fired, type Watches } from './model.js'

/** A statement about the tables, with the rule that makes it. */
export interface WatcherInvariant {
  readonly rule: string
  readonly says: string
  holds(watches: Watches, alive: ReadonlySet<ConnectionId>): boolean
}

/** A statement about a change and what it made the server say. */
export interface FiringInvariant {
  readonly rule: string
  readonly says: string
  holds(before: Watches, change: Change, after: Watches, told: readonly Fired[]): boolean
}

const tables = (watches: Watches) => [watches.data, watches.child]

/** Whether the watches of a table wait for a kind of change (WATCHER-30 to WATCHER-33). */
const waitsFor = (table: 'data' | 'child', change: Change): boolean =>
  change.type === 'deleted' || (change.type === 'childrenChanged') === (table === 'child')

export const watcherInvariants: readonly WatcherInvariant[] = [
  {
    rule: 'WATCHER-81',
    says: 'a connection that is gone has no watches',
    holds: (watches, alive) =>
      tables(watches).every((table) =>
        [...table.values()].every((watchers) =>
          [...watchers.keys()].every((connection) => alive.has(connection)),
        ),
      ),
  },
  {
    rule: 'WATCHER-82',
    says: 'no table keeps an empty entry',
    holds: (watches) =>
      tables(watches).every((table) => [...table.values()].every((watchers) => watchers.size > 0)),
  },
]

export const firingInvariants: readonly FiringInvariant[] = [
  {
    rule: 'WATCHER-80',
    says: 'after an event no standard watch on its path that waited for it is left',
    holds: (_before, change, after) =>
      (['data', 'child'] as const).every(
        (table) =>
          !waitsFor(table, change) ||
          ![...(after[table].get(change.path) ?? [])].some(([, mode]) => mode === 'standard'),
      ),
  },
  {
    rule: 'WATCHER-35',
    says: 'one event is told to one connection once',
    holds: (_before, _change, _after, told) =>
      new Set(told.map(({ connection }) => connection)).size === told.length,
  },
  {
    rule: 'WATCHER-11',
    says: 'persistent watches stay',
    holds: (before, _change, after) =>
      (['data', 'child'] as const).every((table) =>
        [...before[table]].every(([path, watchers]) =>
          [...watchers].every(
            ([connection, mode]) => mode === 'standard' || modeIn(after[table], path, connection) === mode,
          ),
        ),
      ),
  },
  {
    rule: 'WATCHER-34',
    says: 'a recursive watch alone never hears that children changed',
    holds: (before, _change, _after, told) =>
      told.every(({ connection, event }) => {
        if (event.type !== EventType.NodeChildrenChanged) return true
        const mode = modeIn(before.child, event.path, connection)
        return mode === 'standard' || mode === 'persistent'
      }),
  },
]

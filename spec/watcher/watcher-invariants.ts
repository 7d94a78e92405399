/** What holds of the watch tables in every state that can be reached, and of every step between two. */
import { type Invariant, statement } from '../notation/invariant.js'
import { EventType } from '../vocabulary/index.js'
import type { Change } from '../tree/tree-types.js'
import { modeIn, type ConnectionId, type Fired, type Watches } from './watcher-model.js'

/** A statement about the tables, with the rule that makes it. */
export type WatcherInvariant = Invariant<[watches: Watches, alive: ReadonlySet<ConnectionId>]>

/** A statement about a change and what it made the server say. */
export type FiringInvariant = Invariant<
  [before: Watches, change: Change, after: Watches, told: readonly Fired[]]
>

const tables = (watches: Watches) => [watches.data, watches.child]

/** Whether the watches of a table wait for a kind of change (WATCHER-30 to WATCHER-33). */
const waitsFor = (table: 'data' | 'child', change: Change): boolean =>
  change.type === 'deleted' || (change.type === 'childrenChanged') === (table === 'child')

export const watcherInvariants: readonly WatcherInvariant[] = [
  statement('WATCHER-81', 'a connection that is gone has no watches', (watches, alive) =>
    tables(watches).every((table) =>
      [...table.values()].every((watchers) =>
        [...watchers.keys()].every((connection) => alive.has(connection)),
      ),
    ),
  ),
  statement('WATCHER-82', 'no table keeps an empty entry', (watches) =>
    tables(watches).every((table) => [...table.values()].every((watchers) => watchers.size > 0)),
  ),
]

export const firingInvariants: readonly FiringInvariant[] = [
  statement(
    'WATCHER-80',
    'after an event no standard watch on its path that waited for it is left',
    (_before, change, after) =>
      (['data', 'child'] as const).every(
        (table) =>
          !waitsFor(table, change) ||
          ![...(after[table].get(change.path) ?? [])].some(([, mode]) => mode === 'standard'),
      ),
  ),
  statement(
    'WATCHER-35',
    'one event is told to one connection once',
    (_before, _change, _after, told) =>
      new Set(told.map(({ connection }) => connection)).size === told.length,
  ),
  statement('WATCHER-11', 'persistent watches stay', (before, _change, after) =>
    (['data', 'child'] as const).every((table) =>
      [...before[table]].every(([path, watchers]) =>
        [...watchers].every(
          ([connection, mode]) => mode === 'standard' || modeIn(after[table], path, connection) === mode,
        ),
      ),
    ),
  ),
  statement(
    'WATCHER-34',
    'a recursive watch alone never hears that children changed',
    (before, _change, _after, told) =>
      told.every(({ connection, event }) => {
        if (event.type !== EventType.NodeChildrenChanged) return true
        const mode = modeIn(before.child, event.path, connection)
        return mode === 'standard' || mode === 'persistent'
      }),
  ),
]

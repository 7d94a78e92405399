/**
 * One table of watches: who watches which path, in which mode; and who in it is told of something at a path.
 * A table is a value: every function gives a new one. Carries WATCHER-11, 12, 34, 36, 82.
 */

/** A client's connection, numbered by whoever drives the model. */
export type ConnectionId = number

/** How a watch behaves when it fires (WATCHER-11). */
export type Mode = 'standard' | 'persistent' | 'persistentRecursive'

/** One table: for each watched path, compared as it came (WATCHER-14), the connections that watch it, each in one mode (WATCHER-12). */
export type WatchTable = ReadonlyMap<string, ReadonlyMap<ConnectionId, Mode>>

/** The mode in which a connection watches a path in a table. */
export function modeIn(table: WatchTable, path: string, connection: ConnectionId): Mode | undefined {
  return table.get(path)?.get(connection)
}

/** Sets a connection's watch on a path, in the place of the one it had there (WATCHER-12). */
export function set(table: WatchTable, path: string, connection: ConnectionId, mode: Mode): WatchTable {
  return new Map(table).set(path, new Map(table.get(path)).set(connection, mode))
}

/** A path, then its ancestors up to `/`. */
export function withAncestors(path: string): readonly string[] {
  const paths = [path]
  for (let at = path; at !== '/' && at.includes('/');) {
    at = at.slice(0, at.lastIndexOf('/')) || '/'
    paths.push(at)
  }
  return paths
}

/** Who in a table is waiting for something to happen at a path; one-shot watches that hear of it leave, whoever else is told (WATCHER-36). */
export function trigger(
  table: WatchTable,
  path: string,
  reachesRecursive: boolean,
): { readonly table: WatchTable; readonly hit: ReadonlySet<ConnectionId> } {
  const hit = new Set<ConnectionId>()
  let next = table
  for (const at of withAncestors(path)) {
    for (const [connection, mode] of table.get(at) ?? []) {
      if (mode === 'persistentRecursive') {
        // WATCHER-34: a recursive watch is told of the child itself, so not that its parent's children changed.
        if (reachesRecursive) hit.add(connection)
      } else if (at === path) {
        hit.add(connection)
        if (mode === 'standard') next = drop(next, at, connection)
      }
    }
  }
  return { table: next, hit }
}

/** Takes a connection's watch on a path out of a table, and the path with it if no one else watches it (WATCHER-82). */
export function drop(table: WatchTable, path: string, connection: ConnectionId): WatchTable {
  const watchers = new Map(table.get(path))
  if (!watchers.delete(connection)) return table
  const next = new Map(table)
  if (watchers.size === 0) next.delete(path)
  else next.set(path, watchers)
  return next
}

/** Takes all watches of a connection out of a table. */
export function forgetIn(table: WatchTable, connection: ConnectionId): WatchTable {
  let next = table
  for (const path of table.keys()) next = drop(next, path, connection)
  return next
}

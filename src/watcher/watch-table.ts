/**
 * Who watches which path. Two tables, data and child, each from path to watchers; a path with one watcher, by far the most
 * usual, costs no set of its own. Watchers are connection numbers. Carries the rules of `spec/watcher`.
 */
import { EventType } from '../../spec/vocabulary/index.js'

/** Whoever watches: a connection's number. */
export type Watcher = number

/** WATCHER-11: how a watch goes on after it has fired. */
export const Mode = { standard: 0, persistent: 1, recursive: 2 } as const
export type Mode = (typeof Mode)[keyof typeof Mode]

export type Table = 'data' | 'child'

/** Called for each watcher that is to hear of a change. */
export type Tell = (watcher: Watcher, type: EventType, path: string) => void

/** One table of WATCHER-10's two: the watchers of each path, the paths of each watcher, and the watches that aren't one-shot. */
class PathTable {
  private readonly watchers = new Map<string, Watcher | Set<Watcher>>()
  private readonly paths = new Map<Watcher, Set<string>>()
  /** Modes other than the standard one, by watcher and path. */
  private readonly modes = new Map<Watcher, Map<string, Mode>>()
  private recursive = 0

  set(path: string, watcher: Watcher, mode: Mode): void {
    const there = this.watchers.get(path)
    if (there === undefined) this.watchers.set(path, watcher)
    else if (typeof there !== 'number') there.add(watcher)
    else if (there !== watcher) this.watchers.set(path, new Set([there, watcher]))
    let paths = this.paths.get(watcher)
    if (paths === undefined) this.paths.set(watcher, (paths = new Set()))
    paths.add(path)
    this.setMode(path, watcher, mode) // WATCHER-12
  }

  isWatched(path: string): boolean {
    return this.watchers.has(path)
  }

  /** Takes a watch out; false when there was none. */
  drop(path: string, watcher: Watcher): boolean {
    const paths = this.paths.get(watcher)
    if (paths?.delete(path) !== true) return false
    if (paths.size === 0) this.paths.delete(watcher)
    this.dropWatcher(path, watcher)
    return true
  }

  forget(watcher: Watcher): void {
    for (const path of this.paths.get(watcher) ?? []) this.dropWatcher(path, watcher)
    this.paths.delete(watcher)
  }

  /** Adds whoever waits for something at a path; one-shot watches leave. */
  trigger(path: string, reachesRecursive: boolean, hit: Set<Watcher>): void {
    const there = this.watchers.get(path)
    if (there !== undefined) {
      for (const watcher of typeof there === 'number' ? [there] : [...there]) {
        const mode = this.modeOf(path, watcher)
        if (mode !== Mode.recursive || reachesRecursive) hit.add(watcher)
        if (mode === Mode.standard) this.drop(path, watcher) // WATCHER-36, WATCHER-80
      }
    }
    if (!reachesRecursive || this.recursive === 0) return // WATCHER-34
    for (let at = parent(path); at !== undefined; at = parent(at)) {
      const above = this.watchers.get(at)
      if (above === undefined) continue
      for (const watcher of typeof above === 'number' ? [above] : above) {
        if (this.modeOf(at, watcher) === Mode.recursive) hit.add(watcher)
      }
    }
  }

  get pathCount(): number {
    return this.watchers.size
  }

  get total(): number {
    let total = 0
    for (const paths of this.paths.values()) total += paths.size
    return total
  }

  get byWatcher(): ReadonlyMap<Watcher, ReadonlySet<string>> {
    return this.paths
  }

  private modeOf(path: string, watcher: Watcher): Mode {
    return this.modes.get(watcher)?.get(path) ?? Mode.standard
  }

  private setMode(path: string, watcher: Watcher, mode: Mode): void {
    const before = this.modeOf(path, watcher)
    if (before === mode) return
    if (before === Mode.recursive) this.recursive--
    if (mode === Mode.recursive) this.recursive++
    let modes = this.modes.get(watcher)
    if (modes === undefined) this.modes.set(watcher, (modes = new Map()))
    if (mode === Mode.standard) modes.delete(path)
    else modes.set(path, mode)
    if (modes.size === 0) this.modes.delete(watcher)
  }

  private dropWatcher(path: string, watcher: Watcher): void {
    this.setMode(path, watcher, Mode.standard)
    const there = this.watchers.get(path)
    if (there === watcher)
      this.watchers.delete(path) // WATCHER-82
    else if (typeof there === 'object') {
      there.delete(watcher)
      if (there.size === 1) this.watchers.set(path, there.values().next().value!)
    }
  }
}

/** The watches of a server. */
export class WatchTable {
  private readonly tables = { data: new PathTable(), child: new PathTable() }

  /** WATCHER-12: leaves a watch; one that the watcher had on the path takes the new mode. */
  add(table: Table, path: string, watcher: Watcher, mode: Mode = Mode.standard): void {
    this.tables[table].set(path, watcher, mode)
  }

  /** Whether anyone watches a path in a table. */
  isWatched(table: Table, path: string): boolean {
    return this.tables[table].isWatched(path)
  }

  /** Takes a watch out; false when there was none. */
  remove(table: Table, path: string, watcher: Watcher): boolean {
    return this.tables[table].drop(path, watcher)
  }

  /** WATCHER-70, WATCHER-81: a connection's watches end with it. */
  forget(watcher: Watcher): void {
    this.tables.data.forget(watcher)
    this.tables.child.forget(watcher)
  }

  /** WATCHER-35: tells of a change whoever watches for it, each once; in no order of theirs (WATCHER-38). */
  fire(type: EventType, path: string, tell: Tell): void {
    const hit = new Set<Watcher>()
    const { data, child } = this.tables
    if (type === EventType.NodeChildrenChanged)
      child.trigger(path, false, hit) // WATCHER-33
    else data.trigger(path, true, hit)
    if (type === EventType.NodeDeleted) child.trigger(path, true, hit) // WATCHER-32
    for (const watcher of hit) tell(watcher, type, path)
  }

  /** How many connections watch how many paths, and the watches in all, of the data table as Apache's `wchs` counts. */
  summary(): { connections: number; paths: number; total: number } {
    const { data } = this.tables
    return { connections: data.byWatcher.size, paths: data.pathCount, total: data.total }
  }

  /** Watches in both tables. */
  get total(): number {
    return this.tables.data.total + this.tables.child.total
  }

  /** The paths that each connection watches in the data table. */
  byWatcher(): [Watcher, string[]][] {
    return [...this.tables.data.byWatcher].map(([watcher, paths]) => [watcher, [...paths]])
  }
}

function parent(path: string): string | undefined {
  if (path === '/' || path === '') return undefined
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

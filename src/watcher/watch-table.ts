/**
 * Who watches which path. Two tables, data and child, each from path to watchers; a path with one watcher, by far the most
 * usual, costs no set of its own (`small-set.ts`). Watchers are connection numbers: nothing of this is on disk, or a session's (WATCHER-13).
 * Paths are compared as they came (WATCHER-14). Carries the rules of `spec/watcher`.
 */
import { EventType } from '../../spec/vocabulary/index.js'
import { compile, type StateNumber } from '../machine/compile.js'
import {
  anyOf,
  asKnown,
  countOf,
  type SmallSet,
  hasValue,
  valuesOf,
  withoutValue,
  withValue,
} from './small-set.js'
import { type WatchContext, type WatchEvent, watchMachine } from './watch-machine.js'

/** Whoever watches: a connection's number. */
export type Watcher = number

/** WATCHER-11: how a watch goes on after it has fired. */
export const Mode = { standard: 0, persistent: 1, recursive: 2 } as const
export type Mode = (typeof Mode)[keyof typeof Mode]

export type Table = 'data' | 'child'

/** Called for each watcher that is to hear of a change. */
export type Tell = (watcher: Watcher, type: EventType, path: string) => void

const watch = compile(watchMachine)
const absent = watch.stateOf('absent')
const standard = watch.stateOf('standard')

const setIn: Readonly<Record<Mode, WatchEvent>> = {
  [Mode.standard]: { type: 'SET_STANDARD' },
  [Mode.persistent]: { type: 'SET_PERSISTENT' },
  [Mode.recursive]: { type: 'SET_RECURSIVE' },
}
const CHANGED: WatchEvent = { type: 'CHANGED' }
const CHILDREN_CHANGED: WatchEvent = { type: 'CHILDREN_CHANGED' }
const CHANGED_BELOW: WatchEvent = { type: 'CHANGED_BELOW' }
const REMOVE: WatchEvent = { type: 'REMOVE' }

/** One table of WATCHER-10's two: the watchers of each path, the paths of each watcher, and the watches that aren't one-shot. */
class PathTable implements WatchContext {
  private readonly watchers = new Map<string, SmallSet<Watcher>>()
  private readonly paths = new Map<Watcher, SmallSet<string>>()
  /** The states of watches that are there and not `standard`, by watcher and path. */
  private readonly others = new Map<Watcher, Map<string, StateNumber>>()
  private recursive = 0
  /** The watch that takes a step, and who has been found to be told: what the machine's actions work on. */
  private path = ''
  private watcher: Watcher = 0
  private found: Set<Watcher> | undefined

  set(path: string, watcher: Watcher, mode: Mode): void {
    this.step(path, watcher, setIn[mode]) // WATCHER-12
  }

  isWatched(path: string): boolean {
    return this.watchers.has(path)
  }

  /** Takes a watch out; false when there was none. */
  drop(path: string, watcher: Watcher): boolean {
    return this.step(path, watcher, REMOVE) !== absent
  }

  forget(watcher: Watcher): void {
    for (const path of valuesOf(this.paths.get(watcher))) this.step(path, watcher, REMOVE)
  }

  /** Adds to `found` whoever waits for something at a path; one-shot watches leave (WATCHER-36, WATCHER-80). */
  trigger(
    path: string,
    reachesRecursive: boolean,
    found: Set<Watcher> | undefined,
  ): Set<Watcher> | undefined {
    this.found = found
    this.stepAll(path, reachesRecursive ? CHANGED : CHILDREN_CHANGED)
    if (!reachesRecursive || this.recursive === 0) return this.found // WATCHER-34
    for (let at = parent(path); at !== undefined; at = parent(at)) this.stepAll(at, CHANGED_BELOW)
    return this.found
  }

  get pathCount(): number {
    return this.watchers.size
  }

  get total(): number {
    let total = 0
    for (const paths of this.paths.values()) total += countOf(paths)
    return total
  }

  get byWatcher(): ReadonlyMap<Watcher, SmallSet<string>> {
    return this.paths
  }

  /** For {@link watchMachine}. */
  enter(): void {
    const { path, watcher } = this
    const there = this.watchers.get(path)
    const other = anyOf(there)
    // Each request brings a string of its own: those who watch the same path keep one between them.
    const shared = other === undefined ? path : asKnown(this.paths.get(other), path)
    this.watchers.set(shared, withValue(there, watcher))
    this.paths.set(watcher, withValue(this.paths.get(watcher), shared))
  }

  /** For {@link watchMachine}. */
  leave(): void {
    const { path, watcher } = this
    const paths = withoutValue(this.paths.get(watcher), path)
    if (paths === undefined) this.paths.delete(watcher)
    else this.paths.set(watcher, paths)
    const left = withoutValue(this.watchers.get(path), watcher)
    if (left === undefined) {
      this.watchers.delete(path) // WATCHER-82
    } else {
      this.watchers.set(path, left)
    }
  }

  /** For {@link watchMachine}. */
  reachBelow(): void {
    this.recursive++
  }

  /** For {@link watchMachine}. */
  reachNoMore(): void {
    this.recursive--
  }

  /** For {@link watchMachine}. */
  hit(): void {
    this.found ??= new Set()
    this.found.add(this.watcher) // WATCHER-35
  }

  private stepAll(path: string, event: WatchEvent): void {
    const there = this.watchers.get(path)
    if (there === undefined) return
    if (typeof there === 'number') this.step(path, there, event)
    else for (const watcher of valuesOf(there)) this.step(path, watcher, event)
  }

  /** Takes a watch a step further; tells the state that it was in. */
  private step(path: string, watcher: Watcher, event: WatchEvent): StateNumber {
    const before = this.stateOf(path, watcher)
    this.path = path
    this.watcher = watcher
    const after = watch.step(before, this, event)
    if (after !== before) this.remember(path, watcher, after)
    return before
  }

  private stateOf(path: string, watcher: Watcher): StateNumber {
    const other = this.others.get(watcher)?.get(path)
    if (other !== undefined) return other
    return hasValue(this.watchers.get(path), watcher) ? standard : absent
  }

  private remember(path: string, watcher: Watcher, state: StateNumber): void {
    let others = this.others.get(watcher)
    if (state !== standard && state !== absent) {
      if (others === undefined) this.others.set(watcher, (others = new Map()))
      others.set(path, state)
    } else if (others?.delete(path) && others.size === 0) {
      this.others.delete(watcher)
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

  /**
   * WATCHER-35: tells of a change whoever watches for it, each once, and nobody else (SERVICE-47); in no order of theirs
   * (WATCHER-38), and without a look at what they may read (WATCHER-39).
   */
  fire(type: EventType, path: string, tell: Tell): void {
    const { data, child } = this.tables
    let hit: Set<Watcher> | undefined
    if (type === EventType.NodeChildrenChanged)
      hit = child.trigger(path, false, hit) // WATCHER-33
    else hit = data.trigger(path, true, hit)
    if (type === EventType.NodeDeleted) hit = child.trigger(path, true, hit) // WATCHER-32
    if (hit === undefined) return
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
    return [...this.tables.data.byWatcher].map(([watcher, paths]) => [watcher, valuesOf(paths)])
  }
}

function parent(path: string): string | undefined {
  if (path === '/' || path === '') return undefined
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

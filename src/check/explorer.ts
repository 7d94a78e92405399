/**
 * One thread's part of a level: expands the states that wait, inserts what it finds into the table that all share, and
 * keeps what was new for the next level. It asks nobody and waits for nobody; `crew.ts` tells it when to go on.
 */
import { EdgeLog } from './edges.js'
import { brokenIn, deadlock, type Finding, keyOf, thrown } from './findings.js'
import { Rows } from './rows.js'
import { counterAt, type Shared, stopAll, total } from './shared.js'
import type { Space } from './space.js'
import { noParent, type Visited } from './visited.js'

/** What all threads of a run agree on. */
export interface ExplorerOptions {
  /** Bits of each half of a fingerprint that count, 32 but in tests. */
  readonly fingerprintBits: number
  readonly liveness: boolean
  readonly maxStates: number
  /** Different violations, after which everybody stops. */
  readonly maxViolations: number
}

/** The states of this level that wait, or those of the next that were found. */
export type Queue = 'waiting' | 'found'

/** Why an explorer returned: the level is done, the table must grow, time is up, or it was told to stop. */
export type Status = 'done' | 'full' | 'paused' | 'stopped' | 'limit' | 'heap'

/** What an explorer says when it returns. */
export interface Report {
  readonly status: Status
  /** States of this level that still wait, and states of the next. */
  readonly waiting: number
  readonly found: number
  readonly findings: readonly Finding[]
}

/** States expanded between two looks at the flag and the clock. */
const slice = 128

/** Expands states. */
export class Explorer {
  readonly edges = new EdgeLog()
  private waiting: Rows
  private found: Rows
  private parent = noParent
  private successors = 0
  private readonly findings: Finding[] = []
  private readonly broken = new Set<string>()
  private readonly narrow: number
  private readonly generatedAt: number
  private readonly distinctAt: number
  private insert: (low: number, high: number) => number

  constructor(
    readonly space: Space,
    private visited: Visited,
    private readonly options: ExplorerOptions,
    private readonly shared: Shared,
    member: number,
    private readonly heapIsFull: () => boolean,
  ) {
    this.waiting = new Rows(space.slots)
    this.found = new Rows(space.slots)
    this.generatedAt = counterAt(member, 0)
    this.distinctAt = counterAt(member, 1)
    this.narrow = narrowing(options.fingerprintBits)
    this.insert = this.inserter()
  }

  /** Finds the initial states: they wait in the first level. */
  seed(): Report {
    this.parent = noParent
    try {
      this.space.initial(this.take)
    } catch (error) {
      this.note(this.space.low, this.space.high, thrown(error))
    }
    return this.report('done')
  }

  /** Goes on with the level for at most so many milliseconds. */
  explore(milliseconds: number): Report {
    const deadline = performance.now() + milliseconds
    while (this.waiting.length > 0) {
      if (this.shared.stop[0] !== 0) return this.report('stopped')
      const distinct = total(this.shared, 1)
      if (distinct >= this.options.maxStates) return this.report('limit')
      if (distinct >= this.visited.room) return this.report('full')
      if (this.heapIsFull()) return this.report('heap')
      if (performance.now() > deadline) return this.report('paused')
      for (let left = slice; left > 0 && this.waiting.length > 0; left--) this.waiting.shift(this.expand)
      if (this.broken.size >= this.options.maxViolations) stopAll(this.shared)
    }
    return this.report('done')
  }

  /** Begins the next level; how many states wait in it. */
  advance(): number {
    this.waiting = this.found
    this.found = new Rows(this.space.slots)
    return this.waiting.length
  }

  /** Takes a table that has grown. */
  regrow(visited: Visited, moved: Int32Array): void {
    this.visited = visited
    this.edges.move(moved)
    this.insert = this.inserter()
  }

  /** Takes rows that wait from the end, to give them to another thread. */
  give(count: number): Int32Array {
    return this.waiting.takeLast(count)
  }

  /** A copy of all rows of a queue. */
  copy(which: Queue): Int32Array {
    return this[which].copy(0, this[which].length)
  }

  /** Adds rows to a queue that others found. */
  receive(rows: Int32Array, which: Queue): void {
    const { slots } = this.space
    for (let at = 0; at < rows.length; at += slots) this[which].push(rows.subarray(at, at + slots))
  }

  private readonly expand = (rows: Int32Array, offset: number): void => {
    const { space, options } = this
    space.load(rows, offset)
    const { low, high } = this.currentFingerprint()
    this.parent = this.visited.find(low, high)
    this.successors = 0
    try {
      if (options.liveness) this.edges.begin(this.parent, space.atGoal())
      space.expand(this.take)
      if (space.refused) this.noteBroken(low, high, space.current)
      else if (this.successors === 0 && !space.mayEnd())
        this.note(low, high, deadlock(space.plain, space.decode(space.current)))
    } catch (error) {
      this.note(low, high, thrown(error))
    }
  }

  private readonly take = (): void => {
    const { space, options } = this
    this.successors++
    this.shared.counts[this.generatedAt]!++
    const low = space.low & this.narrow || 1
    const high = space.high & this.narrow || 1
    const place = this.insert(low, high)
    if (options.liveness && !space.fault && this.parent !== noParent)
      this.edges.add(place < 0 ? ~place : place)
    if (place >= 0) return
    this.shared.counts[this.distinctAt]!++
    this.found.push(space.next)
    if (space.broken()) this.noteBroken(low, high, space.next)
  }

  private currentFingerprint(): { readonly low: number; readonly high: number } {
    return fingerprintOf(this.space, this.narrow)
  }

  private noteBroken(low: number, high: number, row: Int32Array): void {
    const { plain } = this.space
    for (const violation of brokenIn(plain, this.space.decode(row))) this.note(low, high, violation)
  }

  private note(low: number, high: number, violation: Finding['violation']): void {
    const key = keyOf(violation)
    if (this.broken.has(key)) return
    this.broken.add(key)
    this.findings.push({ low, high, violation })
  }

  private inserter(): (low: number, high: number) => number {
    const { visited } = this
    return visited.buffer instanceof SharedArrayBuffer
      ? (low, high) => visited.insertShared(low, high, this.parent)
      : (low, high) => visited.insert(low, high, this.parent)
  }

  private report(status: Status): Report {
    const findings = this.findings.splice(0)
    return { status, waiting: this.waiting.length, found: this.found.length, findings }
  }
}

/** The mask of the bits that count. */
export function narrowing(bits: number): number {
  return bits >= 32 ? -1 : 2 ** bits - 1
}

/** The fingerprint that the table holds of what a space has just loaded or emitted. Halves are never 0. */
export function fingerprintOf(space: Space, narrow: number): { readonly low: number; readonly high: number } {
  return { low: space.low & narrow || 1, high: space.high & narrow || 1 }
}

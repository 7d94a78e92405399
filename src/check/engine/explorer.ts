/**
 * One thread's part of a level: expands the states that wait, inserts what it finds into the table that all share, and
 * keeps what was new for the next level. It never waits for other threads; `worker-pool.ts` tells it when to go on.
 */
import { EdgeLog } from './edge-log.js'
import { brokenIn, deadlock, type Finding, keyOf, thrown } from '../model/findings.js'
import { StateQueue } from './state-queue.js'
import { counterAt, type SharedCounters, stopAll, threads, total } from './shared-counters.js'
import type { Space } from '../model/space.js'
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

/** Thrown out of a model's function when the table can take no more. */
const tableIsFull = new Error('the table is full')

/** What an explorer asks of the thread that it runs in. */
export interface Thread {
  heapIsFull(): boolean
  /** Milliseconds, from whenever. */
  now(): number
}

/** Expands states. */
export class Explorer {
  readonly edges = new EdgeLog()
  private waiting: StateQueue
  private found: StateQueue
  private parent = noParent
  private successors = 0
  private readonly findings: Finding[] = []
  private readonly broken = new Set<string>()
  private readonly narrow: number
  private readonly generatedAt: number
  private readonly distinctAt: number
  private insert: (low: number, high: number) => number
  /** New states that this thread may insert before it looks again how full the table is. */
  private quota = 0
  private overflowed = false

  constructor(
    readonly space: Space,
    private visited: Visited,
    private readonly options: ExplorerOptions,
    private readonly shared: SharedCounters,
    number: number,
    private readonly thread: Thread,
  ) {
    this.waiting = new StateQueue(space.slots)
    this.found = new StateQueue(space.slots)
    this.generatedAt = counterAt(number, 0)
    this.distinctAt = counterAt(number, 1)
    this.narrow = narrowing(options.fingerprintBits)
    this.insert = this.inserter()
  }

  /** Finds the initial states: they wait in the first level. When the table is full, to be asked again after it has grown. */
  seed(): Report {
    this.parent = noParent
    this.allot()
    this.attempt(() => this.space.initial(this.take))
    return this.report(this.overflowed ? 'full' : 'done')
  }

  /** Goes on with the level for at most so many milliseconds. */
  explore(milliseconds: number): Report {
    const deadline = this.thread.now() + milliseconds
    while (this.waiting.length > 0) {
      const status = this.mustReturn(deadline)
      if (status !== null) return this.report(status)
      this.allot()
      for (let left = slice; left > 0 && this.waiting.length > 0 && !this.overflowed; left--)
        this.waiting.shift(this.expand)
      if (this.overflowed) return this.report('full')
      if (this.broken.size >= this.options.maxViolations) stopAll(this.shared)
    }
    return this.report('done')
  }

  /** Begins the next level; how many states wait in it. */
  advance(): number {
    this.waiting = this.found
    this.found = new StateQueue(this.space.slots)
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

  private mustReturn(deadline: number): Status | null {
    if (this.shared.stop[0] !== 0) return 'stopped'
    const distinct = total(this.shared, 1)
    if (distinct >= this.options.maxStates) return 'limit'
    if (distinct >= this.visited.room) return 'full'
    if (this.thread.heapIsFull()) return 'heap'
    return this.thread.now() > deadline ? 'paused' : null
  }

  /** Shares out what the table can still take, so that it never fills up whatever the threads do at once. */
  private allot(): void {
    const free = this.visited.limit - total(this.shared, 1)
    this.quota = Math.max(0, Math.floor(free / threads(this.shared)))
    this.overflowed = false
  }

  private readonly expand = (rows: Int32Array, offset: number): void => {
    const { space, options } = this
    space.load(rows, offset)
    const { low, high } = fingerprintOf(space, this.narrow)
    this.parent = this.visited.find(low, high)
    this.attempt(
      () => {
        if (options.liveness) this.edges.begin(this.parent, space.atGoal() ? 'goal' : space.excuse())
        space.expand(this.take)
        if (space.refused) this.noteBroken(low, high, space.current)
        else if (this.successors === 0 && !space.mayEnd())
          this.note(low, high, deadlock(space.plain, space.decode(space.current)))
      },
      low,
      high,
    )
    if (this.overflowed) this.waiting.push(space.current)
  }

  /** Runs a part of the model. What it throws is broken there; when the table is full, the part will be run again. */
  private attempt(part: () => void, low = 1, high = 1): void {
    this.successors = 0
    try {
      part()
    } catch (error) {
      if (error !== tableIsFull) return this.note(low, high, thrown(error))
      this.overflowed = true
      this.shared.counts[this.generatedAt]! -= this.successors
    }
  }

  private readonly take = (): void => {
    const { space, options } = this
    if (this.quota <= 0) throw tableIsFull
    this.successors++
    this.shared.counts[this.generatedAt]!++
    const low = space.low & this.narrow || 1
    const high = space.high & this.narrow || 1
    const place = this.insert(low, high)
    if (options.liveness && !space.fault && this.parent !== noParent)
      this.edges.add(place < 0 ? ~place : place)
    if (place >= 0) return
    this.quota--
    this.shared.counts[this.distinctAt]!++
    this.found.push(space.next)
    if (space.broken()) this.noteBroken(low, high, space.next)
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

/** Whether a network's invariants hold, remembered by the numbers of what each looks at, asked for what a step changed. */
import type { Invariant } from '../model/model.js'
import type { NetworkTables } from './network-tables.js'
import { Column, PairTable } from '../values/int-tables.js'

const holds = 0
const broken = 1

/** The verdicts of one network's invariants. */
export class NetworkVerdicts {
  private readonly worlds = new Column(-1)
  private readonly each = new Column(-1)
  private readonly pairs = new PairTable()
  private readonly known = new PairTable()
  private readonly asksEach: boolean
  private readonly asksPairs: boolean
  private readonly asksKnown: boolean
  private readonly asksAll: boolean

  constructor(private readonly tables: NetworkTables) {
    const { invariants } = tables.network
    this.asksEach = invariants.each.length > 0
    this.asksPairs = invariants.pair.length > 0
    this.asksKnown = invariants.known.length > 0
    this.asksAll = invariants.all.length > 0
  }

  /** Whether something is broken in `row`; only what differs from `before` is asked, all when it is null. */
  broken(row: Int32Array, before: Int32Array | null): boolean {
    const { n } = this.tables
    const last = row.length - 1
    const world = row[last]!
    const otherWorld = before === null || before[last] !== world
    let changed = otherWorld
    if (otherWorld && this.worldVerdict(world) === broken) return true
    for (let process = 0; process < n; process++) {
      const differs = before === null || before[process] !== row[process]
      const key = row[process]! * n + process
      if (this.asksKnown && (differs || otherWorld) && this.knownVerdict(key, world) === broken) return true
      if (!differs) continue
      changed = true
      if (this.asksEach && this.eachVerdict(key) === broken) return true
      if (this.asksPairs && this.brokenPair(row, process)) return true
    }
    return this.asksAll && changed && this.brokenAll(row)
  }

  private brokenPair(row: Int32Array, process: number): boolean {
    const { n } = this.tables
    const key = row[process]! * n + process
    for (let other = 0; other < n; other++) {
      if (other === process) continue
      const otherKey = row[other]! * n + other
      const verdict = process < other ? this.pairVerdict(key, otherKey) : this.pairVerdict(otherKey, key)
      if (verdict === broken) return true
    }
    return false
  }

  private worldVerdict(world: number): number {
    const known = this.worlds.get(world)
    if (known !== -1) return known
    const verdict = ask(this.tables.network.invariants.world, this.tables.worlds.value(world))
    this.worlds.set(world, verdict)
    return verdict
  }

  private eachVerdict(key: number): number {
    const known = this.each.get(key)
    if (known !== -1) return known
    const verdict = ask(this.tables.network.invariants.each, this.subject(key))
    this.each.set(key, verdict)
    return verdict
  }

  private pairVerdict(first: number, second: number): number {
    const known = this.pairs.get(first, second)
    if (known !== -1) return known
    const [a, b] = [this.subject(first), this.subject(second)]
    const subject = { a: a.process, b: b.process, first: a.local, second: b.local }
    const verdict = ask(this.tables.network.invariants.pair, subject)
    this.pairs.add(first, second, verdict)
    return verdict
  }

  private knownVerdict(key: number, world: number): number {
    const known = this.known.get(key, world)
    if (known !== -1) return known
    const subject = { ...this.subject(key), world: this.tables.worlds.value(world) }
    const verdict = ask(this.tables.network.invariants.known, subject)
    this.known.add(key, world, verdict)
    return verdict
  }

  private brokenAll(row: Int32Array): boolean {
    const { n, locals, worlds, network } = this.tables
    const subject = {
      locals: Array.from(row.subarray(0, n), (local) => locals.value(local)),
      world: worlds.value(row[row.length - 1]!),
    }
    return ask(network.invariants.all, subject) === broken
  }

  private subject(key: number): { readonly process: number; readonly local: unknown } {
    const { n, locals } = this.tables
    return { process: key % n, local: locals.value(Math.floor(key / n)) }
  }
}

function ask<Subject>(invariants: readonly Invariant<Subject>[], subject: Subject): number {
  return invariants.some((invariant) => invariant.broken(subject) !== null) ? broken : holds
}

/**
 * Symmetry: states that differ in the names of alike processes only are one state, whose fingerprint is the least among
 * all renamings. Renamed components are looked up; a step costs only what it changed, for each renaming.
 */
import { mark } from './channels.js'
import { mixHigh, mixLow, widened } from '../values/fingerprint.js'
import type { NetworkTables } from './network-tables.js'
import type { Components } from '../model/space.js'

/** The renamings of one network. */
export class NetworkSymmetry {
  /** The least fingerprint, after {@link choose}. */
  low = 0
  high = 0
  private readonly renamings: readonly Renaming[]
  /** The slots that a step changed. */
  private readonly changed: Int32Array

  constructor(
    tables: NetworkTables,
    private readonly slots: number,
    permutations: readonly (readonly number[])[],
  ) {
    this.changed = new Int32Array(slots)
    this.renamings = permutations
      .filter((to) => to.some((target, process) => target !== process))
      .map((to) => new Renaming(tables, slots, to))
  }

  /** Takes the state that is expanded. */
  settle(current: Int32Array): void {
    for (const renaming of this.renamings) renaming.settle(current)
  }

  /** Finds the least fingerprint of a successor, given its own. */
  choose(current: Int32Array, next: Int32Array, low: number, high: number): void {
    this.low = low
    this.high = high
    let count = 0
    for (let slot = 0; slot < this.slots; slot++)
      if (current[slot] !== next[slot]) this.changed[count++] = slot
    for (let at = 0; at < this.renamings.length; at++) {
      const renaming = this.renamings[at]!
      renaming.follow(current, next, this.changed, count)
      if (renaming.high < this.high || (renaming.high === this.high && renaming.low < this.low)) {
        this.low = renaming.low
        this.high = renaming.high
      }
    }
  }
}

/** One renaming, and the fingerprint of the renamed state. */
class Renaming {
  low = 0
  high = 0
  private currentLow = 0
  private currentHigh = 0
  private readonly slotTo: Int32Array
  private readonly parts: readonly RenamedPart[]

  constructor(
    private readonly tables: NetworkTables,
    private readonly slots: number,
    private readonly to: readonly number[],
  ) {
    const { n, locals, channels, worlds } = tables
    const renamed = [
      new RenamedPart(locals, (id) => this.local(id)),
      new RenamedPart(channels, (id) => this.channel(id)),
      new RenamedPart(worlds, (id) => this.world(id)),
    ] as const
    this.parts = Array.from({ length: slots }, (_, slot) =>
      slot < n ? renamed[0] : slot < slots - 1 ? renamed[1] : renamed[2],
    )
    this.slotTo = Int32Array.from({ length: slots }, (_, slot) => {
      if (slot < n) return to[slot]!
      if (slot === slots - 1) return slot
      const channel = slot - n
      const lane = Math.floor(channel / (n * n))
      return n + (lane * n + to[Math.floor(channel / n) % n]!) * n + to[channel % n]!
    })
  }

  settle(current: Int32Array): void {
    this.low = this.high = 0
    for (let slot = 0; slot < this.slots; slot++) this.toggle(slot, current[slot]!)
    this.currentLow = this.low
    this.currentHigh = this.high
  }

  /** Computes the fingerprint of the renamed successor, which differs from the renamed state in `count` slots. */
  follow(current: Int32Array, next: Int32Array, changed: Int32Array, count: number): void {
    this.low = this.currentLow
    this.high = this.currentHigh
    for (let at = 0; at < count; at++) {
      const slot = changed[at]!
      this.toggle(slot, current[slot]!)
      this.toggle(slot, next[slot]!)
    }
  }

  /** As `Space.toggle`, of the renamed component in the slot that it moves to. */
  private toggle(from: number, id: number): void {
    const part = this.parts[from]!
    const renamed = part.renamed(id)
    const slot = this.slotTo[from]!
    const high = part.high[renamed]!
    const a = mixLow(slot, part.low[renamed]!, high)
    const b = mixHigh(slot, a, high)
    this.low ^= mixLow(~slot, a, b)
    this.high ^= b
  }

  private local(id: number): number {
    const { locals, network } = this.tables
    return locals.intern(network.symmetry!.local(locals.value(id), this.to))
  }

  private channel(id: number): number {
    const { channels, messages, network } = this.tables
    const rename = (token: number) =>
      messages.intern(network.symmetry!.message(messages.value(token - 1), this.to)) + 1
    return channels.of(channels.tokens(id).map((token) => (token === mark ? mark : rename(token))))
  }

  private world(id: number): number {
    const { worlds, network } = this.tables
    return worlds.intern(network.symmetry!.world(worlds.value(id), this.to))
  }
}

/** The renamed components of one kind, remembered: a look-up for each, and the hashes beside. */
class RenamedPart {
  low: Int32Array
  high: Int32Array
  private known = new Int32Array(64).fill(-1)

  constructor(
    private readonly components: Components,
    private readonly rename: (id: number) => number,
  ) {
    this.low = components.hashes.low
    this.high = components.hashes.high
  }

  renamed(id: number): number {
    const known = id < this.known.length ? this.known[id]! : -1
    return known === -1 ? this.find(id) : known
  }

  private find(id: number): number {
    const renamed = this.rename(id)
    while (id >= this.known.length) this.known = widened(this.known, -1)
    this.known[id] = renamed
    // The columns of hashes move when they grow, which only a new component makes them do.
    this.low = this.components.hashes.low
    this.high = this.components.hashes.high
    return renamed
  }
}

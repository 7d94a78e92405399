/**
 * Symmetry: states that differ in the names of alike processes only are one state, whose fingerprint is the least among
 * all renamings. Renamed components are looked up; a step costs only what it changed, for each renaming.
 */
import { mark } from './channels.js'
import { type Hashes, mixHigh, mixLow } from './hash.js'
import type { NetworkTables } from './network-tables.js'
import { Column } from './tables.js'

/** The renamings of one network. */
export class NetworkSymmetry {
  /** The least fingerprint, after {@link choose}. */
  low = 0
  high = 0
  private readonly renamings: readonly Renaming[]

  constructor(tables: NetworkTables, slots: number, permutations: readonly (readonly number[])[]) {
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
    for (const renaming of this.renamings) {
      renaming.follow(current, next)
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
  private readonly localTo = new Column(-1)
  private readonly channelTo = new Column(-1)
  private readonly worldTo = new Column(-1)

  constructor(
    private readonly tables: NetworkTables,
    private readonly slots: number,
    private readonly to: readonly number[],
  ) {
    const { n } = tables
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

  follow(current: Int32Array, next: Int32Array): void {
    this.low = this.currentLow
    this.high = this.currentHigh
    for (let slot = 0; slot < this.slots; slot++) {
      if (current[slot] === next[slot]) continue
      this.toggle(slot, current[slot]!)
      this.toggle(slot, next[slot]!)
    }
  }

  private toggle(slot: number, id: number): void {
    const { n, locals, channels, worlds } = this.tables
    if (slot < n) this.toggleIn(locals.hashes, slot, this.local(id))
    else if (slot < this.slots - 1) this.toggleIn(channels.hashes, slot, this.channel(id))
    else this.toggleIn(worlds.hashes, slot, this.world(id))
  }

  /** As `Space.toggle`, in the slot that the renaming moves to. */
  private toggleIn({ low, high }: Hashes, from: number, id: number): void {
    const slot = this.slotTo[from]!
    const a = mixLow(slot, low[id]!, high[id]!)
    const b = mixHigh(slot, a, high[id]!)
    this.low ^= mixLow(~slot, a, b)
    this.high ^= b
  }

  private local(id: number): number {
    const known = this.localTo.get(id)
    if (known !== -1) return known
    const { locals, network } = this.tables
    const renamed = locals.intern(network.symmetry!.local(locals.value(id), this.to))
    this.localTo.set(id, renamed)
    return renamed
  }

  private channel(id: number): number {
    const known = this.channelTo.get(id)
    if (known !== -1) return known
    const { channels, messages, network } = this.tables
    const rename = (token: number) =>
      messages.intern(network.symmetry!.message(messages.value(token - 1), this.to)) + 1
    const renamed = channels.of(channels.tokens(id).map((token) => (token === mark ? mark : rename(token))))
    this.channelTo.set(id, renamed)
    return renamed
  }

  private world(id: number): number {
    const known = this.worldTo.get(id)
    if (known !== -1) return known
    const { worlds, network } = this.tables
    const renamed = worlds.intern(network.symmetry!.world(worlds.value(id), this.to))
    this.worldTo.set(id, renamed)
    return renamed
  }
}

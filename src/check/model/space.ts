/**
 * What the engine explores: states as fixed rows of ints. Each int is the number of an interned component (a process's
 * state, a channel's content, the world, a field), so a step changes few of them, what it does is looked up by number, and
 * the fingerprint of a state is the XOR of its components' hashes, each mixed with its slot.
 */
import { type Hashes, mixHigh, mixLow } from '../values/fingerprint.js'
import type { Excuse, Model } from './model.js'

/** A model of any types. */
export type AnyModel = Model<unknown, unknown>

/** What keeps the components of some slots: their hashes, and their texts to ship them elsewhere. */
export interface Components {
  readonly hashes: Hashes
  text(number: number): string
  read(text: string): number
}

/**
 * Where another thread finds the same space: a module's export is called with plain data. The module may not be one that
 * waits for a run at its top level, since the run would wait for it in turn.
 */
export interface SpaceSource {
  /** `file:` URL of the module. */
  readonly module: string
  /** The name of an export that is a {@link SpaceMaker}. */
  readonly export: string
  /** Plain data, given to the export. */
  readonly argument: unknown
}

/** Makes a space from plain data; the same data makes the same space in every thread. */
export type SpaceMaker = (argument: unknown) => Space | Promise<Space>

/** Called when `next` holds a successor; it must leave `next` as it is, and not keep it. */
export type Emit = () => void

/** States and steps, a buffer at a time: nothing is allocated for a successor. */
export abstract class Space {
  /** The state that is expanded. */
  readonly current: Int32Array
  /** The successor, valid inside {@link Emit}. */
  readonly next: Int32Array
  /** The fingerprint of `next`; the same in every thread. Valid inside {@link Emit}. */
  low = 0
  high = 0
  /** Whether the step is a fault, and the number of its kind (see {@link kinds}). Valid inside {@link Emit}. */
  fault = false
  kind = 0
  /** Whether the state that was expanded has a message that no rule speaks of. Valid after {@link expand}. */
  refused = false

  /** The plain model that says the same in words: names the steps, shows the states, explains what is broken. */
  abstract readonly plain: AnyModel
  /** What keeps each slot's components; slots of one kind share one. */
  abstract readonly components: readonly Components[]
  /** Reductions that make the space smaller than the plain model's: `symmetry`. */
  abstract readonly reductions: readonly string[]
  /** Names of the kinds of steps seen so far, by number. */
  abstract readonly kinds: readonly string[]

  protected currentLow = 0
  protected currentHigh = 0

  constructor(readonly slots: number) {
    this.current = new Int32Array(slots)
    this.next = new Int32Array(slots)
  }

  /** Emits each initial state. */
  abstract initial(emit: Emit): void
  /** Emits each successor of `current`. */
  abstract expand(emit: Emit): void
  /** Whether an invariant may be broken in `next`, given that `current` was asked before. Inside {@link Emit}. */
  abstract broken(): boolean
  /** A number for the step, the same for the same step of whatever state. Inside {@link Emit}. */
  abstract code(): number
  /** The step's plain data, as the plain model takes it. */
  abstract action(code: number): unknown
  /** The plain model's state. */
  abstract decode(row: Int32Array): unknown
  /** Whether the goal holds in `current`; false without a goal. */
  abstract atGoal(): boolean
  /** Why the goal need not be possible from `current`; null where it must. */
  abstract excuse(): Excuse | null
  /** Whether `current` may be without a successor. */
  abstract mayEnd(): boolean

  /** Makes the row at an offset of `rows` the one that is expanded; `low` and `high` are its fingerprint until then. */
  load(rows: Int32Array, offset: number): void {
    for (let slot = 0; slot < this.slots; slot++) this.current[slot] = rows[offset + slot]!
    this.settle()
  }

  /** Computes what is kept of `current`, and makes `next` the same. */
  protected settle(): void {
    this.next.set(this.current)
    this.low = this.high = 0
    for (let slot = 0; slot < this.slots; slot++) this.toggle(slot, this.current[slot]!)
    this.currentLow = this.low
    this.currentHigh = this.high
  }

  /** Adds or removes a component's part of the fingerprint of `next`. */
  protected toggle(slot: number, id: number): void {
    const { low, high } = this.components[slot]!.hashes
    const a = mixLow(slot, low[id]!, high[id]!)
    const b = mixHigh(slot, a, high[id]!)
    this.low ^= mixLow(~slot, a, b)
    this.high ^= b
  }
}

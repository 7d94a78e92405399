/** A plain model as the engine explores it: a slot for each field of its states, or one for the whole of states that are no objects. */
import { canonical, kindOf } from '../values/canonical.js'
import { Interner } from '../values/interner.js'
import type { Excuse, Model } from '../model/model.js'
import { type AnyModel, type Components, type Emit, Space } from '../model/space.js'

type Fields = Readonly<Record<string, unknown>>

/** How states are taken apart. */
interface Layout {
  readonly slots: number
  split(state: unknown): readonly unknown[]
  join(parts: readonly unknown[]): unknown
}

/** The space of a plain model. */
export function modelSpace<State, Action>(model: Model<State, Action>): Space {
  return new ModelSpace(model as unknown as AnyModel)
}

class ModelSpace extends Space {
  readonly plain: AnyModel
  readonly components: readonly Components[]
  readonly reductions: readonly string[] = []
  readonly kinds: string[] = []
  private readonly parts: readonly Interner<unknown>[]
  private readonly layout: Layout
  private readonly actions = new Interner<unknown>()
  private readonly kindNumbers = new Map<string, number>()
  private before: unknown
  private beforeParts: readonly unknown[] = []
  private after: unknown
  private step: unknown

  constructor(model: AnyModel) {
    const layout = layoutOf(model.initial())
    super(layout.slots)
    this.plain = model
    this.layout = layout
    this.parts = Array.from({ length: layout.slots }, () => new Interner<unknown>())
    this.components = this.parts
  }

  initial(emit: Emit): void {
    this.beforeParts = []
    for (const state of this.plain.initial()) {
      this.fill(this.current, state)
      this.settle()
      this.after = state
      emit()
    }
  }

  override load(rows: Int32Array, offset: number): void {
    super.load(rows, offset)
    this.before = this.decode(this.current)
    this.beforeParts = this.layout.split(this.before)
  }

  expand(emit: Emit): void {
    const { plain } = this
    for (const action of plain.actions(this.before)) {
      this.step = action
      this.after = plain.next(this.before, action)
      this.fault = plain.goal?.isFault(action, this.before) ?? false
      this.kind = this.kindNumber(kindOf(action, 'step'))
      this.follow()
      emit()
      this.next.set(this.current)
    }
  }

  broken(): boolean {
    return this.plain.invariants.some((invariant) => invariant.broken(this.after) !== null)
  }

  code(): number {
    return this.actions.intern(this.step)
  }

  action(code: number): unknown {
    return this.actions.value(code)
  }

  decode(row: Int32Array): unknown {
    return this.layout.join(
      Array.from(row.subarray(0, this.slots), (id, slot) => this.parts[slot]!.value(id)),
    )
  }

  atGoal(): boolean {
    return this.plain.goal?.holds(this.before) ?? false
  }

  excuse(): Excuse | null {
    return this.plain.goal?.excuse?.(this.before) ?? null
  }

  mayEnd(): boolean {
    return this.plain.mayEnd?.(this.before) ?? false
  }

  private fill(row: Int32Array, state: unknown): void {
    this.layout.split(state).forEach((part, slot) => (row[slot] = this.parts[slot]!.intern(part)))
  }

  /** Numbers the successor; a field that is the very same value as before keeps its number. */
  private follow(): void {
    this.low = this.currentLow
    this.high = this.currentHigh
    const parts = this.layout.split(this.after)
    for (let slot = 0; slot < this.slots; slot++) {
      if (parts[slot] === this.beforeParts[slot]) continue
      const id = this.parts[slot]!.intern(parts[slot])
      if (id === this.next[slot]) continue
      this.toggle(slot, this.next[slot]!)
      this.toggle(slot, id)
      this.next[slot] = id
    }
  }

  private kindNumber(name: string): number {
    const known = this.kindNumbers.get(name)
    if (known !== undefined) return known
    this.kindNumbers.set(name, this.kinds.length)
    return this.kinds.push(name) - 1
  }
}

function layoutOf(states: readonly unknown[]): Layout {
  if (!states.every(isFields)) return { slots: 1, split: (state) => [state], join: ([whole]) => whole }
  const names = [...new Set(states.flatMap((state) => Object.keys(state)))].sort()
  const known = new Set(names)
  return {
    slots: names.length + 1,
    split: (state) => splitFields(state, names, known),
    join: (parts) => joinFields(parts, names),
  }
}

/** The named fields, absent ones as an empty list's absence, and last an object of the fields that no initial state has. */
function splitFields(state: unknown, names: readonly string[], known: ReadonlySet<string>): unknown[] {
  if (!isFields(state)) throw new TypeError(`a state is ${canonical(state)}; the initial ones are objects`)
  const parts: unknown[] = names.map((name) => (state[name] === undefined ? absent : state[name]))
  const others = Object.keys(state).filter((name) => !known.has(name))
  parts.push(others.length === 0 ? none : Object.fromEntries(others.map((name) => [name, state[name]])))
  return parts
}

function joinFields(parts: readonly unknown[], names: readonly string[]): Fields {
  const state: Record<string, unknown> = {}
  names.forEach((name, slot) => {
    if (!isAbsent(parts[slot])) state[name] = parts[slot]
  })
  return Object.assign(state, parts[names.length])
}

const none: Fields = {}
/** What stands for a field that a state lacks. */
const absent = { ' absent': true }

function isAbsent(part: unknown): boolean {
  return isFields(part) && part[' absent'] === true
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What the checker explores, in its plain form: a system as four small functions over immutable values. States are plain
 * data (numbers, strings, booleans, null, arrays, objects): two states are the same when they print the same as JSON
 * with sorted keys.
 */

/** A step as a reader is told it. */
export interface Told {
  /** One line, in the spec's words. */
  readonly text: string
  /** The rules that allow the step. */
  readonly rules: readonly string[]
  /** The index of the process that takes the step, when it is one process. */
  readonly process?: number
  /** Messages that the step takes, sends or loses; for sequence diagrams. A network's are told by the checker. */
  readonly messages?: readonly ToldMessage[]
}

/** A message as a sequence diagram shows it. */
export interface ToldMessage {
  readonly from: number
  readonly to: number
  readonly text: string
  /**
   * `taken`: the step is its arrival. `sent`: the step sends it. `lost`: it will not arrive, for it goes nowhere or was under
   * way. `ended`: the step meets the end of the connection, which nobody sent.
   */
  readonly as: 'taken' | 'sent' | 'lost' | 'ended'
}

/** Something that must hold. */
export interface Invariant<Subject> {
  /** The rule it restates, `BROADCAST-70`. */
  readonly rule: string
  /** A few words: `the leader's log is complete`. */
  readonly name: string
  /** What was found, with the values that break it; null when it holds. */
  broken(subject: Subject): string | null
}

/** A system to explore. */
export interface Model<State, Action> {
  readonly name: string
  /** Names of the processes that actions belong to, for diagrams. Empty: there are none. */
  readonly processes: readonly string[]
  initial(): readonly State[]
  /** The actions that a state allows, in a fixed order. */
  actions(state: State): readonly Action[]
  /** The state after an allowed action. */
  next(state: State, action: Action): State
  readonly invariants: readonly Invariant<State>[]
  /** Whether a state may have no successor. Without it, such a state is reported as a deadlock. */
  mayEnd?(state: State): boolean
  /** What must stay possible from every state, by steps that are no faults. */
  readonly goal?: Goal<State, Action>
  tell(before: State, action: Action, after: State): Told
  /** A state for the reader: one entry a variable or process. What changed between two states is the difference of these. */
  show(state: State): Readonly<Record<string, string>>
}

/**
 * Why the goal need not be possible. `over`: the bounds leave no way, and nothing is asked. `last try`: they leave no other try than
 * the one in progress, so a way to `over` is as good as one to the goal. What follows a last try is one, or over.
 */
export type Excuse = 'over' | 'last try'

/** A bounded liveness property: from every reachable state, some path without faults leads to a state that holds. */
export interface Goal<State, Action> {
  readonly rule: string
  readonly name: string
  holds(state: State): boolean
  /** What the bounds cut off of the way to the goal; null where they don't. */
  excuse?(state: State): Excuse | null
  /** Whether an action that a state allows is a fault. */
  isFault(action: Action, state: State): boolean
}

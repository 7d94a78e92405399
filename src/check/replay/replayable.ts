/** A spec that can be walked by the actions of a path, one at a time: what replay needs of a model or a network. */
import type { PathStep, Violation } from '../model/counterexample.js'

/** An action that is not allowed where it is asked for. */
export interface Refusal {
  readonly action: unknown
  /** Why: in words. */
  readonly refused: string
  /** What is allowed instead, in the spec's words too. */
  readonly allowed: readonly { readonly action: unknown; readonly text: string }[]
}

export interface Replayable {
  readonly name: string
  readonly processes: readonly string[]
  /**
   * Goes to the first state, and gives what it shows. Where there are several, the one that shows what is given; with
   * none that does, the first.
   */
  start(shown?: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  /** Takes a step, or stays and says what could be taken. */
  step(action: unknown): PathStep | Refusal
  /**
   * What is broken in the state that is reached; null when nothing is. Whether the goal can still be reached takes a
   * search, so it is asked for.
   */
  violation(withGoal: boolean): Violation | null
}

export function isRefusal(taken: PathStep | Refusal): taken is Refusal {
  return 'refused' in taken
}

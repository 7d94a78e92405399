/** A version of the spec, to be compared with another. */
import type { AnyStateMachine } from 'xstate'
import type { Variant } from '../../../spec/variants/variant.js'

export interface Version {
  /** As it was asked for. */
  readonly name: string
  /** A line that says what it is. */
  readonly about: string
  readonly machines: readonly AnyStateMachine[]
  /** The rules' texts by their ids. */
  readonly rules: ReadonlyMap<string, string>
  readonly variant?: Variant
  /** The built folder, when it is another checkout's. */
  readonly built?: string
}

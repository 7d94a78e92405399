/** What a model's steps are held against, when what the last step broke is kept in the state. */
import type { Invariant } from '../model/model.js'

/** Something that must hold. */
export interface Statement {
  readonly rule: string
  readonly name: string
}

/** What the last step broke, and how. */
export interface Broken extends Statement {
  readonly found: string
}

export const statement = (rule: string, name: string): Statement => ({ rule, name })

/** A statement as an invariant of states that keep what was broken. */
export function brokenOf<State extends { readonly broken: readonly Broken[] }>({
  rule,
  name,
}: Statement): Invariant<State> {
  return {
    rule,
    name,
    broken: (state) => state.broken.find((each) => each.rule === rule && each.name === name)?.found ?? null,
  }
}

/** One shape for all that must hold: of a state, of a step, of two servers. `Subject` is what it looks at. */

export interface Invariant<Subject extends readonly unknown[]> {
  /** The rule that it restates. */
  readonly rule: string
  /** A few words: `every znode stands at a path`. */
  readonly name: string
  /** What was found, with the values that break it; null when it holds. */
  broken(...of: Subject): string | null
}

/** An invariant that only says whether it holds: what is found is that it doesn't. */
export function statement<Subject extends readonly unknown[]>(
  rule: string,
  name: string,
  holds: (...of: Subject) => boolean,
): Invariant<Subject> {
  return { rule, name, broken: (...of) => (holds(...of) ? null : `not so: ${name}`) }
}

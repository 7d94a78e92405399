/** What is broken in a state, in words. */
import type { Violation } from './counterexample.js'
import type { AnyModel } from './space.js'

/** A state, by its fingerprint, and what is broken in it. */
export interface Finding {
  readonly low: number
  readonly high: number
  readonly violation: Violation
}

/** Every invariant that is broken in a state. */
export function brokenIn(model: AnyModel, state: unknown): Violation[] {
  return model.invariants.flatMap((invariant) => {
    const found = invariant.broken(state)
    const { rule, name } = invariant
    return found === null ? [] : [{ kind: 'invariant' as const, rule, name, found }]
  })
}

/** A state in which nothing can happen. */
export function deadlock(model: AnyModel, state: unknown): Violation {
  const found = Object.entries(model.show(state)).map(([what, value]) => `${what}: ${value}`)
  return { kind: 'deadlock', rule: 'deadlock', name: 'something can always happen', found: found.join('; ') }
}

/** A function of the model threw. Throws again what tells of the engine's own memory. */
export function thrown(error: unknown): Violation {
  if (isOutOfMemory(error)) throw error
  const found = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    kind: 'invariant',
    rule: 'exception',
    name: 'the specification says what happens, and throws nothing',
    found,
  }
}

/** Whether an error says that there is no memory for a larger table. */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /allocation failed|typed array length|array length|buffer length|maximum size/i.test(error.message)
  )
}

/** Violations with the same key are the same thing, broken in another state. */
export function keyOf({ kind, rule, name }: Violation): string {
  return `${kind} ${rule} ${name}`
}

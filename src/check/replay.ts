/** Replays actions on a plain model, and tells each step; or says where they stop being allowed, and what is allowed there. */
import { canonical } from './canonical.js'
import type { Counterexample, ModelRequest, PathStep, Violation } from './counterexample.js'
import { brokenIn } from './findings.js'
import type { Model } from './model.js'
import type { AnyModel } from './space.js'

/** A replay that went through. */
export interface Replayed {
  readonly allowed: true
  readonly start: Readonly<Record<string, string>>
  readonly steps: readonly PathStep[]
  /** The last state, plain. */
  readonly end: unknown
  /** What is broken in the last state. */
  readonly broken: readonly Violation[]
}

/** A replay that met an action which the state there doesn't allow. */
export interface Refused {
  readonly allowed: false
  readonly start: Readonly<Record<string, string>>
  /** The steps before it. */
  readonly steps: readonly PathStep[]
  /** The index of the action, which is `steps.length`. */
  readonly at: number
  readonly action: unknown
  /** What the state there allows instead. */
  readonly instead: readonly { readonly action: unknown; readonly text: string }[]
}

/**
 * Replays actions, plain data as counterexamples hold them. `start` picks the initial state that shows so; without it, or
 * when none does, the first.
 */
export function replay<State, Action>(
  model: Model<State, Action>,
  actions: readonly unknown[],
  start?: Readonly<Record<string, string>>,
): Replayed | Refused {
  const plain = model as unknown as AnyModel
  const states = plain.initial()
  const wanted = start === undefined ? undefined : canonical(start)
  const first = states.find((state) => canonical(plain.show(state)) === wanted) ?? states[0]
  return replayFrom(plain, first, actions)
}

/** Replays actions from a state. */
export function replayFrom(model: AnyModel, first: unknown, actions: readonly unknown[]): Replayed | Refused {
  const steps: PathStep[] = []
  const start = model.show(first)
  let state = first
  for (const wanted of actions) {
    const text = canonical(wanted)
    const allowed = model.actions(state)
    const action = allowed.find((candidate) => canonical(candidate) === text)
    if (action === undefined) {
      const instead = allowed.map((action) => ({ action, text: textOf(model, state, action) }))
      return { allowed: false, start, steps, at: steps.length, action: wanted, instead }
    }
    const after = model.next(state, action)
    steps.push(stepOf(model, state, action, after))
    state = after
  }
  return { allowed: true, start, steps, end: state, broken: brokenIn(model, state) }
}

/** The counterexample that actions lead to. Throws an Error when the model doesn't allow them. */
export function counterexample(
  model: AnyModel,
  request: ModelRequest,
  first: unknown,
  actions: readonly unknown[],
  violation: Violation,
): Counterexample {
  const replayed = replayFrom(model, first, actions)
  if (!replayed.allowed)
    throw new Error(`the plain model does not allow step ${replayed.at + 1}, ${canonical(replayed.action)}`)
  const { start, steps } = replayed
  const { processes } = model
  return { format: 'zoospec-counterexample/1', request, processes, violation, start, steps }
}

function textOf(model: AnyModel, state: unknown, action: unknown): string {
  return model.tell(state, action, model.next(state, action)).text
}

function stepOf(model: AnyModel, before: unknown, action: unknown, after: unknown): PathStep {
  const { text, rules, process, messages = [] } = model.tell(before, action, after)
  const changes = difference(model.show(before), model.show(after))
  return { action, text, rules, ...(process === undefined ? {} : { process }), messages, changes }
}

/** What differs between two states as they are shown; what one of them lacks is an empty text there. */
function difference(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): PathStep['changes'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .map((what) => ({ what, before: before[what] ?? '', after: after[what] ?? '' }))
    .filter((change) => change.before !== change.after)
}

/** Walks a plain model by given actions, and tells each step as a counterexample does. */
import type { Counterexample, ModelRequest, PathStep, Violation } from '../model/counterexample.js'
import { changesBetween } from '../model/changes.js'
import { brokenIn, deadlock, thrown } from '../model/findings.js'
import type { Model } from '../model/model.js'
import type { AnyModel } from '../model/space.js'
import { canonical } from '../values/canonical.js'
import { isRefusal, type Refusal, type Replayable } from './replayable.js'

/** States looked at before a goal counts as out of reach for want of looking further. */
const goalStates = 200_000

/** How far a list of actions led: the steps that were taken, and the action after them that isn't allowed. */
export interface Taken {
  readonly steps: readonly PathStep[]
  readonly refusal: Refusal | null
}

/** A walk, at a model's first state or at a given one. */
export class ModelWalk<State, Action> implements Replayable {
  readonly name: string
  readonly processes: readonly string[]
  private at: State

  constructor(
    private readonly model: Model<State, Action>,
    from?: State,
  ) {
    this.name = model.name
    this.processes = model.processes
    this.at = from ?? this.firstState()
  }

  /** The state that is reached. */
  get state(): State {
    return this.at
  }

  start(shown?: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    this.at = this.firstState(shown)
    return this.model.show(this.at)
  }

  step(action: unknown): PathStep | Refusal {
    const { model, at } = this
    const wanted = canonical(action)
    const allowed = model.actions(at)
    const found = allowed.find((each) => canonical(each) === wanted)
    if (found === undefined) {
      const instead = allowed.map((each) => ({
        action: each,
        text: this.tell(each, model.next(at, each)).text,
      }))
      return { action, refused: 'no rule allows it here', allowed: instead }
    }
    const after = model.next(at, found)
    const { text, rules, process, messages = [] } = this.tell(found, after)
    const changes = changesBetween(model.show(at), model.show(after))
    this.at = after
    return { action: found, text, rules, ...(process === undefined ? {} : { process }), messages, changes }
  }

  /** Takes actions one after the other, as far as they are allowed. */
  take(actions: readonly unknown[]): Taken {
    const steps: PathStep[] = []
    for (const action of actions) {
      const taken = this.step(action)
      if (isRefusal(taken)) return { steps, refusal: taken }
      steps.push(taken)
    }
    return { steps, refusal: null }
  }

  /** Every invariant that is broken in the state that is reached. */
  broken(): readonly Violation[] {
    return brokenIn(this.model as unknown as AnyModel, this.at)
  }

  violation(withGoal: boolean): Violation | null {
    try {
      return this.broken()[0] ?? this.stuck() ?? (withGoal ? this.goalViolation() : null)
    } catch (error) {
      return thrown(error)
    }
  }

  /** Whether nothing can happen in a state that may not end. What a step throws shows here, as it does to the explorer. */
  private stuck(): Violation | null {
    const { model, at } = this
    const actions = model.actions(at)
    for (const action of actions) model.next(at, action)
    return actions.length === 0 && model.mayEnd?.(at) !== true
      ? deadlock(model as unknown as AnyModel, at)
      : null
  }

  private tell(action: Action, after: State) {
    return this.model.tell(this.at, action, after)
  }

  private firstState(shown?: Readonly<Record<string, string>>): State {
    const { model } = this
    const states = model.initial()
    const [first] = states
    if (first === undefined) throw new Error(`the model ${model.name} has no first state`)
    if (shown === undefined) return first
    return states.find((state) => canonical(model.show(state)) === canonical(shown)) ?? first
  }

  private goalViolation(): Violation | null {
    const { model, at: from } = this
    const { goal } = model
    if (goal === undefined) return null
    const mayEndOver = (goal.excuse?.(from) ?? null) !== null
    const seen = new Set([canonical(from)])
    const queue = [from]
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      if (goal.holds(state) || seen.size > goalStates) return null
      if (mayEndOver && goal.excuse?.(state) === 'over') return null
      for (const action of model.actions(state)) {
        if (goal.isFault(action, state)) continue
        const after = model.next(state, action)
        const key = canonical(after)
        if (seen.has(key)) continue
        seen.add(key)
        queue.push(after)
      }
    }
    const found = `none of the ${seen.size} states that can follow without a fault`
    return { kind: 'goal', rule: goal.rule, name: goal.name, found }
  }
}

/** The counterexample that actions lead to. Throws an Error when the model doesn't allow them. */
export function counterexampleFrom<State, Action>(
  model: Model<State, Action>,
  request: ModelRequest,
  first: State,
  actions: readonly unknown[],
  violation: Violation,
): Counterexample {
  const { steps, refusal } = new ModelWalk(model, first).take(actions)
  if (refusal !== null)
    throw new Error(`the plain model does not allow step ${steps.length + 1}, ${canonical(refusal.action)}`)
  const { processes } = model
  return {
    format: 'zoospec-counterexample/1',
    request,
    processes,
    violation,
    start: model.show(first),
    steps,
  }
}

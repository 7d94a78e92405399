/** Walks a plain model by given actions, and tells each step as a counterexample does. */
import { canonical } from '../canonical.js'
import type { Counterexample, ModelRequest, PathStep, Violation } from '../counterexample.js'
import type { Model } from '../model.js'
import { isRefusal, type Replayable } from './replayable.js'

/** States looked at before a goal counts as out of reach for want of looking further. */
const goalStates = 200_000

/** The model, at its first state. */
export function replayModel<State, Action>(model: Model<State, Action>): Replayable {
  let state = firstState(model)
  return {
    name: model.name,
    processes: model.processes,
    start(shown) {
      state = firstState(model, shown)
      return model.show(state)
    },
    step(action) {
      const wanted = canonical(action)
      const allowed = model.actions(state)
      const found = allowed.find((each) => canonical(each) === wanted)
      if (found === undefined) {
        const told = allowed.map((each) => model.tell(state, each, model.next(state, each)).text)
        return { refused: 'no rule allows it here', allowed: told }
      }
      const after = model.next(state, found)
      const step = toldStep(model, state, found, after)
      state = after
      return step
    },
    violation: (withGoal) => violationOf(model, state) ?? (withGoal ? goalViolation(model, state) : null),
  }
}

/** A path of a model as a counterexample. Throws when an action isn't allowed, or nothing is broken at the end. */
export function counterexampleOf<State, Action>(
  model: Model<State, Action>,
  request: ModelRequest,
  actions: readonly Action[],
): Counterexample {
  const walk = replayModel(model)
  const start = walk.start()
  const steps = actions.map((action, at) => {
    const taken = walk.step(action)
    if (isRefusal(taken))
      throw new Error(
        `step ${at + 1}: ${canonical(action)}: ${taken.refused}; allowed: ${taken.allowed.join('; ')}`,
      )
    return taken
  })
  const violation = walk.violation(true)
  if (violation === null) throw new Error('nothing is broken at the end of the path')
  return { format: 'zoospec-counterexample/1', request, processes: model.processes, violation, start, steps }
}

/** What changed between two states, by what `show` shows of them. */
export function changesBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): PathStep['changes'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((what) => {
    const change = { what, before: before[what] ?? '(none)', after: after[what] ?? '(none)' }
    return change.before === change.after ? [] : [change]
  })
}

function toldStep<State, Action>(
  model: Model<State, Action>,
  before: State,
  action: Action,
  after: State,
): PathStep {
  const { text, rules, process, messages } = model.tell(before, action, after)
  return {
    action,
    text,
    rules,
    ...(process === undefined ? {} : { process }),
    messages: messages ?? [],
    changes: changesBetween(model.show(before), model.show(after)),
  }
}

function firstState<State, Action>(
  model: Model<State, Action>,
  shown?: Readonly<Record<string, string>>,
): State {
  const states = model.initial()
  const [first] = states
  if (first === undefined) throw new Error(`the model ${model.name} has no first state`)
  if (shown === undefined) return first
  return states.find((state) => canonical(model.show(state)) === canonical(shown)) ?? first
}

function violationOf<State, Action>(model: Model<State, Action>, state: State): Violation | null {
  for (const invariant of model.invariants) {
    const found = invariant.broken(state)
    if (found !== null) return { kind: 'invariant', rule: invariant.rule, name: invariant.name, found }
  }
  if (model.actions(state).length === 0 && model.mayEnd?.(state) !== true) {
    return {
      kind: 'deadlock',
      rule: 'deadlock',
      name: 'something can happen in every state',
      found: 'nothing can',
    }
  }
  return null
}

function goalViolation<State, Action>(model: Model<State, Action>, from: State): Violation | null {
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

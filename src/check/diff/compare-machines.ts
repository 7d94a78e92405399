/** What differs between two machines: states, transitions, and the functions behind names. */
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { nothing } from '../../text/changed-part.js'
import { chartOf, type ChartState, type ChartTransition } from '../../diagram/chart.js'
import { sameSource, sourceOf } from './function-source.js'

/** A field that is another: `guard`, `target`, `actions`, ... */
export interface FieldChange {
  readonly field: string
  readonly before: string
  readonly after: string
}

export type TransitionDiff =
  | { readonly kind: 'same' | 'added' | 'removed'; readonly transition: ChartTransition }
  | {
      readonly kind: 'changed'
      readonly before: ChartTransition
      readonly after: ChartTransition
      readonly fields: readonly FieldChange[]
    }

export interface StateDiff {
  readonly path: string
  readonly kind: 'same' | 'added' | 'removed' | 'changed'
  readonly before: ChartState | undefined
  readonly after: ChartState | undefined
  /** Of the state itself, not of its transitions. */
  readonly fields: readonly FieldChange[]
  readonly transitions: readonly TransitionDiff[]
}

/** A guard or an action whose name stands for another function. */
export interface ReplacedFunction {
  readonly kind: 'guard' | 'action'
  readonly name: string
  readonly before: string
  readonly after: string
}

export interface MachineDiff {
  readonly id: string
  readonly kind: 'same' | 'added' | 'removed' | 'changed'
  readonly states: readonly StateDiff[]
  readonly functions: readonly ReplacedFunction[]
}

/** The machines of two versions by their ids: those of the first in its order, then what is new. */
export function compareMachines(
  before: readonly AnyStateMachine[],
  after: readonly AnyStateMachine[],
): readonly MachineDiff[] {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))]
  return ids.map((id) => {
    const [a, b] = [before, after].map((machines) => machines.find((machine) => machine.id === id))
    const states = compareStates(a, b)
    const functions = a === undefined || b === undefined ? [] : replacedFunctions(a, b)
    const isSame =
      functions.length === 0 &&
      states.every(
        ({ kind, transitions }) => kind === 'same' && transitions.every((each) => each.kind === 'same'),
      )
    const kind = a === undefined ? 'added' : b === undefined ? 'removed' : isSame ? 'same' : 'changed'
    return { id, kind, states, functions }
  })
}

/** A state, with the texts of functions that stand in the definition without a name. */
interface Found {
  readonly state: ChartState
  readonly unnamed: readonly string[]
}

function compareStates(a: AnyStateMachine | undefined, b: AnyStateMachine | undefined): StateDiff[] {
  const before = statesOf(a)
  const after = statesOf(b)
  const paths = [...new Set([...before.keys(), ...after.keys()])]
  return paths.map((path): StateDiff => {
    const [from, to] = [before.get(path), after.get(path)]
    const transitions = compareTransitions(from, to)
    if (from === undefined || to === undefined) {
      const kind = from === undefined ? 'added' : 'removed'
      return { path, kind, before: from?.state, after: to?.state, fields: [], transitions }
    }
    const fields = stateFields(from.state, to.state)
    return {
      path,
      kind: fields.length > 0 ? 'changed' : 'same',
      before: from.state,
      after: to.state,
      fields,
      transitions,
    }
  })
}

function statesOf(machine: AnyStateMachine | undefined): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>()
  const visit = (state: ChartState, node: AnyStateNode): void => {
    // In the order in which a chart reads them.
    const unnamed = [...node.transitions.values(), node.always ?? []].flat().map((transition) =>
      [transition.guard, ...transition.actions]
        .filter((each) => typeof each === 'function')
        .map(sourceOf)
        .join('\n'),
    )
    found.set(state.path, { state, unnamed })
    for (const inner of state.states) {
      const child = (node.states as Record<string, AnyStateNode>)[inner.name]
      if (child !== undefined) visit(inner, child)
    }
  }
  if (machine !== undefined) visit(chartOf(machine).root, machine.root)
  return found
}

function stateFields(before: ChartState, after: ChartState): FieldChange[] {
  return changes(
    {
      kind: before.kind,
      initial: before.initial,
      entry: list(before.entry),
      exit: list(before.exit),
      rules: list(before.rules),
    },
    {
      kind: after.kind,
      initial: after.initial,
      entry: list(after.entry),
      exit: list(after.exit),
      rules: list(after.rules),
    },
  )
}

/** A transition's place in its list, and what tells it from others. */
interface Turn {
  readonly transition: ChartTransition
  readonly unnamed: string
}

function compareTransitions(from: Found | undefined, to: Found | undefined): TransitionDiff[] {
  const turns = (found: Found | undefined): Turn[] =>
    (found?.state.transitions ?? []).map((transition, at) => ({
      transition,
      unnamed: found?.unnamed[at] ?? '',
    }))
  const [before, after] = [turns(from), turns(to)]
  const events = [...new Set([...before, ...after].map(({ transition }) => transition.event))]
  return events.flatMap((event) => {
    const of = (all: readonly Turn[]) => all.filter(({ transition }) => transition.event === event)
    return compareEvent(of(before), of(after))
  })
}

function compareEvent(before: readonly Turn[], after: readonly Turn[]): TransitionDiff[] {
  const pairs = pairsOf(before, after)
  const inOrder = isAscending(after.flatMap((turn) => indexIn(before, pairs.get(turn))))
  const left = before.filter((turn) => ![...pairs.values()].includes(turn))
  const told = after.map((turn): TransitionDiff => {
    const was = pairs.get(turn)
    if (was === undefined) return { kind: 'added', transition: turn.transition }
    const fields = transitionFields(was, turn)
    const moved = !inOrder && before.indexOf(was) !== after.indexOf(turn)
    if (moved)
      fields.push({
        field: 'order',
        before: `#${before.indexOf(was) + 1}`,
        after: `#${after.indexOf(turn) + 1}`,
      })
    return fields.length === 0
      ? { kind: 'same', transition: turn.transition }
      : { kind: 'changed', before: was.transition, after: turn.transition, fields }
  })
  return [...told, ...left.map(({ transition }): TransitionDiff => ({ kind: 'removed', transition }))]
}

/** Which transition was which: alike in all, else by rule, by guard, by target, by what is left alone on both sides. */
function pairsOf(before: readonly Turn[], after: readonly Turn[]): ReadonlyMap<Turn, Turn> {
  const pairs = new Map<Turn, Turn>()
  const taken = new Set<Turn>()
  const ways: readonly ((turn: Turn) => string)[] = [
    ({ transition, unnamed }) => JSON.stringify([{ ...transition, turn: 0 }, unnamed]),
    ({ transition }) => (transition.rules.length === 0 ? '' : list(transition.rules)),
    ({ transition }) => transition.guard ?? '',
    ({ transition }) => transition.target ?? '',
  ]
  for (const way of ways) {
    for (const turn of after) {
      if (pairs.has(turn) || way(turn) === '') continue
      const was = before.find((each) => !taken.has(each) && way(each) === way(turn))
      if (was === undefined) continue
      pairs.set(turn, was)
      taken.add(was)
    }
  }
  const [lone, ...others] = after.filter((turn) => !pairs.has(turn))
  const [was, ...more] = before.filter((turn) => !taken.has(turn))
  if (lone !== undefined && was !== undefined && others.length === 0 && more.length === 0)
    pairs.set(lone, was)
  return pairs
}

function transitionFields(before: Turn, after: Turn): FieldChange[] {
  const of = ({ transition, unnamed }: Turn) => ({
    guard: transition.guard,
    target: transition.target ?? '(stays)',
    actions: list(transition.actions),
    rules: list(transition.rules),
    function: unnamed,
  })
  return changes(of(before), of(after))
}

function changes(
  before: Readonly<Record<string, string | undefined>>,
  after: Readonly<Record<string, string | undefined>>,
): FieldChange[] {
  return Object.keys(before).flatMap((field) => {
    const [was = '', is = ''] = [before[field], after[field]]
    if (was === is || (field === 'function' && sameSource(was, is))) return []
    return [{ field, before: was === '' ? nothing : was, after: is === '' ? nothing : is }]
  })
}

function replacedFunctions(a: AnyStateMachine, b: AnyStateMachine): ReplacedFunction[] {
  return (['guards', 'actions'] as const).flatMap((kind) => {
    const before = a.implementations[kind] as Readonly<Record<string, unknown>>
    const after = b.implementations[kind] as Readonly<Record<string, unknown>>
    return Object.keys(before).flatMap((name): ReplacedFunction[] => {
      if (!Object.hasOwn(after, name) || before[name] === after[name]) return []
      const [was, is] = [sourceOf(before[name]), sourceOf(after[name])]
      // Two checkouts' functions are never the same object; one that a variant gives always is another.
      if (sameSource(was, is)) return []
      return [{ kind: kind === 'guards' ? 'guard' : 'action', name, before: was, after: is }]
    })
  })
}

function list(values: readonly string[]): string {
  return values.join(', ')
}

function indexIn(turns: readonly Turn[], turn: Turn | undefined): number[] {
  return turn === undefined ? [] : [turns.indexOf(turn)]
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? -1))
}

/**
 * What a diagram shows of a machine: its states and transitions, as plain data, in the machine's own order.
 * Every format is drawn from this, and this is read from the machine that runs.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { rulesOf } from '../machine/compile.js'

/** A machine as a diagram shows it. */
export interface Chart {
  readonly id: string
  readonly root: ChartState
}

export interface ChartState {
  /** Dotted path below the machine; empty for the machine itself. */
  readonly path: string
  readonly name: string
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  /** Path of the state that is entered first. */
  readonly initial: string | undefined
  readonly entry: readonly string[]
  readonly exit: readonly string[]
  readonly rules: readonly string[]
  readonly transitions: readonly ChartTransition[]
  readonly states: readonly ChartState[]
}

export interface ChartTransition {
  readonly source: string
  /** Absent when the state is kept: nothing is left or entered. */
  readonly target: string | undefined
  /** In words: `after 100 ms`, `any other event`, `at once`. */
  readonly event: string
  readonly guard: string | undefined
  /** Its turn, from 1, among the state's transitions on the event; absent when it is the only one. */
  readonly turn: number | undefined
  readonly actions: readonly string[]
  readonly rules: readonly string[]
}

/** Reads a machine. */
export function chartOf(machine: AnyStateMachine): Chart {
  return { id: machine.id, root: stateOf(machine.root) }
}

/** A state and all within, outermost first. */
export function allStates(state: ChartState): ChartState[] {
  return [state, ...state.states.flatMap(allStates)]
}

/** Every transition, in the machine's order. */
export function allTransitions(chart: Chart): ChartTransition[] {
  return allStates(chart.root).flatMap(({ transitions }) => transitions)
}

function stateOf(node: AnyStateNode): ChartState {
  const invoked = node.invoke.map(({ src }) => `invoke ${typeof src === 'string' ? src : 'actor'}`)
  return {
    path: node.path.join('.'),
    name: node.path.at(-1) ?? node.id,
    kind: node.type,
    initial: node.type === 'compound' ? pathOf(node.initial.target?.[0]) : undefined,
    entry: [...node.entry.map((action) => actionName(action)), ...invoked],
    exit: node.exit.map((action) => actionName(action)),
    rules: rulesOf(node.meta),
    transitions: transitionsOf(node),
    states: Object.values<AnyStateNode>(node.states).map(stateOf),
  }
}

function transitionsOf(node: AnyStateNode): ChartTransition[] {
  const lists = [...node.transitions.values(), node.always ?? []]
  return lists.flatMap((list) =>
    list.map((transition, at) => ({
      source: node.path.join('.'),
      target: pathOf(transition.target?.[0]),
      event: eventName(transition.eventType),
      guard: transition.guard === undefined ? undefined : guardName(transition.guard),
      turn: list.length > 1 ? at + 1 : undefined,
      actions: transition.actions.map((action) => actionName(action, rulesOf(transition.meta))),
      rules: rulesOf(transition.meta),
    })),
  )
}

function pathOf(node: AnyStateNode | undefined): string | undefined {
  return node?.path.join('.')
}

function eventName(type: string): string {
  if (type === '') return 'at once'
  if (type === '*') return 'any other event'
  const delay = /^xstate\.after\.([^.]+)\./.exec(type)?.[1]
  if (delay !== undefined) return /^\d+$/.test(delay) ? `after ${delay} ms` : `after ${delay}`
  if (type.startsWith('xstate.done.')) return 'done'
  if (type.startsWith('xstate.error.')) return 'error'
  return type
}

/** A guard in words; `and`, `or` and `not` are spelled out. */
export function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard
  const inner: readonly unknown[] =
    hasField(guard, 'guards') && Array.isArray(guard.guards) ? guard.guards : []
  if (typeof guard === 'function') {
    if (guard.name === 'not') return `not ${guardName(inner[0])}`
    if (guard.name === 'and' || guard.name === 'or') return inner.map(guardName).join(` ${guard.name} `)
    return guard.name || 'condition'
  }
  if (hasField(guard, 'type') && typeof guard.type === 'string') return guard.type + formatParams(guard)
  return 'condition'
}

/** An action in words; xstate's own are named by what they do. Parameters that are among `known` are left out. */
export function actionName(action: unknown, known: readonly string[] = []): string {
  if (typeof action === 'string') return action
  if (hasField(action, 'type') && typeof action.type === 'string') {
    if (action.type === 'xstate.raise' && hasField(action, 'event') && hasField(action.event, 'type'))
      return `raise ${String(action.event.type)}`
    return action.type.replace(/^xstate\./, '') + formatParams(action, known)
  }
  return typeof action === 'function' && action.name !== '' ? action.name : 'action'
}

function formatParams(of: object, known: readonly string[] = []): string {
  if (!hasField(of, 'params') || typeof of.params !== 'object' || of.params === null) return ''
  const told = Object.values(of.params)
    .map(String)
    .filter((value) => !known.includes(value))
  return told.length === 0 ? '' : `(${told.join(', ')})`
}

function hasField<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && name in value
}

/**
 * The election's machine as a pure step: (state, event) to (state, what it sends), by xstate's own `transition`. Whoever
 * steps it very often passes a compiled step of the same shape instead.
 */
import { type AnyMachineSnapshot, getMicrosteps, type StateValue } from 'xstate'
import { beforeStart, type ElectionMachine, electionMachine } from './election-machine.js'
import type { ElectionContext, ElectionEvent, Send, Server } from './election-types.js'

/** A server's state: a leaf of the machine, such as `looking.settling`, and what it knows. */
export interface ElectionState {
  readonly value: string
  readonly context: ElectionContext
}

export interface ElectionStep extends ElectionState {
  readonly sends: readonly Send[]
  /** Of the transition that the event took, and of those that it led to. */
  readonly rules: readonly string[]
}

/** Null: no transition takes the event in this state. */
export type StepElection = (state: ElectionState, event: ElectionEvent) => ElectionStep | null

/** A server that has not started. */
export function stopped(server: Server): ElectionState {
  return { value: 'stopped', context: beforeStart(server) }
}

/** The step of the machine, or of a variant of it. */
export function stepOf(machine: ElectionMachine): StepElection {
  return ({ value, context }, event) => {
    const snapshot = machine.resolveState({ value: nested(value), context })
    const [taken] = machine.getTransitionData(snapshot, event)
    if (taken === undefined) return null
    const rules = rulesIn(taken)
    let at = snapshot
    for (const [turn, [next]] of getMicrosteps(machine, snapshot, event).entries()) {
      if (turn > 0) rules.push(...rulesOfAlways(machine, at, event))
      at = next
    }
    const { outbox, ...after } = at.context
    return { value: dotted(at.value), context: { ...after, outbox: [] }, sends: outbox, rules }
  }
}

export const stepElection = stepOf(electionMachine)

/** The rules of the `always` transition that a state takes. */
function rulesOfAlways(machine: ElectionMachine, at: AnyMachineSnapshot, event: ElectionEvent): string[] {
  const context = at.context as ElectionContext
  const guards = machine.implementations.guards as Record<
    string,
    ((args: { context: ElectionContext; event: ElectionEvent }, params: undefined) => boolean) | undefined
  >
  const always = at._nodes.flatMap((node) => node.always ?? [])
  const taken = always.find(
    ({ guard }) => typeof guard !== 'string' || guards[guard]?.({ context, event }, undefined) === true,
  )
  return rulesIn(taken)
}

function rulesIn(transition: { readonly meta?: unknown } | undefined): string[] {
  const meta = transition?.meta as { rule: string } | undefined
  return meta === undefined ? [] : [meta.rule]
}

function nested(path: string): StateValue {
  const [outer = '', inner] = path.split('.')
  return inner === undefined ? outer : { [outer]: inner }
}

function dotted(value: StateValue): string {
  if (typeof value === 'string') return value
  return Object.entries(value)
    .map(([outer, inner]) => `${outer}.${inner === undefined ? '' : dotted(inner)}`)
    .join('')
}

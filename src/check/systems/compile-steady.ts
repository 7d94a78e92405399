/**
 * A machine whose regions have one state each, as a plain function from a context and an event to a context: what spec/service's
 * is. It is made into a machine of one state, which can be compiled. A variant that brings states is stepped by xstate itself.
 */
import {
  createMachine,
  transition,
  type AnyStateMachine,
  type ContextFrom,
  type EventFrom,
  type SnapshotFrom,
} from 'xstate'
import { compilePure } from '../../machine/compile-pure.js'

/** The context after an event; null when no transition takes it. */
export type Steady<Machine extends AnyStateMachine> = (
  context: ContextFrom<Machine>,
  event: EventFrom<Machine>,
) => ContextFrom<Machine> | null

/** The machine's step. */
export function steady<Machine extends AnyStateMachine>(machine: Machine): Steady<Machine> {
  const on = transitionsOf(machine)
  if (on === null) return steadyByXstate(machine)
  const config = { id: machine.id, context: {}, initial: 'steady', states: { steady: { on } } }
  const one = compilePure(
    createMachine(config, machine.implementations as Parameters<typeof createMachine>[1]),
  )
  return (context, event) => {
    const step = one.step('steady', context as object, event)
    return step === null ? null : (step.context as ContextFrom<Machine>)
  }
}

/** The same by xstate. */
export function steadyByXstate<Machine extends AnyStateMachine>(machine: Machine): Steady<Machine> {
  const { value } = machine.getInitialSnapshot(undefined as never)
  return (context, event) => {
    const before = (machine as AnyStateMachine).resolveState({ value, context })
    if (machine.getTransitionData(before as SnapshotFrom<Machine>, event)[0] === undefined) return null
    const [after] = transition(machine as AnyStateMachine, before, event)
    return after.context as ContextFrom<Machine>
  }
}

/** All transitions by their events; null if the machine has somewhere to go, or two regions take the same event. */
function transitionsOf(machine: AnyStateMachine): Readonly<Record<string, object>> | null {
  const { type, states = {}, on } = machine.config
  if (type !== 'parallel' || on !== undefined) return null
  const all: Record<string, object> = {}
  for (const region of Object.values(states)) {
    const [only, ...others] = Object.values(region.states ?? {})
    if (only === undefined || others.length > 0 || region.on !== undefined) return null
    for (const [event, transitions] of Object.entries(only.on ?? {})) {
      if (event in all) return null
      all[event] = transitions as object
    }
  }
  return all
}

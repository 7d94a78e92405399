/**
 * Compiles an xstate machine to a plain step over a table, so that the machine that is drawn is the one that runs,
 * at the cost of a lookup. The table holds xstate's own semantics for the subset that implementation machines keep to:
 * nested states, transitions with named guards and actions, entry and exit. `test/machine` holds the two equal.
 */
import type { AnyStateMachine, AnyStateNode, ContextFrom, EventFrom } from 'xstate'
import {
  actionsOf,
  CompileError,
  descend,
  effectOf,
  guardOf,
  leavesOf,
  lineage,
  type Params,
  refuseUncompiled,
  rulesOf,
  type Transition,
  transitionsOf,
} from './structure.js'

export { CompileError, rulesOf } from './structure.js'

/** A state of a compiled machine: a small number, to be kept wherever the implementation keeps its state. */
export type StateNumber = number

/** A transition of the table, for those who watch. */
export interface CompiledTransition {
  /** The state whose definition has the transition. */
  readonly source: string
  readonly eventType: string
  readonly guard: string | undefined
  /** The names of what runs, in order: exit, the transition's own, entry. */
  readonly actions: readonly string[]
  readonly rules: readonly string[]
}

/** Told of every transition that is taken. */
export type Observer<Event> = (from: string, event: Event, to: string, transition: CompiledTransition) => void

/** A machine as a plain step. `context` is the implementation's own object, which actions change in place. */
export interface CompiledMachine<Context, Event extends { readonly type: string }> {
  readonly id: string
  readonly initial: StateNumber
  /** Runs the initial states' entry actions. */
  start(context: Context, event: Event): StateNumber
  /** The state after an event; the same state when none of its transitions speak of the event. */
  step(state: StateNumber, context: Context, event: Event): StateNumber
  /** Whether some transition would be taken. Runs guards, no actions. */
  can(state: StateNumber, context: Context, event: Event): boolean
  /** The state's path, such as `open.connected`. */
  stateName(state: StateNumber): string
  /** The number of a leaf state's path. Throws a {@link CompileError} for one that doesn't exist. */
  stateOf(name: string): StateNumber
  /** Whether a state is the named one or inside it. */
  matches(state: StateNumber, name: string): boolean
  /** Whether the machine has ended. */
  isFinal(state: StateNumber): boolean
  /** Watches every transition, or none again. Costs a comparison a step when nobody watches. */
  observe(observer: Observer<Event> | undefined): void
}

interface Args {
  context: unknown
  event: unknown
}
type Guard = (args: Args, params: Params) => boolean
type Action = (args: Args, params: Params) => void

interface Row extends CompiledTransition {
  readonly check: Guard | undefined
  readonly checkParams: Params
  readonly run: readonly Action[]
  readonly runParams: readonly Params[]
  readonly target: StateNumber
}

/** Compiles a machine. Throws a {@link CompileError} that names what the subset lacks and where it stands. */
export function compile<Machine extends AnyStateMachine>(
  machine: Machine,
): CompiledMachine<ContextFrom<Machine>, EventFrom<Machine>> {
  const leaves = leavesOf(machine.root, (node) => refuseUncompiled(node))
  const numbers = new Map(leaves.map((leaf, number) => [leaf, number]))
  const names = leaves.map((leaf) => leaf.path.join('.'))
  const byName = new Map(names.map((name, number) => [name, number]))
  const eventTypes = new Set(
    leaves.flatMap((leaf) => lineage(leaf)).flatMap((node) => [...node.transitions.keys()]),
  )

  // For each event type, and for any other event, the transitions to try in each state, in xstate's order.
  const tables = new Map<string, (readonly Row[])[]>()
  for (const type of eventTypes)
    tables.set(
      type,
      leaves.map((leaf) =>
        transitionsOf(leaf, type).map((transition) => compileTransition(machine, leaf, transition, numbers)),
      ),
    )
  const others = tables.get('*') ?? leaves.map(() => [])
  tables.delete('*')

  const initialLeaf = descend(machine.root)
  const initial = numberOf(numbers, initialLeaf)
  const entering = named(
    machine,
    lineage(initialLeaf)
      .reverse()
      .flatMap((node) => node.entry),
    initialLeaf,
  )
  const finals = leaves.map((leaf) => leaf.type === 'final' && leaf.parent === machine.root)
  const args: Args = { context: undefined, event: undefined }
  let observer: Observer<EventFrom<Machine>> | undefined

  function select(state: StateNumber, context: unknown, event: { readonly type: string }): Row | undefined {
    const rows = (tables.get(event.type) ?? others)[state]
    if (rows === undefined || finals[state]) return undefined
    for (const row of rows) {
      if (row.check === undefined) return row
      args.context = context
      args.event = event
      if (row.check(args, row.checkParams)) return row
    }
    return undefined
  }

  function runAll(run: readonly Action[], params: readonly Params[], context: unknown, event: unknown): void {
    for (let i = 0; i < run.length; i++) {
      // Set anew each time: an action may step a machine of its own.
      args.context = context
      args.event = event
      run[i]?.(args, params[i])
    }
  }

  return {
    id: machine.id,
    initial,
    start(context, event) {
      runAll(entering.run, entering.params, context, event)
      return initial
    },
    step(state, context, event) {
      const row = select(state, context, event)
      if (row === undefined) return state
      runAll(row.run, row.runParams, context, event)
      if (observer !== undefined) observer(names[state] ?? '', event, names[row.target] ?? '', row)
      return row.target
    },
    can: (state, context, event) => select(state, context, event) !== undefined,
    stateName(state) {
      const name = names[state]
      if (name === undefined) throw new CompileError(`${machine.id} has no state number ${state}`)
      return name
    },
    stateOf(name) {
      const number = byName.get(name)
      if (number === undefined) {
        throw new CompileError(`${machine.id} has no leaf state ${name}; it has ${names.join(', ')}`)
      }
      return number
    },
    matches(state, name) {
      const own = names[state] ?? ''
      return own === name || own.startsWith(`${name}.`)
    },
    isFinal: (state) => finals[state] === true,
    observe(next) {
      observer = next
    },
  }
}

function compileTransition(
  machine: AnyStateMachine,
  leaf: AnyStateNode,
  transition: Transition,
  numbers: ReadonlyMap<AnyStateNode, StateNumber>,
): Row {
  const { after, actions } = effectOf(machine.root, leaf, transition)
  const { run, params, names } = named(machine, actions, transition.source)
  const guard = guardOf(machine, transition)
  return {
    source: transition.source.path.join('.'),
    eventType: transition.eventType,
    guard: guard?.type,
    actions: names,
    rules: rulesOf(transition.meta),
    check: guard?.check as Guard | undefined,
    checkParams: guard?.params,
    run,
    runParams: params,
    target: numberOf(numbers, after),
  }
}

function named(machine: AnyStateMachine, actions: readonly unknown[], at: AnyStateNode) {
  const references = actionsOf(machine, actions, at)
  const run = references.map(({ type, action }) => {
    // assign, raise and their like carry a `resolve` for xstate's interpreter.
    if ('resolve' in action) {
      throw new CompileError(
        `${at.id}: action ${type} is one of xstate's own; implementation actions change the context in place`,
      )
    }
    return action as Action
  })
  return { run, params: references.map(({ params }) => params), names: references.map(({ type }) => type) }
}

function numberOf(numbers: ReadonlyMap<AnyStateNode, StateNumber>, node: AnyStateNode): StateNumber {
  const number = numbers.get(node)
  if (number === undefined) throw new CompileError(`${node.id} is not a leaf state of its machine`)
  return number
}

/**
 * Compiles an xstate machine whose actions are `assign` over immutable contexts to a plain function (state, context, event)
 * to (state, context), for those who step a spec's machine by the hundred thousand: the checker, traces, simulations.
 * Beside `assign` it takes actions that are only names, which it tells and doesn't run, and `always`.
 * `test/machine` holds the step equal to xstate's own `transition`.
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

/** What was taken: the event's transition, then the `always` ones that it led to. */
export interface PureTransition {
  /** The leaf state that was left, and the one that was come to. */
  readonly from: string
  readonly to: string
  readonly eventType: string
  /** The guard of the first. */
  readonly guard: string | undefined
  /** The names of what ran, in order: exit, the transition's own, entry. */
  readonly actions: readonly string[]
  readonly rules: readonly string[]
}

/** A state of the machine: a leaf state's dotted path, and the context. */
export interface PureState<Context> {
  readonly value: string
  readonly context: Context
}

export interface PureStep<Context> extends PureState<Context> {
  readonly transition: PureTransition
}

/** A machine as a pure function. */
export interface PureMachine<Context, Event extends { readonly type: string }> {
  readonly id: string
  /** The paths of all leaf states, in the machine's order. */
  readonly values: readonly string[]
  /** The first state, after its entry actions; they see the event `xstate.init`. */
  initial(context: Context): PureState<Context>
  /** The state after an event; null when no transition takes it. Throws a {@link CompileError} for a value that isn't a leaf. */
  step(value: string, context: Context, event: Event): PureStep<Context> | null
  /** Whether some transition takes the event. Runs guards, no actions. */
  can(value: string, context: Context, event: Event): boolean
  isFinal(value: string): boolean
}

interface Args {
  readonly context: unknown
  readonly event: unknown
}
type Assignment = (args: Args, params: Params) => object

interface Row extends PureTransition {
  readonly check: ((args: Args, params: Params) => boolean) | undefined
  readonly checkParams: Params
  readonly run: readonly { readonly assignment: Assignment; readonly params: Params }[]
}

interface Leaf {
  readonly on: ReadonlyMap<string, readonly Row[]>
  readonly others: readonly Row[]
  readonly always: readonly Row[]
  readonly isFinal: boolean
}

/** How many `always` transitions may follow one event: more are a circle. */
const mostAlways = 100

/** Compiles a machine. Throws a {@link CompileError} that names what the subset lacks and where it stands. */
export function compilePure<Machine extends AnyStateMachine>(
  machine: Machine,
): PureMachine<ContextFrom<Machine>, EventFrom<Machine>> {
  type Context = ContextFrom<Machine>
  type Event = EventFrom<Machine>
  const nodes = leavesOf(machine.root, (node) => refuseUncompiled(node, true))
  const leaves = new Map(nodes.map((node) => [pathOf(node), leafOf(machine, node)]))
  const first = descend(machine.root)
  const entering = running(
    machine,
    lineage(first)
      .reverse()
      .flatMap((node) => node.entry),
    first,
  )

  function leafAt(value: string): Leaf {
    const leaf = leaves.get(value)
    if (leaf === undefined) {
      throw new CompileError(
        `${machine.id} has no leaf state ${value}; it has ${[...leaves.keys()].join(', ')}`,
      )
    }
    return leaf
  }

  function select(value: string, context: Context, event: { readonly type: string }): Row | undefined {
    const leaf = leafAt(value)
    if (leaf.isFinal) return undefined
    return (
      enabled(leaf.on.get(event.type) ?? leaf.others, context, event) ?? enabled(leaf.always, context, event)
    )
  }

  return {
    id: machine.id,
    values: [...leaves.keys()],
    initial(context) {
      const event = { type: 'xstate.init' }
      let value = pathOf(first)
      let after: unknown = assigned(entering.run, context, event)
      for (let turns = 0; ; turns++) {
        const row = enabled(leafAt(value).always, after, event)
        if (row === undefined) return { value, context: after as Context }
        if (turns === mostAlways) throw new CompileError(`${machine.id}: \`always\` goes round at ${value}`)
        after = assigned(row.run, after, event)
        value = row.to
      }
    },
    step(value, context, event) {
      const row = select(value, context, event)
      if (row === undefined) return null
      let after: unknown = assigned(row.run, context, event)
      let transition: PureTransition = row
      for (let turns = 0; ; turns++) {
        const leaf = leafAt(transition.to)
        const next = leaf.isFinal ? undefined : enabled(leaf.always, after, event)
        if (next === undefined) break
        if (turns === mostAlways)
          throw new CompileError(`${machine.id}: \`always\` goes round at ${next.from}`)
        after = assigned(next.run, after, event)
        transition = followedBy(transition, next)
      }
      return { value: transition.to, context: after as Context, transition }
    },
    can: (value, context, event: Event) => select(value, context, event) !== undefined,
    isFinal: (value) => leafAt(value).isFinal,
  }
}

/** The first transition whose guard holds. */
function enabled(rows: readonly Row[], context: unknown, event: unknown): Row | undefined {
  for (const row of rows) {
    if (row.check === undefined || row.check({ context, event }, row.checkParams)) return row
  }
  return undefined
}

/** The context after some assignments, each of which sees what the earlier ones made. */
function assigned(run: Row['run'], context: unknown, event: unknown): unknown {
  let after = context
  for (const { assignment, params } of run) {
    after = { ...(after as object), ...assignment({ context: after, event }, params) }
  }
  return after
}

function followedBy(one: PureTransition, next: PureTransition): PureTransition {
  const { from, eventType, guard } = one
  const actions = [...one.actions, ...next.actions]
  return { from, to: next.to, eventType, guard, actions, rules: [...one.rules, ...next.rules] }
}

function leafOf(machine: AnyStateMachine, leaf: AnyStateNode): Leaf {
  const rows = (transitions: readonly Transition[]) =>
    transitions.map((transition) => rowOf(machine, leaf, transition))
  const types = new Set(lineage(leaf).flatMap((node) => [...node.transitions.keys()]))
  types.delete('*')
  return {
    on: new Map([...types].map((type) => [type, rows(transitionsOf(leaf, type))])),
    others: rows(transitionsOf(leaf, '*')),
    always: rows(lineage(leaf).flatMap((node) => node.always ?? [])),
    isFinal: leaf.type === 'final' && leaf.parent === machine.root,
  }
}

function rowOf(machine: AnyStateMachine, leaf: AnyStateNode, transition: Transition): Row {
  const { after, actions } = effectOf(machine.root, leaf, transition)
  const guard = guardOf(machine, transition)
  return {
    from: pathOf(leaf),
    to: pathOf(after),
    eventType: transition.eventType,
    guard: guard?.type,
    rules: rulesOf(transition.meta),
    check: guard?.check as Row['check'],
    checkParams: guard?.params,
    ...running(machine, actions, transition.source),
  }
}

/** The names of actions, and what of them runs. */
function running(
  machine: AnyStateMachine,
  actions: readonly unknown[],
  at: AnyStateNode,
): { actions: string[]; run: { assignment: Assignment; params: Params }[] } {
  const found = actionsOf(machine, actions, at)
  const run = found.flatMap(({ type, params, action }) => {
    if (!('resolve' in action)) return [] // only a name: what it stands for happens elsewhere
    if (!('assignment' in action)) {
      throw new CompileError(
        `${at.id}: action ${type} is not an assign, and xstate's others are not compiled`,
      )
    }
    return [{ assignment: assignmentOf(action.assignment), params }]
  })
  return { actions: found.map(({ type }) => type), run }
}

/** An assignment in its one form: a function to the fields that change. */
function assignmentOf(assignment: unknown): Assignment {
  if (typeof assignment === 'function') return assignment as Assignment
  const fields = Object.entries(assignment as Record<string, unknown>)
  return (args, params) =>
    Object.fromEntries(
      fields.map(([key, value]) => [
        key,
        typeof value === 'function'
          ? (value as (args: Args, params: Params) => unknown)(args, params)
          : value,
      ]),
    )
}

function pathOf(node: AnyStateNode): string {
  return node.path.join('.')
}

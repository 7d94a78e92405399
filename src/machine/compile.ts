/**
 * Compiles an xstate machine to a plain step over a table, so that the machine that is drawn is the one that runs,
 * at the cost of a lookup. The table holds xstate's own semantics for the subset that implementation machines keep to:
 * nested states, transitions with named guards and actions, entry and exit. `test/machine` holds the two equal.
 */
import type { AnyStateMachine, AnyStateNode, ContextFrom, EventFrom } from 'xstate'

/** A machine that the compiler doesn't take: what it found, and where. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
}

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
type Params = Record<string, unknown> | undefined
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
  const leaves = collectLeaves(machine.root)
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
      leaves.map((leaf) => rowsOf(machine, leaf, type, numbers)),
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

/** A state, its parent, and so on to the root. */
function lineage(node: AnyStateNode): AnyStateNode[] {
  const nodes: AnyStateNode[] = []
  for (let at: AnyStateNode | undefined = node; at !== undefined; at = at.parent) nodes.push(at)
  return nodes
}

/** Where entering a state ends: its initial state's initial state, and so on. */
function descend(node: AnyStateNode): AnyStateNode {
  let at = node
  while (at.type === 'compound') {
    if (at.initial.actions.length > 0) {
      throw new CompileError(
        `${at.id}: actions of the initial transition are not compiled; use entry actions`,
      )
    }
    const next = at.initial.target?.[0]
    if (next === undefined) throw new CompileError(`${at.id} has no initial state`)
    at = next
  }
  return at
}

function collectLeaves(node: AnyStateNode): AnyStateNode[] {
  refuseWhatIsNotCompiled(node)
  const children = Object.values<AnyStateNode>(node.states)
  return children.length === 0 ? [node] : children.flatMap(collectLeaves)
}

function refuseWhatIsNotCompiled(node: AnyStateNode): void {
  const refuse = (what: string) => {
    throw new CompileError(`${node.id}: ${what}; an implementation machine does without`)
  }
  if (node.type === 'parallel' || node.type === 'history') refuse(`${node.type} states are not compiled`)
  if (node.always !== undefined && node.always.length > 0) refuse('`always` transitions are not compiled')
  if (node.invoke.length > 0) refuse('`invoke` is not compiled')
  if (node.after.length > 0) refuse('`after` is not compiled: time is an input')
  for (const type of node.transitions.keys()) {
    if (type.startsWith('xstate.')) refuse(`\`${type}\` transitions are not compiled`)
    if (type.endsWith('.*')) refuse(`partial wildcards such as ${type} are not compiled`)
  }
}

/** The transitions of a leaf for an event type: its own before its parent's, exact before wildcard. */
function rowsOf(
  machine: AnyStateMachine,
  leaf: AnyStateNode,
  type: string,
  numbers: ReadonlyMap<AnyStateNode, StateNumber>,
): Row[] {
  const rows: Row[] = []
  for (const node of lineage(leaf)) {
    for (const key of type === '*' ? ['*'] : [type, '*']) {
      for (const transition of node.transitions.get(key) ?? []) {
        rows.push(compileTransition(machine, leaf, transition, numbers))
      }
    }
  }
  return rows
}

type Transition = NonNullable<ReturnType<AnyStateNode['transitions']['get']>>[number]

function compileTransition(
  machine: AnyStateMachine,
  leaf: AnyStateNode,
  transition: Transition,
  numbers: ReadonlyMap<AnyStateNode, StateNumber>,
): Row {
  const source: AnyStateNode = transition.source
  const targets: readonly AnyStateNode[] = transition.target ?? []
  if (targets.length > 1) {
    throw new CompileError(`${source.id}: a transition on ${transition.eventType} has several targets`)
  }
  const target = targets[0]
  if (target === machine.root) {
    throw new CompileError(
      `${source.id}: a transition on ${transition.eventType} targets the whole machine; name a state`,
    )
  }
  const after = target === undefined ? leaf : descend(target)

  const actions: unknown[] = [...transition.actions]
  if (target !== undefined) {
    const domain = transitionDomain(source, target, transition.reenter)
    const kept = new Set(domain === undefined ? [] : lineage(domain))
    const left = lineage(leaf).filter((node) => !kept.has(node))
    const entered = lineage(after).filter((node) => !kept.has(node))
    actions.unshift(...left.flatMap((node) => node.exit))
    actions.push(...entered.reverse().flatMap((node) => node.entry))
    // xstate leaves every state when the machine ends.
    if (after.type === 'final' && after.parent === machine.root) {
      actions.push(...lineage(after).flatMap((node) => node.exit))
    }
  }
  const { run, params, names } = named(machine, actions, source)
  const guard = reference(transition.guard, `${source.id}: a guard on ${transition.eventType}`)
  const check =
    guard === undefined ? undefined : (machine.implementations.guards[guard.type] as Guard | undefined)
  if (guard !== undefined && check === undefined) {
    throw new CompileError(`${source.id}: no guard is named ${guard.type}`)
  }
  return {
    source: source.path.join('.'),
    eventType: transition.eventType,
    guard: guard?.type,
    actions: names,
    rules: rulesOf(transition.meta),
    check,
    checkParams: guard?.params,
    run,
    runParams: params,
    target: numberOf(numbers, after),
  }
}

/** The innermost state that a transition doesn't leave (SCXML's domain); undefined when it leaves the root too. */
function transitionDomain(
  source: AnyStateNode,
  target: AnyStateNode,
  reenter: boolean,
): AnyStateNode | undefined {
  const within = lineage(target)
  if (!reenter && within.includes(source)) return source
  const ancestors = within.slice(1)
  return lineage(source)
    .slice(1)
    .find((node) => ancestors.includes(node))
}

function named(machine: AnyStateMachine, actions: readonly unknown[], at: AnyStateNode) {
  const references = actions.map((action) => {
    const found = reference(action, `${at.id}: an action`)
    if (found === undefined) throw new CompileError(`${at.id}: an action is undefined`)
    return found
  })
  const run = references.map(({ type }) => {
    const action: unknown = machine.implementations.actions[type]
    if (typeof action !== 'function') throw new CompileError(`${at.id}: no action is named ${type}`)
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

function reference(value: unknown, what: string): { type: string; params: Params } | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return { type: value, params: undefined }
  if (typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string') {
    const params = 'params' in value ? value.params : undefined
    if (typeof params === 'function')
      throw new CompileError(`${what} has computed params; they are not compiled`)
    return { type: value.type, params: params as Params }
  }
  throw new CompileError(`${what} has no name; name it in setup(), so that diagrams can show it`)
}

/** The rule ids in a transition's or a state's `meta`. */
export function rulesOf(meta: unknown): readonly string[] {
  if (typeof meta !== 'object' || meta === null || !('rule' in meta)) return []
  const { rule } = meta
  if (typeof rule === 'string') return rule.split(/[\s,]+/)
  return Array.isArray(rule) ? rule.filter((each): each is string => typeof each === 'string') : []
}

function numberOf(numbers: ReadonlyMap<AnyStateNode, StateNumber>, node: AnyStateNode): StateNumber {
  const number = numbers.get(node)
  if (number === undefined) throw new CompileError(`${node.id} is not a leaf state of its machine`)
  return number
}

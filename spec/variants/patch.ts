/**
 * Changes of a machine's definition: `patch` alters or removes what is there, `add` brings what isn't. Both say of a name
 * that doesn't fit what there is instead, and keep the machine's guards and actions.
 */
import { createMachine, type AnyStateMachine, type AnyStateNode } from 'xstate'
import { type Change, VariantError } from './variant.js'

/** A guard or an action, by name or with parameters. */
export type Named = string | { readonly type: string; readonly params?: Readonly<Record<string, unknown>> }

/** A transition as a definition has it. */
export interface NewTransition {
  readonly target?: string
  readonly guard?: Named
  readonly actions?: Named | readonly Named[]
  readonly reenter?: boolean
  readonly meta?: Meta
}

/** What is different in a transition: null takes a key away, an array replaces. */
export type TransitionPatch = { readonly [Key in keyof NewTransition]: NewTransition[Key] | null }

/**
 * Transitions on an event: the only one's patch, or patches by turn as diagrams number them (`'#2'`; null takes the
 * transition away), or all of them anew.
 */
export type TransitionsPatch =
  TransitionPatch | Readonly<Record<`#${number}`, TransitionPatch | null>> | readonly NewTransition[] | string

interface Meta {
  readonly rule?: string | readonly string[]
  readonly durable?: boolean
}

/** What is different in a state, or in the machine. */
export interface StatePatch {
  readonly initial?: string
  readonly context?: unknown
  readonly states?: Readonly<Record<string, StatePatch | null>>
  readonly on?: Readonly<Record<string, TransitionsPatch | null>>
  readonly after?: Readonly<Record<string, TransitionsPatch | null>>
  readonly always?: TransitionsPatch | null
  readonly entry?: Named | readonly Named[] | null
  readonly exit?: Named | readonly Named[] | null
  readonly type?: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  readonly meta?: Meta | null
}

/** What a machine gets beside what it has: states, and transitions on events that a state doesn't take yet. */
export interface StateAddition {
  readonly initial?: string
  readonly type?: StatePatch['type']
  readonly states?: Readonly<Record<string, StateAddition>>
  readonly on?: Readonly<Record<string, NewTransition | readonly NewTransition[] | string>>
  readonly entry?: Named | readonly Named[]
  readonly exit?: Named | readonly Named[]
  readonly meta?: Meta
}

type Fields = Readonly<Record<string, unknown>>

const stateKeys = 'initial context states on after always entry exit type meta'.split(' ')
const transitionKeys = 'target guard actions reenter meta'.split(' ')

/** Alters a machine's definition. What a patch names must be there. */
export function patch(change: StatePatch): Change {
  return (machine) => remade(machine, patchedState(machine, '', machine.config, change as Fields))
}

/** Adds to a machine's definition. What is added must not be there. */
export function add(addition: StateAddition): Change {
  return (machine) => remade(machine, extendedState(machine, '', machine.config, addition as Fields))
}

function patchedState(machine: AnyStateMachine, path: string, config: Fields, change: Fields): Fields {
  const made: Record<string, unknown> = { ...config }
  for (const [key, value] of Object.entries(change)) {
    if (!stateKeys.includes(key))
      throw new VariantError(machine.id, 'key', key, `of ${place(path)}`, stateKeys)
    if (value === undefined) continue
    if (value === null) delete made[key]
    else if (key === 'states') {
      const say = ['state', path === '' ? '' : `in ${path}`] as const
      made[key] = patchedEach(machine, say, config[key], value, (state, patch, name) =>
        patchedState(machine, path === '' ? name : `${path}.${name}`, fields(state), fields(patch)),
      )
    } else if (key === 'on' || key === 'after') {
      const say = [key === 'on' ? 'transition on' : 'transition after', `in ${place(path)}`] as const
      made[key] = patchedEach(machine, say, config[key], value, (list, patch, event) =>
        patchedTransitions(machine, `${place(path)} on ${event}`, list, patch),
      )
    } else if (key === 'always') {
      made[key] = patchedTransitions(machine, `${place(path)} always`, config[key], value)
    } else if (key === 'meta' || key === 'context') made[key] = merged(config[key], value)
    else made[key] = value
  }
  return made
}

function patchedEach(
  machine: AnyStateMachine,
  [what, where]: readonly [what: string, where: string],
  config: unknown,
  change: unknown,
  patched: (before: unknown, change: unknown, name: string) => unknown,
): Fields {
  const made: Record<string, unknown> = { ...fields(config) }
  for (const [name, value] of Object.entries(fields(change))) {
    if (!Object.hasOwn(made, name)) throw new VariantError(machine.id, what, name, where, Object.keys(made))
    if (value === null) delete made[name]
    else made[name] = patched(made[name], value, name)
  }
  return made
}

function patchedTransitions(machine: AnyStateMachine, at: string, config: unknown, change: unknown): unknown {
  if (typeof change === 'string' || Array.isArray(change)) return change
  const before = transitionList(config)
  const turns = before.map((_, turn) => `#${turn + 1}`)
  const given = Object.entries(fields(change))
  if (given.every(([key]) => key.startsWith('#'))) {
    const made: (Fields | null)[] = [...before]
    for (const [turn, value] of given) {
      const index = turns.indexOf(turn)
      if (index === -1) throw new VariantError(machine.id, 'transition', turn, `in ${at}`, turns)
      made[index] = value === null ? null : patchedTransition(machine, at, before[index] ?? {}, fields(value))
    }
    return made.filter((transition) => transition !== null)
  }
  if (before.length !== 1)
    throw new Error(
      `machine ${machine.id}: ${at} has ${before.length} transitions; say which by its turn, as in { '#1': { … } }`,
    )
  return patchedTransition(machine, at, before[0] ?? {}, fields(change))
}

function patchedTransition(machine: AnyStateMachine, at: string, config: Fields, change: Fields): Fields {
  const made: Record<string, unknown> = { ...config }
  for (const [key, value] of Object.entries(change)) {
    if (!transitionKeys.includes(key))
      throw new VariantError(machine.id, 'key', key, `of the transition ${at}`, transitionKeys)
    if (value === null) delete made[key]
    else if (value !== undefined) made[key] = key === 'meta' ? merged(config[key], value) : value
  }
  return made
}

function extendedState(machine: AnyStateMachine, path: string, config: Fields, addition: Fields): Fields {
  const made: Record<string, unknown> = { ...config }
  for (const [key, value] of Object.entries(addition)) {
    if (!stateKeys.includes(key))
      throw new VariantError(machine.id, 'key', key, `of ${place(path)}`, stateKeys)
    if (key === 'states') {
      const states: Record<string, unknown> = { ...fields(config[key]) }
      for (const [name, state] of Object.entries(fields(value))) {
        const inner = path === '' ? name : `${path}.${name}`
        states[name] = Object.hasOwn(states, name)
          ? extendedState(machine, inner, fields(states[name]), fields(state))
          : state
      }
      made[key] = states
    } else if (key === 'on') {
      const events = fields(config[key])
      for (const event of Object.keys(fields(value)))
        if (Object.hasOwn(events, event)) throw alreadyThere(machine, `${place(path)} on ${event}`)
      made[key] = { ...events, ...fields(value) }
    } else {
      if (Object.hasOwn(config, key)) throw alreadyThere(machine, `${key} of ${place(path)}`)
      made[key] = value
    }
  }
  return made
}

function alreadyThere(machine: AnyStateMachine, what: string): Error {
  return new Error(`machine ${machine.id}: ${what} is there already; patch changes it, add does not`)
}

/** The machine of a definition, with another's implementations. */
function remade(machine: AnyStateMachine, config: Fields): AnyStateMachine {
  let made: AnyStateMachine
  try {
    made = createMachine(config, machine.implementations as Parameters<typeof createMachine>[1])
  } catch (error) {
    // xstate says which transition leads nowhere; where it could lead is ours to say.
    throw new Error(
      `machine ${machine.id}: ${(error as Error).message}\nits states are ${statePaths(machine.root).join(', ')}`,
      { cause: error },
    )
  }
  const before = namesIn(machine.root)
  const now = namesIn(made.root)
  for (const kind of ['guards', 'actions'] as const) {
    const known = Object.keys(machine.implementations[kind])
    for (const name of now[kind])
      if (!known.includes(name) && !before[kind].has(name))
        throw new VariantError(machine.id, kind.slice(0, -1), name, '', known)
  }
  return made
}

function namesIn(root: AnyStateNode): { guards: ReadonlySet<string>; actions: ReadonlySet<string> } {
  const guards = new Set<string>()
  const actions = new Set<string>()
  const note = (action: unknown): void => {
    const name = nameOf(action)
    if (name !== undefined && !name.startsWith('xstate.')) actions.add(name)
  }
  const visit = (node: AnyStateNode): void => {
    const lists = [...node.transitions.values(), node.always ?? []]
    for (const { guard, actions: does } of lists.flat()) {
      for (const name of guardNames(guard)) guards.add(name)
      does.forEach(note)
    }
    node.entry.forEach(note)
    node.exit.forEach(note)
    Object.values<AnyStateNode>(node.states).forEach(visit)
  }
  visit(root)
  return { guards, actions }
}

function guardNames(guard: unknown): string[] {
  if (typeof guard === 'function' && 'guards' in guard && Array.isArray(guard.guards))
    return guard.guards.flatMap(guardNames)
  const name = nameOf(guard)
  return name === undefined ? [] : [name]
}

function nameOf(named: unknown): string | undefined {
  if (typeof named === 'string') return named
  return typeof named === 'object' && named !== null && 'type' in named ? String(named.type) : undefined
}

function statePaths(node: AnyStateNode): string[] {
  return Object.values<AnyStateNode>(node.states).flatMap((inner) => [
    inner.path.join('.'),
    ...statePaths(inner),
  ])
}

/** The transitions of an event in a definition, each as an object. */
function transitionList(config: unknown): readonly Fields[] {
  const list: readonly unknown[] = config === undefined ? [] : Array.isArray(config) ? config : [config]
  return list.map((each) => (typeof each === 'string' ? { target: each } : fields(each)))
}

function merged(before: unknown, change: unknown): unknown {
  if (!isPlain(before) || !isPlain(change)) return change
  const made: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete made[key]
    else made[key] = merged(before[key], value)
  }
  return made
}

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function place(path: string): string {
  return path === '' ? 'the machine' : path
}

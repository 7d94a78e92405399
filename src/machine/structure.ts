/**
 * What both compilers know of xstate's machines: which states stand where, what a transition leaves and enters, how guards
 * and actions are referred to; and what no compiled machine has, refused by name and place.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate'

/** A machine that the compiler doesn't take: what it found, and where. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
}

export type Transition = NonNullable<ReturnType<AnyStateNode['transitions']['get']>>[number]
export type Params = Record<string, unknown> | undefined

/** A guard or an action by its name, with what it is given. */
export interface Reference {
  readonly type: string
  readonly params: Params
}

/** A state, its parent, and so on to the root. */
export function lineage(node: AnyStateNode): AnyStateNode[] {
  const nodes: AnyStateNode[] = []
  for (let at: AnyStateNode | undefined = node; at !== undefined; at = at.parent) nodes.push(at)
  return nodes
}

/** Where entering a state ends: its initial state's initial state, and so on. */
export function descend(node: AnyStateNode): AnyStateNode {
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

/** The states that have none inside, in order; `refuse` looks at every state on the way. */
export function leavesOf(node: AnyStateNode, refuse: (node: AnyStateNode) => void): AnyStateNode[] {
  refuse(node)
  const children = Object.values<AnyStateNode>(node.states)
  return children.length === 0 ? [node] : children.flatMap((child) => leavesOf(child, refuse))
}

/** Refuses what no compiled machine has. */
export function refuseUncompiled(node: AnyStateNode, mayHaveAlways = false): void {
  const refuse = (what: string) => {
    throw new CompileError(`${node.id}: ${what}; a compiled machine does without`)
  }
  if (node.type === 'parallel' || node.type === 'history') refuse(`${node.type} states are not compiled`)
  if (!mayHaveAlways && node.always !== undefined && node.always.length > 0)
    refuse('`always` transitions are not compiled')
  if (node.invoke.length > 0) refuse('`invoke` is not compiled')
  if (node.after.length > 0) refuse('`after` is not compiled: time is an input')
  for (const type of node.transitions.keys()) {
    if (type.startsWith('xstate.')) refuse(`\`${type}\` transitions are not compiled`)
    if (type.endsWith('.*')) refuse(`partial wildcards such as ${type} are not compiled`)
  }
}

/** The transitions of a leaf for an event type: its own before its parent's, exact before wildcard. */
export function transitionsOf(leaf: AnyStateNode, type: string): Transition[] {
  return lineage(leaf).flatMap((node) =>
    (type === '*' ? ['*'] : [type, '*']).flatMap((key) => node.transitions.get(key) ?? []),
  )
}

/** Where a transition leads from a leaf, and all that runs on the way: exit, the transition's own, entry. */
export function effectOf(
  root: AnyStateNode,
  leaf: AnyStateNode,
  transition: Transition,
): { readonly after: AnyStateNode; readonly actions: readonly unknown[] } {
  const source: AnyStateNode = transition.source
  const targets: readonly AnyStateNode[] = transition.target ?? []
  if (targets.length > 1) {
    throw new CompileError(`${source.id}: a transition on ${transition.eventType} has several targets`)
  }
  const target = targets[0]
  if (target === root) {
    throw new CompileError(
      `${source.id}: a transition on ${transition.eventType} targets the whole machine; name a state`,
    )
  }
  const actions: unknown[] = [...transition.actions]
  if (target === undefined) return { after: leaf, actions }
  const after = descend(target)
  const domain = transitionDomain(source, target, transition.reenter)
  const kept = new Set(domain === undefined ? [] : lineage(domain))
  const left = lineage(leaf).filter((node) => !kept.has(node))
  const entered = lineage(after).filter((node) => !kept.has(node))
  actions.unshift(...left.flatMap((node) => node.exit))
  actions.push(...entered.reverse().flatMap((node) => node.entry))
  // xstate leaves every state when the machine ends.
  if (after.type === 'final' && after.parent === root) {
    actions.push(...lineage(after).flatMap((node) => node.exit))
  }
  return { after, actions }
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

/** A transition's guard: its name, and the function that it names. */
export function guardOf(
  machine: AnyStateMachine,
  transition: Transition,
): (Reference & { readonly check: unknown }) | undefined {
  const source: AnyStateNode = transition.source
  const guard = reference(transition.guard, `${source.id}: a guard on ${transition.eventType}`)
  if (guard === undefined) return undefined
  const check: unknown = machine.implementations.guards[guard.type]
  if (check === undefined) throw new CompileError(`${source.id}: no guard is named ${guard.type}`)
  return { ...guard, check }
}

/** Actions: their names, and the functions that they name. */
export function actionsOf(
  machine: AnyStateMachine,
  actions: readonly unknown[],
  at: AnyStateNode,
): (Reference & { readonly action: object })[] {
  return actions.map((each) => {
    const found = reference(each, `${at.id}: an action`)
    if (found === undefined) throw new CompileError(`${at.id}: an action is undefined`)
    const action: unknown = machine.implementations.actions[found.type]
    if (typeof action !== 'function') throw new CompileError(`${at.id}: no action is named ${found.type}`)
    return { ...found, action }
  })
}

function reference(value: unknown, what: string): Reference | undefined {
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

/**
 * How the implementation's states and events are called in the spec's machines, and whether a recorded transition is one
 * that the spec's machine has. Subsystems that are not in the table are not judged here.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import type { TraceEvent } from './event.js'
import type { Rejection } from './rejection.js'

/** One subsystem's machine in the spec, and the implementation's names for its states and events. */
export interface Mapping {
  readonly machine: AnyStateMachine
  /** From the implementation's names to the spec's; a name that is not here is the same in both. */
  readonly states: Readonly<Record<string, string>>
  readonly events: Readonly<Record<string, string>>
  /** The rule that says what states there are, for a transition that there isn't. */
  readonly rule: string
}

/** The spec's machine of each subsystem. */
export const mappings = new Map<string, Mapping>()

/** Judges an event of a subsystem whose machine has states. */
export function checkTransition(event: TraceEvent): Rejection | undefined {
  const mapping = mappings.get(event.subsystem)
  if (mapping === undefined || event.before === undefined || event.after === undefined) return undefined
  const before = mapping.states[event.before] ?? event.before
  const after = mapping.states[event.after] ?? event.after
  const type = mapping.events[event.input.type] ?? event.input.type
  const node = findState(mapping.machine.root, before)
  const reject = (why: string, allowed: readonly string[]): Rejection => ({
    event,
    rule: mapping.rule,
    why,
    allowed,
  })
  if (node === undefined) return reject(`there is no state ${before}`, statesOf(mapping.machine.root))
  const taken = transitionsFrom(node).filter((each) => each.type === type)
  if (taken.some((each) => each.target === after)) return undefined
  const targets = [...new Set(taken.map((each) => `${before} on ${type}: ${each.target}`))]
  const others = [
    ...new Set(transitionsFrom(node).map((each) => `${before} on ${each.type}: ${each.target}`)),
  ]
  return reject(`${before} on ${type} went to ${after}`, targets.length > 0 ? targets : others)
}

/** A state's transitions, its ancestors' among them: event and target by their short names. */
function transitionsFrom(node: AnyStateNode): { type: string; target: string }[] {
  const found: { type: string; target: string }[] = []
  for (let at: AnyStateNode | undefined = node; at !== undefined; at = at.parent) {
    for (const [type, transitions] of at.transitions) {
      for (const { target } of transitions) {
        const targets = target === undefined || target.length === 0 ? [node] : target
        for (const each of targets) found.push({ type, target: leafOf(each).key })
      }
    }
  }
  return found
}

/** Where a state with initial substates is entered. */
function leafOf(node: AnyStateNode): AnyStateNode {
  const initial = node.config.initial
  const child = typeof initial === 'string' ? node.states[initial] : undefined
  return child === undefined ? node : leafOf(child)
}

function findState(node: AnyStateNode, name: string): AnyStateNode | undefined {
  if (node.key === name || node.path.join('.') === name) return node
  for (const child of Object.values(node.states)) {
    const found = findState(child, name)
    if (found !== undefined) return found
  }
  return undefined
}

function statesOf(node: AnyStateNode): readonly string[] {
  const below = Object.values(node.states).flatMap(statesOf)
  return below.length > 0 ? below : [node.key]
}

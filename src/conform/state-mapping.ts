/**
 * How the implementation's states and events are called in the spec's machines, and whether a recorded transition is one
 * that the spec's machine has. An implementation's state may stand for several of the spec's, and a step of it for none.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { leaderMachine } from '../../spec/broadcast/leader-machine.js'
import { wireMachine } from '../../spec/wire/wire-machine.js'
import type { TraceEvent } from '../trace/trace-event.js'
import type { Rejection } from './rejection.js'

/** One subsystem's machine in the spec, and what the implementation's names mean in it. */
export interface Mapping {
  readonly machine: AnyStateMachine
  /** A name that is not here means the same in both. */
  readonly states: Readonly<Record<string, readonly string[]>>
  readonly events: Readonly<Record<string, readonly string[]>>
  /** The rule that says what turns there are. */
  readonly rule: string
}

/** The spec's machine of each subsystem that writes such events. */
export const mappings: ReadonlyMap<string, Mapping> = new Map([
  [
    'connection',
    {
      machine: wireMachine,
      states: {
        finishing: ['finishing', 'closing'],
        closing: ['closing', 'closed'],
      },
      events: {
        CONNECT: ['HANDSHAKE'],
        ALIVE: ['REVALIDATED'],
        NOT_ALIVE: ['REVALIDATED'],
        BAD_INPUT: ['BAD_LENGTH', 'HANDSHAKE', 'REQUEST', 'END'],
        LATE: ['IDLE'],
        FINISH: ['REQUEST'],
        ANSWERED: ['REPLY', 'SESSION_CLOSED'],
      },
      rule: 'SERVICE-10',
    },
  ],
  [
    'leader',
    {
      machine: leaderMachine,
      states: {},
      events: {
        ACCEPTED_EPOCH_WRITTEN: ['WRITE'],
        CURRENT_EPOCH_WRITTEN: ['WRITE'],
        PROPOSE: ['CLIENT', 'REQUEST'],
        LOGGED: ['LOG'],
        SNAPSHOT_SENT: ['SYNCHRONIZED'],
        HALF_TICK: ['GIVE_UP'],
        LOG_FAILED: ['DISK_ERROR', 'GIVE_UP'],
      },
      rule: 'BROADCAST-67',
    },
  ],
])

/** Checks an event of a subsystem that is in the table; events of others are not checked. */
export function checkTransition(event: TraceEvent): Rejection | undefined {
  const mapping = mappings.get(event.subsystem)
  const { before, after, input } = event
  if (mapping === undefined || before === undefined || after === undefined) return undefined
  const root = mapping.machine.root as AnyStateNode
  const from = mapping.states[before] ?? [before]
  const to = mapping.states[after] ?? [after]
  const types = mapping.events[input.type] ?? [input.type]
  if (from.some((state) => to.includes(state))) return undefined // no step of the spec
  const possible = from.flatMap((state) => transitionsFrom(root, state))
  const isReached = (target: string) => to.some((state) => state === target || state.startsWith(`${target}.`))
  if (possible.some(({ type, target }) => types.includes(type) && isReached(target))) return undefined
  return {
    event,
    rule: mapping.rule,
    why: `${event.subsystem} ${event.instance}: ${before} on ${input.type} went to ${after}`,
    allowed: [...new Set(possible.map(({ type, target }) => `${before} on ${type}: ${target}`))],
  }
}

/** The transitions of a state, and of those that it is in: events and where they lead. */
function transitionsFrom(root: AnyStateNode, path: string): { type: string; target: string }[] {
  const found: { type: string; target: string }[] = []
  let state: AnyStateNode | undefined = root
  for (const key of ['', ...path.split('.')]) {
    if (key !== '') state = state.states[key]
    if (state === undefined) return []
    for (const [type, transitions] of state.transitions) {
      for (const { target } of transitions)
        found.push({ type: String(type), target: target?.[0]?.path.join('.') ?? path })
    }
  }
  return found
}

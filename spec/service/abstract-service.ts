/**
 * The service as a pure step: (state, event) to (state, outputs), or the reason why no rule allows the event.
 * The machine in this folder decides; this file runs it without an actor, and says what else would have been allowed.
 */
import { transition } from 'xstate'
import type { Settings } from '../tree/tree-types.js'
import type { ServiceEvent, ServiceOutput } from './service-events.js'
import { serviceMachineOver, type ServiceMachine } from './service-machine.js'
import type { Submodels } from './submodels.js'
import { next } from './serve-requests.js'
import type { Service } from './service-state.js'

/** What an event came to. */
export type Step =
  | {
      readonly ok: true
      readonly state: Service
      readonly outputs: readonly ServiceOutput[]
      /** The rules that decided, and the transition that was taken (`event:action`). */
      readonly rules: readonly string[]
      readonly transition: string
    }
  | { readonly ok: false; readonly rule: string; readonly why: string }

/** What a service starts from: what is on disk, or nothing. */
export type Recovered = Partial<Pick<Service, 'now' | 'zxid' | 'tree' | 'sessions'>>

/** The abstract ZooKeeper over given submodels. */
export interface AbstractService {
  readonly machine: ServiceMachine
  /** The state after a start. Milliseconds since 1970. */
  initial(settings: Settings, from?: Recovered): Service
  step(state: Service, event: ServiceEvent): Step
  /** The service's own possible steps at a time: requests to serve, sessions to expire, nodes to reap. */
  allowed(state: Service, now: number): readonly ServiceEvent[]
}

/** The abstract ZooKeeper over given submodels. */
export function abstractService(submodels: Submodels<unknown>): AbstractService {
  const initial = (settings: Settings, from: Recovered = {}): Service => ({
    settings,
    now: 0,
    zxid: 0n,
    tree: submodels.emptyTree(settings),
    history: null,
    sessions: new Map(),
    connections: new Map(),
    watches: submodels.noWatches,
    outputs: [],
    rules: [],
    ...from,
  })
  const nobody: Settings = {
    skipAcl: false,
    extendedTypes: false,
    enforceQuota: false,
    superDigest: null,
    tickTime: 2000,
    minSessionTimeout: 4000,
    maxSessionTimeout: 40000,
  }
  const machine = serviceMachineOver(submodels, initial(nobody))
  const { value } = machine.getInitialSnapshot(undefined as never)

  function step(state: Service, event: ServiceEvent): Step {
    const snapshot = machine.resolveState({ value, context: state })
    const taken = machine.getTransitionData(snapshot, event)[0]
    if (taken === undefined) return { ok: false, ...refusal(state, event) }
    const [after] = transition(machine, snapshot, event)
    const { outputs, rules } = after.context
    const action = taken.actions[0]
    const name = typeof action === 'string' ? action : ((action as { type?: string } | undefined)?.type ?? '')
    return {
      ok: true,
      state: after.context,
      outputs,
      rules,
      transition: `${event.type}:${name}:${(taken.meta as { rule: string } | undefined)?.rule ?? ''}`,
    }
  }

  function allowed(state: Service, now: number): readonly ServiceEvent[] {
    const events: ServiceEvent[] = []
    for (const { id, life, waiting } of state.connections.values()) {
      if (waiting.length === 0) continue
      events.push({ type: 'serve', connection: id, now })
      if (life === 'gone') events.push({ type: 'abandon', connection: id, now })
    }
    for (const { id, heard, timeOut, givenUp } of state.sessions.values()) {
      if (givenUp) events.push({ type: 'expire', session: id, now })
      else if (submodels.isOverdue(heard, timeOut, now, state.settings))
        events.push({ type: 'giveUp', session: id, now })
    }
    for (const path of submodels.reapable(state.tree, now, state.settings))
      events.push({ type: 'reap', path, now })
    return events
  }

  return { machine, initial, step, allowed }
}

/** Why no transition takes an event. */
function refusal(state: Service, event: ServiceEvent): { rule: string; why: string } {
  switch (event.type) {
    case 'connect':
      return { rule: 'SERVICE-10', why: `connection ${event.connection} has made its handshake already` }
    case 'request':
      return { rule: 'SERVICE-10', why: `connection ${event.connection} is not open` }
    case 'disconnect':
      return { rule: 'SERVICE-10', why: `connection ${event.connection} is not open` }
    case 'abandon':
      return { rule: 'SERVICE-55', why: `connection ${event.connection} is not gone, or waits for nothing` }
    case 'serve': {
      const isKnown = state.connections.has(event.connection)
      const why =
        isKnown && next(state, event.connection) === undefined
          ? `connection ${event.connection} has no request waiting`
          : `there is no connection ${event.connection}`
      return { rule: 'SERVICE-12', why }
    }
    case 'giveUp':
    case 'expire': {
      const session = state.sessions.get(event.session)
      const name = `session 0x${event.session.toString(16)}`
      const why =
        session === undefined
          ? `there is no ${name}`
          : `${name} was heard of ${event.now - session.heard} ms ago, and its timeout is ${session.timeOut} ms`
      return { rule: 'SERVICE-56', why }
    }
    case 'reap':
      return { rule: 'SERVICE-60', why: `${event.path} is neither an empty container nor past its time` }
    case 'tick':
      return { rule: 'SERVICE-15', why: 'time always passes' }
  }
}

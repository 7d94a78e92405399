/**
 * The service for the checker: a few clients with a session each, and requests from a small alphabet, on spec/service's own
 * machine. Time only passes for a client to be silent, after which the service gives it up. A step that breaks a rule leaves that in the state, from which nothing goes on.
 */
import { isOpen, formatAction, attempts, eventsOf, type ServiceAction } from './service/service-actions.js'
import { container, node } from './service/client-requests.js'
import { brokenGuarantees, statements } from './service/guarantees.js'
import { decode } from './service/decode-service.js'
import { encode, watchedBy, type Known } from './service/encode-service.js'
import { kept, sessionOf, viewOf } from './service/plain-state.js'
import type { BrokenRule, PlainNode, ServiceState, ServiceView } from './service/plain-state.js'
import { canonicalPlaces, rename } from './service/service-symmetry.js'
import { formatService, messagesOf } from './service/format-service.js'
import { followWatches, type Taken } from './service/client-watches.js'
import { steady } from './compile-steady.js'
import type { ServiceEvent } from '../../../spec/service/service-events.js'
import { serviceMachine } from '../../../spec/service/standard-service.js'
import type { Service } from '../../../spec/service/service-state.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import type { Watches } from '../../../spec/watcher/watcher-model.js'
import type { Model } from '../model/model.js'

export type { ServiceAction } from './service/service-actions.js'
export type { ServiceState } from './service/plain-state.js'

export interface ServiceBounds {
  /** Clients, with one session each. */
  readonly sessions: number
  /** Requests of all of them together. */
  readonly requests: number
  /** Whether states that differ only in the names of clients count as one. */
  readonly symmetry: boolean
}

export const defaultServiceBounds: ServiceBounds = { sessions: 2, requests: 2, symmetry: true }

type Spec = (before: Service, event: ServiceEvent) => Service | null

/** What an action comes to, before clients change places; null when the spec doesn't allow it. */
interface Outcome {
  readonly state: ServiceState
  readonly taken: readonly Taken[]
  readonly rules: readonly string[]
}

const nodeOf = (path: string, owner: PlainNode['owner']): PlainNode => ({
  path,
  owner,
  version: 0,
  cversion: 0,
  mzxid: 0,
})

/** The service within bounds, as it is or as a variant has it. */
export function service(
  bounds: Partial<ServiceBounds> = {},
  variant?: Variant,
): Model<ServiceState, ServiceAction> {
  const { sessions, requests, symmetry } = { ...defaultServiceBounds, ...bounds }
  const spec: Spec = steady(varied(serviceMachine, variant))
  const settle = (state: ServiceState): ServiceState =>
    symmetry ? rename(state, canonicalPlaces(state)) : state
  const clients = Array.from({ length: sessions }, () => ({
    session: 'none' as const,
    seen: 0,
    connections: [],
    watches: [],
  }))
  const start = (nodes: readonly PlainNode[]): ServiceState =>
    settle(kept({ nodes, zxid: 0, clients, left: requests, broken: [] }))
  /** Outcomes of the actions that `actions` gave last, until `next` asks for them. */
  let known: { readonly from: ServiceState; readonly outcomes: Map<ServiceAction, Outcome> } | null = null
  const outcomeOf = (state: ServiceState, action: ServiceAction): Outcome => {
    const found = known?.from === state ? known.outcomes.get(action) : undefined
    if (found !== undefined) return found
    const view = viewOf(state)
    const outcome = tryAction(spec, state, view, action, decode(view))
    if (outcome === null) throw new Error(`${formatAction(view, action)}: no rule allows it`)
    return outcome
  }

  return {
    name: 'service',
    processes: [...clients.map((_, at) => `client ${at + 1}`), 'service'],
    initial: () => [start([nodeOf(node, 0), nodeOf(container, 'container')])],
    actions(state) {
      if (state.broken.length > 0) return []
      const view = viewOf(state)
      const before = decode(view)
      const outcomes = new Map<ServiceAction, Outcome>()
      for (const action of attempts(view)) {
        const outcome = tryAction(spec, state, view, action, before)
        if (outcome !== null) outcomes.set(action, outcome)
      }
      known = { from: state, outcomes }
      return [...outcomes.keys()]
    },
    next: (state, action) => settle(outcomeOf(state, action).state),
    invariants: statements.map(({ rule, name }) => ({
      rule,
      name,
      broken: (state: ServiceState) =>
        state.broken.find((each) => each.rule === rule && each.name === name)?.found ?? null,
    })),
    mayEnd: (state) =>
      state.broken.length > 0 ||
      viewOf(state).clients.every(
        ({ session, connections }) => session === 'over' && connections.length === 0,
      ),
    goal: {
      rule: 'SERVICE-56',
      name: 'every session can end',
      holds: (state) =>
        viewOf(state).clients.every(({ session }) => session === 'none' || session === 'over'),
      isFault: () => false,
    },
    tell(before, action) {
      const { state, taken, rules } = outcomeOf(before, action)
      const places = symmetry ? canonicalPlaces(state) : []
      const moved = places.flatMap((from, to) => (from === to ? [] : [`${from + 1} is called ${to + 1}`]))
      const messages = messagesOf(taken, sessions)
      const text = [formatAction(viewOf(before), action), ...messages.texts].join('; ')
      return {
        text: moved.length === 0 ? text : `${text} (from here on client ${moved.join(', ')})`,
        rules,
        process: action.kind === 'connect' || action.kind === 'request' ? action.client : sessions,
        messages: messages.messages,
      }
    },
    show: (state) => formatService(viewOf(state)),
  }
}

/** Takes an action's events one by one, judges each, and keeps what clients know. */
function tryAction(
  spec: Spec,
  from: ServiceState,
  state: ServiceView,
  action: ServiceAction,
  decoded: Service<Watches>,
): Outcome | null {
  let before = action.kind === 'giveUp' && action.isSilent ? decode(state, action.client) : decoded
  let known: readonly Known[] = state.clients.map(({ session, watches }) => ({
    started: session !== 'none',
    served: 0,
    watches,
  }))
  const taken: Taken[] = []
  const rules = new Set<string>()
  const broken: BrokenRule[] = []
  for (const event of eventsOf(state, action)) {
    if (event.type === 'request' && !isOpen(before, event.connection) && taken.length > 0) break
    const after = spec(before, event)
    if (after === null) return null
    const now: Taken = { before, event, after }
    taken.push(now)
    after.rules.forEach((rule) => rules.add(rule))
    broken.push(...brokenGuarantees(now))
    known = known.map((each, client) => advance(each, now, client, broken))
    before = after as Service<Watches>
  }
  broken.push(...unwatched(before, known))
  const left = state.left - (action.kind === 'request' ? 1 : 0)
  return {
    state: { ...encode(before, known, left, from, taken[0]!.before as Service<Watches>), broken },
    taken,
    rules: [...rules],
  }
}

/** What a client knows after a step; adds what it finds broken. */
function advance(known: Known, taken: Taken, client: number, broken: BrokenRule[]): Known {
  const { before, event, after } = taken
  const id = sessionOf(client)
  const isOwn = (connection: number) =>
    (after.connections.get(connection) ?? before.connections.get(connection))?.session === id
  const followed = followWatches(known.watches, taken, isOwn)
  broken.push(...followed.complaints)
  const started = known.started || after.sessions.has(id)
  return { started, served: servedBy(known.served, event, taken, isOwn, broken), watches: followed.watches }
}

/** The last request of a client that was served; an earlier one that takes a zxid after it is out of order. */
function servedBy(
  served: number,
  event: ServiceEvent,
  { before, after }: Taken,
  isOwn: (connection: number) => boolean,
  broken: BrokenRule[],
): number {
  if (event.type !== 'serve' || !isOwn(event.connection)) return served
  const { xid, request } = before.connections.get(event.connection)!.waiting[0]!
  if (request.op === 'setWatches') return served
  if (xid < served && after.zxid !== before.zxid)
    broken.push({
      rule: 'SERVICE-23',
      name: 'the writes of a session take effect in the order in which they were sent',
      found: `connection ${event.connection}'s request came before one that has taken effect already`,
    })
  return Math.max(served, xid)
}

/** Where the service's watches are not what its clients wait for: all that they do, once setWatches is answered. */
function unwatched(service: Service<Watches>, known: readonly Known[]): readonly BrokenRule[] {
  const broken: BrokenRule[] = []
  for (const { id, life, session, waiting } of service.connections.values()) {
    if (life !== 'open') continue
    const isNew = waiting.some(({ request }) => request.op === 'setWatches')
    const { watches } = known[Number(session) - 1]!
    const expected = isNew ? [] : watches.map(({ path }) => path)
    const watched = watchedBy(service.watches.data, id)
    if (watched.join() !== expected.join())
      broken.push({
        rule: 'SERVICE-47',
        name: 'the service watches what its clients wait for',
        found: `connection ${id} watches ${expected.join(' ') || 'nothing'}, and the service watches ${watched.join(' ') || 'nothing'} for it`,
      })
  }
  return broken
}

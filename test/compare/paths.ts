/**
 * Paths through the service's machine, found by xstate's graph utilities: a shortest way to every state of a small world
 * (two clients, one znode), as blocks of commands. Random runs go far; these go everywhere near.
 */
import { getShortestPaths } from 'xstate/graph'
import { passwordOf } from '../../spec/session/password.js'
import type { ServiceEvent } from '../../spec/service/service-events.js'
import type { ServiceMachine, ServiceSnapshot } from '../../spec/service/service-machine.js'
import { service } from '../../spec/service/standard-service.js'
import type { Service } from '../../spec/service/service-state.js'
import { parseRequest } from '../../src/scenario/scenario-command.js'
import { scenarioStart } from '../../src/scenario/scenario-settings.js'

/** A step of the machine, and the command that brings it about on a server; the service's own steps need none. */
type Labelled = ServiceEvent & { readonly command: string }

const clients = ['a', 'b'] as const
const requests: Readonly<Record<(typeof clients)[number], readonly string[]>> = {
  a: ['create /e mode=ephemeral', 'exists /e watch', 'closeSession'],
  b: ['getData /e watch', 'setData /e', 'delete /e'],
}
const addresses = { address: '127.0.0.1', now: scenarioStart }

/** A client's connections are numbered odd, or even. */
const latest = (state: Service, client: number): number | undefined =>
  [...state.connections.keys()].filter((id) => id % 2 === client).at(-1)

/** What can happen in a state: waiting requests are served before anything else, as a server does. */
function events({ context: state }: ServiceSnapshot): Labelled[] {
  const waiting = [...state.connections.values()].find(
    (each) => each.life === 'open' && each.waiting.length > 0,
  )
  if (waiting !== undefined)
    return [{ type: 'serve', connection: waiting.id, now: scenarioStart, command: '' }]
  return clients.flatMap((client, at) => [...connecting(state, client, at), ...asking(state, client, at)])
}

function connecting(state: Service, client: string, at: number): Labelled[] {
  const connection = (latest(state, at) ?? at - 2) + 2
  if (connection > 3 - at) return [] // a connects twice at most, b once
  const own = BigInt(at + 1)
  const isFirst = latest(state, at) === undefined
  const sessions = isFirst ? [0n] : [own]
  return sessions.map((sessionId) => ({
    type: 'connect',
    connection,
    ...addresses,
    request: {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut: 10_000,
      sessionId,
      passwd: sessionId === 0n ? new Uint8Array(16) : passwordOf(sessionId),
    },
    grant: { sessionId: own, passwd: passwordOf(own) },
    command: sessionId === 0n ? `${client}: connect` : `${client}: connect session=${client}`,
  }))
}

function asking(state: Service, client: 'a' | 'b', at: number): Labelled[] {
  const connection = latest(state, at)
  if (connection === undefined || state.connections.get(connection)!.life !== 'open') return []
  return [
    { type: 'disconnect', connection, now: scenarioStart, command: `${client}: disconnect` },
    ...requests[client].map((text): Labelled => ({
      type: 'request',
      connection,
      xid: 1,
      request: parseRequest(text),
      now: scenarioStart,
      command: `${client}: ${text}`,
    })),
  ]
}

/** States that differ only in numbers that count up are one. */
function keyOf({ context: state }: ServiceSnapshot): string {
  const nodes = [...state.tree].map(
    ([path, node]) => `${path} ${node.ephemeralOwner} ${Math.min(node.version, 1)}`,
  )
  const connections = [...state.connections.values()].map(({ id, life, session, waiting }) =>
    [
      id,
      life,
      session,
      ...waiting.map(({ request }) =>
        JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      ),
    ].join(' '),
  )
  const watches = JSON.stringify(state.watches, (_, value: unknown) =>
    value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
  )
  return [nodes.join(), connections.join(), [...state.sessions.keys()].join(), watches].join('|')
}

/** Blocks of commands, one list for each path; paths that are the beginning of another are left out. */
export function shortestPaths(most: number): readonly (readonly (readonly string[])[])[] {
  const machine: ServiceMachine = service.machine
  const paths = getShortestPaths(machine, {
    events: events as never,
    serializeState: keyOf as never,
    serializeEvent: ((event: Labelled) => `${event.type} ${event.command}`) as never,
  })
  const lists = paths.map(({ steps }) =>
    steps.map(({ event }) => (event as Partial<Labelled>).command ?? '').filter((command) => command !== ''),
  )
  const texts = new Set(lists.map((list) => list.join('\n')))
  const whole = lists.filter((list) => ![...texts].some((text) => text.startsWith(`${list.join('\n')}\n`)))
  const stride = Math.max(1, Math.floor(whole.length / most))
  return whole.filter((_, at) => at % stride === 0).map((list) => list.map((command) => [command]))
}

/** What can happen to the service's model: each action is one event of the spec's service, or two. */
import type { ServiceEvent } from '../../../../spec/service/service-events.js'
import type { Service } from '../../../../spec/service/service-state.js'
import { Xid } from '../../../../spec/vocabulary/index.js'
import { container, clientRequests, setWatches } from './client-requests.js'
import {
  address,
  connectionOf,
  later,
  now,
  passwdOf,
  sessionOf,
  timeOut,
  type PlainClient,
  type ServiceView,
} from './plain-state.js'

/** Clients and connections by their places in the state. */
export type ServiceAction =
  /** `new`: a session is asked for; `renew`: with what the client watches, if anything; `wrong password`. */
  | { readonly kind: 'connect'; readonly client: number; readonly as: 'new' | 'renew' | 'wrong password' }
  | { readonly kind: 'request'; readonly client: number; readonly letter: number }
  | {
      readonly kind: 'serve' | 'abandon' | 'disconnect'
      readonly client: number
      readonly connection: number
    }
  /** `isSilent`: after time has passed in which all clients but this one were heard of; else at once. */
  | { readonly kind: 'giveUp'; readonly client: number; readonly isSilent: boolean }
  | { readonly kind: 'expire'; readonly client: number }
  | { readonly kind: 'reap'; readonly path: string }

/** Requests that may wait on one connection. */
const mostWaiting = 2

/** What may be tried in a state; the spec says which of it is allowed. */
export function attempts(state: ServiceView): readonly ServiceAction[] {
  const actions: ServiceAction[] = []
  state.clients.forEach((each, client) => {
    const { session, connections } = each
    if (session === 'none') {
      actions.push({ kind: 'connect', client, as: 'new' })
      return
    }
    const open = connections.find(({ isOpen }) => isOpen)
    actions.push({ kind: 'connect', client, as: 'renew' })
    if (open !== undefined) {
      actions.push({ kind: 'connect', client, as: 'wrong password' })
      if (state.left > 0 && open.waiting.length < mostWaiting)
        clientRequests.forEach((_, letter) => actions.push({ kind: 'request', client, letter }))
    }
    connections.forEach(({ isOpen, waiting }, connection) => {
      if (isOpen) actions.push({ kind: 'disconnect', client, connection })
      if (waiting.length > 0) actions.push({ kind: 'serve', client, connection })
      if (waiting.length > 0 && !isOpen) actions.push({ kind: 'abandon', client, connection })
    })
    if (session === 'over') return
    if (session === 'living')
      actions.push({ kind: 'giveUp', client, isSilent: true }, { kind: 'giveUp', client, isSilent: false })
    actions.push({ kind: 'expire', client })
  })
  actions.push({ kind: 'reap', path: container })
  return actions
}

/** The events of an action; a request that goes with a handshake, only if that has opened the connection. */
export function eventsOf(state: ServiceView, action: ServiceAction): readonly ServiceEvent[] {
  switch (action.kind) {
    case 'connect':
      return connecting(state.clients[action.client]!, action)
    case 'request': {
      const { connections } = state.clients[action.client]!
      const xids = connections.flatMap(({ waiting }) => waiting.map(({ xid }) => xid))
      return [
        {
          type: 'request',
          connection: connectionOf(
            action.client,
            connections.findIndex(({ isOpen }) => isOpen),
          ),
          xid: Math.max(0, ...xids) + 1,
          request: clientRequests[action.letter]!.request,
          now,
        },
      ]
    }
    case 'serve':
    case 'abandon':
    case 'disconnect':
      return [{ type: action.kind, connection: connectionOf(action.client, action.connection), now }]
    case 'giveUp': {
      const session = sessionOf(action.client)
      return action.isSilent
        ? [
            { type: 'tick', now: later },
            { type: 'giveUp', session, now: later },
          ]
        : [{ type: 'giveUp', session, now }]
    }
    case 'expire':
      return [{ type: action.kind, session: sessionOf(action.client), now }]
    case 'reap':
      return [{ type: 'reap', path: action.path, now }]
  }
}

function connecting(
  { connections, watches, seen }: PlainClient,
  { client, as }: Extract<ServiceAction, { kind: 'connect' }>,
): readonly ServiceEvent[] {
  const id = sessionOf(client)
  const passwd = passwdOf(id)
  const connection = connectionOf(client, connections.length)
  const connect: ServiceEvent = {
    type: 'connect',
    connection,
    request: {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut,
      sessionId: as === 'new' ? 0n : id,
      passwd: as === 'wrong password' ? new Uint8Array(16) : passwd,
    },
    address,
    grant: { sessionId: id, passwd },
    now,
  }
  if (as !== 'renew' || watches.length === 0) return [connect]
  const paths = (kind: 'data' | 'exist') =>
    watches.filter((watch) => watch.kind === kind).map(({ path }) => path)
  const request = {
    op: 'setWatches' as const,
    relativeZxid: BigInt(seen),
    dataWatches: paths('data'),
    existWatches: paths('exist'),
    childWatches: [],
  }
  return [connect, { type: 'request', connection, xid: Xid.setWatches, request, now }]
}

/** Whether a connection is open. */
export const isOpen = ({ connections }: Service, connection: number): boolean =>
  connections.get(connection)?.life === 'open'

/** An action in words. */
export function formatAction(state: ServiceView, action: ServiceAction): string {
  const who = 'client' in action ? `client ${action.client + 1}` : ''
  switch (action.kind) {
    case 'connect':
      return `${who} connects, ${action.as === 'new' ? 'for a new session' : action.as === 'renew' ? 'to go on with its session' : 'with a wrong password'}`
    case 'request':
      return `${who} asks: ${clientRequests[action.letter]!.text}`
    case 'serve': {
      const { connections } = state.clients[action.client]!
      const { waiting, isOpen: isThere } = connections[action.connection]!
      const letter = waiting[0]!.letter
      const text = letter === setWatches ? 'setWatches' : clientRequests[letter]!.text
      return `the service serves ${who}${isThere ? '' : ', whose connection is gone'}: ${text}`
    }
    case 'abandon':
      return `the service forgets what ${who} waited for on a connection that is gone`
    case 'disconnect':
      return `${who} loses its connection`
    case 'giveUp':
      return `${action.isSilent ? 'after a time of silence ' : ''}the service gives ${who} up`
    case 'expire':
      return `the session of ${who} expires`
    case 'reap':
      return `the service reaps ${action.path}`
  }
}

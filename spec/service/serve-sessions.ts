/**
 * How connections begin and end, and sessions with them: handshake, renewal, loss, expiry. Rules SERVICE-50 to SERVICE-59.
 */
import { KeeperState, type ConnectResponse, type SessionId, type Zxid } from '../vocabulary/index.js'
import type { Evaluation } from '../tree/tree-types.js'
import type { ConnectionId, ServiceEvent, ServiceOutput } from './service-events.js'
import type { Submodels } from './submodels.js'
import { type Connection, type Service, type Session, put, without } from './service-state.js'

/** One kind of {@link ServiceEvent}. */
export type On<T extends ServiceEvent['type']> = Extract<ServiceEvent, { type: T }>

const noPassword = new Uint8Array(16)

/** The client has seen a later write than this service knows of (SERVICE-54). */
export const isClientAhead = (service: Service, { request }: On<'connect'>): boolean =>
  request.lastZxidSeen > service.zxid

export const asksForNewSession = (_: Service, { request }: On<'connect'>): boolean => request.sessionId === 0n

/** The session lives and is not about to end, and the client knows its password (SERVICE-51). */
export function canRenew(service: Service, { request }: On<'connect'>): boolean {
  const session = service.sessions.get(request.sessionId)
  return (
    session !== undefined &&
    !session.givenUp &&
    sameBytes(session.passwd, request.passwd) &&
    !isClosing(service, session.id)
  )
}

/** Whether a session's `closeSession` has arrived and waits for its turn. */
function isClosing(service: Service, id: SessionId): boolean {
  for (const { session, waiting } of service.connections.values()) {
    if (session === id && waiting.some(({ request }) => request.op === 'closeSession')) return true
  }
  return false
}

/** SERVICE-54: closed without an answer. */
export function refuseAhead(service: Service, { connection, now, address }: On<'connect'>): Service {
  return {
    ...service,
    now,
    connections: put(service.connections, connection, { ...newcomer(connection, 0n, address), life: 'gone' }),
    outputs: [{ type: 'closed', connection }],
    rules: ['SERVICE-54'],
  }
}

/** SERVICE-50: a session's creation is a write. */
export function createSession(
  service: Service,
  event: On<'connect'>,
  submodels: Submodels<unknown>,
): Service {
  const { connection, request, now, grant } = event
  const timeOut = submodels.negotiate(request.timeOut, service.settings)
  const zxid = service.zxid + 1n
  const session: Session = {
    id: grant.sessionId,
    passwd: grant.passwd,
    timeOut,
    created: timeOut,
    heard: now,
    connection,
    givenUp: false,
    seen: zxid,
  }
  const evaluation: Evaluation = { tree: service.tree, err: 0, changes: [], rule: 'SERVICE-50' }
  return {
    ...commit(service, session.id, evaluation, now),
    sessions: put(service.sessions, session.id, session),
    connections: put(service.connections, connection, newcomer(connection, session.id, event.address)),
    outputs: [{ type: 'connected', connection, response: welcome(session, event) }],
    rules: ['SERVICE-50'],
  }
}

/** SERVICE-51: the same session on a new connection, and SERVICE-53: its earlier connection is closed. */
export function renewSession(service: Service, event: On<'connect'>, submodels: Submodels<unknown>): Service {
  const { connection, request, now } = event
  const old = service.sessions.get(request.sessionId)!
  const moved = leaveEarlier(service, request.sessionId, submodels)
  const session: Session = {
    ...old,
    timeOut: submodels.negotiate(request.timeOut, service.settings),
    heard: now,
    connection,
  }
  return {
    ...moved,
    now,
    sessions: put(service.sessions, session.id, session),
    connections: put(moved.connections, connection, newcomer(connection, session.id, event.address)),
    outputs: [...moved.outputs, { type: 'connected', connection, response: welcome(session, event) }],
    rules: moved.outputs.length > 0 ? ['SERVICE-51', 'SERVICE-53'] : ['SERVICE-51'],
  }
}

/** SERVICE-52: no such session, or the wrong password: refused and closed; whoever has the session loses the connection. */
export function refuseSession(
  service: Service,
  event: On<'connect'>,
  submodels: Submodels<unknown>,
): Service {
  const { connection, request, now } = event
  const left = leaveEarlier(service, request.sessionId, submodels)
  const response: ConnectResponse = {
    protocolVersion: 0,
    timeOut: 0,
    sessionId: 0n,
    passwd: noPassword,
    ...(request.readOnly === undefined ? {} : { readOnly: false }),
  }
  return {
    ...left,
    now,
    connections: put(left.connections, connection, {
      ...newcomer(connection, 0n, event.address),
      life: 'gone',
    }),
    outputs: [...left.outputs, { type: 'connected', connection, response }, { type: 'closed', connection }],
    rules: ['SERVICE-52'],
  }
}

/** SERVICE-16, SERVICE-55: a connection is lost; its session lives on, its watches don't (SERVICE-44). */
export function lose(
  service: Service,
  { connection, now }: On<'disconnect'>,
  submodels: Submodels<unknown>,
): Service {
  return { ...goneFrom(service, connection, submodels), now, outputs: [], rules: ['SERVICE-55'] }
}

/** The session has been silent for its timeout (SERVICE-56). */
export function isOverdue(
  service: Service,
  { session: id, now }: On<'giveUp'>,
  submodels: Submodels<unknown>,
): boolean {
  const session = service.sessions.get(id)
  if (session === undefined || session.givenUp) return false
  return submodels.isOverdue(session.heard, session.timeOut, now, service.settings)
}

/** SERVICE-56: nothing renews the session any more. */
export function giveUp(service: Service, { session: id, now }: On<'giveUp'>): Service {
  const session = service.sessions.get(id)!
  return {
    ...service,
    now,
    sessions: put(service.sessions, id, { ...session, givenUp: true }),
    outputs: [],
    rules: ['SERVICE-56'],
  }
}

/**
 * SERVICE-56: ends a session that was silent for too long: a write, as its client's own closing would be. Its connection is
 * closed after that (SESSION-34), so that it still hears of its ephemerals (WATCHER-71).
 */
export function expire(
  service: Service,
  { session, now }: On<'expire'>,
  submodels: Submodels<unknown>,
): Service {
  const ended = endSession({ ...service, outputs: [] }, session, now, submodels)
  const { connection } = service.sessions.get(session)!
  const isOpen = connection !== null && service.connections.get(connection)?.life === 'open'
  const closed: ServiceOutput[] = isOpen ? [{ type: 'closed', connection }] : []
  const left = connection === null ? ended : goneFrom(ended, connection, submodels)
  return { ...left, outputs: [...ended.outputs, ...closed], rules: ['SERVICE-56', ...ended.rules] }
}

/** SERVICE-57, SERVICE-59: a session's end deletes its ephemerals, in one write, and asks nobody (ACL-60). */
export function endSession(
  service: Service,
  id: SessionId,
  now: number,
  submodels: Submodels<unknown>,
): Service {
  const evaluation = submodels.closeSession(service.tree, id, { zxid: service.zxid + 1n, now })
  const after = notify(commit(service, id, evaluation, now), evaluation, submodels)
  return {
    ...after,
    sessions: without(after.sessions, id),
    rules: [evaluation.rule, ...after.rules],
  }
}

/** Puts a write's outcome into the one order (SERVICE-20); failed writes too. */
export function commit(service: Service, session: SessionId, evaluation: Evaluation, now: number): Service {
  const { tree, err } = evaluation
  const zxid: Zxid = service.zxid + 1n
  return {
    ...service,
    now,
    zxid,
    tree,
    history: { zxid, time: now, session, err, tree, before: service.history },
    rules: [],
  }
}

/**
 * SERVICE-40, SERVICE-41, SERVICE-42, WATCHER-42: a write's notifications, in the order of its changes, before anything else
 * is said: xid -1 is the wire's, zxid -1 and the state stand here (SERVICE-46). Only a watch gives one, and one that fires
 * once is gone with it (SERVICE-47).
 */
export function notify(service: Service, evaluation: Evaluation, submodels: Submodels<unknown>): Service {
  let watches = service.watches
  const outputs = [...service.outputs]
  const rules: string[] = []
  for (const change of evaluation.changes) {
    const fired = submodels.fire(watches, change)
    watches = fired.watches
    for (const { connection, event } of fired.notifications) {
      outputs.push({
        type: 'notification',
        connection,
        notification: { zxid: -1n, event: { ...event, state: KeeperState.SyncConnected } },
      })
    }
    if (fired.notifications.length > 0) rules.push(fired.rule)
  }
  return { ...service, watches, outputs, rules: [...service.rules, ...rules] }
}

/** A connection can't be told anything any more: its watches end, its session has none (SERVICE-44, SERVICE-55). */
export function goneFrom(service: Service, id: ConnectionId, submodels: Submodels<unknown>): Service {
  const connection = service.connections.get(id)
  if (connection === undefined) return service
  const session = service.sessions.get(connection.session)
  return {
    ...service,
    watches: submodels.forget(service.watches, id),
    connections: put(service.connections, id, { ...connection, life: 'gone' }),
    sessions:
      session?.connection === id
        ? put(service.sessions, session.id, { ...session, connection: null })
        : service.sessions,
  }
}

/** Closes the connection that a session has had until now (SERVICE-53). */
function leaveEarlier(service: Service, id: SessionId, submodels: Submodels<unknown>): Service {
  const earlier = service.sessions.get(id)?.connection ?? null
  if (earlier === null) return { ...service, outputs: [] }
  return { ...goneFrom(service, earlier, submodels), outputs: [{ type: 'closed', connection: earlier }] }
}

/** Its client's address is all that is known of it (ACL-12). */
function newcomer(id: ConnectionId, session: SessionId, address: string): Connection {
  return { id, session, identities: [{ scheme: 'ip', id: address }], waiting: [], life: 'open' }
}

/** The handshake's answer (SESSION-18); a client that sent no `readOnly` gets none (WIRE-22). */
function welcome(session: Session, { request }: On<'connect'>): ConnectResponse {
  return {
    protocolVersion: 0,
    timeOut: session.timeOut,
    sessionId: session.id,
    passwd: session.passwd,
    ...(request.readOnly === undefined ? {} : { readOnly: false }),
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

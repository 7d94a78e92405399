/**
 * How the service takes a connection's oldest waiting request: which kind it is, what it comes to, what is said.
 * Rules SERVICE-11 to SERVICE-45. What a request means to the tree is `spec/tree`'s; this file gives it its place.
 */
import { ErrorCode, OpCode, Xid, type Reply, type Request, type Result } from '../vocabulary/index.js'
import type { Evaluation } from '../tree/tree-types.js'
import type { Asked, ConnectionId, Malformed, ServiceOutput } from './service-events.js'
import { outcomeOfMalformed } from './malformed.js'
import type { Submodels } from './submodels.js'
import { commit, endSession, goneFrom, notify, type On } from './serve-sessions.js'
import { type Connection, type Service, type Waiting, put } from './service-state.js'

/** Every request that is a write: it has a place in the one order, even when it fails (SERVICE-20). */
const writes: ReadonlySet<Asked['op']> = new Set([
  'create',
  'create2',
  'createContainer',
  'createTTL',
  'delete',
  'deleteContainer',
  'setData',
  'setACL',
  'check',
  'multi',
  'reconfig',
  'closeSession',
] as const)

const watchRequests: ReadonlySet<Asked['op']> = new Set([
  'addWatch',
  'setWatches',
  'setWatches2',
  'checkWatches',
  'removeWatches',
] as const)

/** Requests that are served whatever became of their session (SERVICE-58). */
const askNoSession: ReadonlySet<Asked['op']> = new Set(['closeSession', 'deleteContainer'] as const)

/** Operations that a client may not ask for: the server's own, too (WIRE-53). */
const forbidden: ReadonlySet<number> = new Set([OpCode.notification, OpCode.createSession, OpCode.error])
const known: ReadonlySet<number> = new Set(Object.values(OpCode).filter((code) => !forbidden.has(code)))
const names = new Map(Object.entries(OpCode).map(([name, code]) => [code as number, name as Asked['op']]))

/** Whether a request is a write (SERVICE-20). */
export function isWriteRequest(request: Asked): boolean {
  if (request.op !== 'malformed') return writes.has(request.op)
  return writes.has(names.get(request.opcode) ?? 'malformed') && outcomeOfMalformed(request).takesZxid
}

// --- which request is it? (guards of the machine, in its order) ---

/** The request whose turn it is. */
export function next(service: Service, connection: ConnectionId): Waiting | undefined {
  return service.connections.get(connection)?.waiting[0]
}

type Is = (service: Service, event: On<'serve'>) => boolean
const asks =
  (test: (request: Asked) => boolean): Is =>
  (service, { connection }) => {
    const waiting = next(service, connection)
    return waiting !== undefined && test(waiting.request)
  }

export const isAuth = asks(({ op }) => op === 'auth')
export const isSasl = asks(({ op }) => op === 'sasl')
export const isForbidden = asks((request) => request.op === 'malformed' && !known.has(request.opcode))
/** The session is over, or given up: nothing is done for it any more (SERVICE-58, SESSION-35). */
export function isLapsed(service: Service, event: On<'serve'>): boolean {
  const connection = service.connections.get(event.connection)
  const waiting = connection?.waiting[0]
  if (connection === undefined || waiting === undefined || askNoSession.has(waiting.request.op)) return false
  const session = service.sessions.get(connection.session)
  return session === undefined || waiting.isLate
}
export const isMalformed = asks(({ op }) => op === 'malformed')
export const isPing = asks(({ op }) => op === 'ping')
export const isWhoAmI = asks(({ op }) => op === 'whoAmI')
export const isSync = asks(({ op }) => op === 'sync')
export const isReconfig = asks(({ op }) => op === 'reconfig')
export const isCloseSession = asks(({ op }) => op === 'closeSession')
export const isWatchRequest = asks(({ op }) => watchRequests.has(op))
export const isWrite = asks((request) => isWriteRequest(request))
export const isRead = asks((request) => !isWriteRequest(request))

// --- what it comes to (actions of the machine) ---

/** SERVICE-13, SERVICE-37: proves an identity, or ends the connection. The reply's zxid is 0. */
export function serveAuth(service: Service, event: On<'serve'>, submodels: Submodels<unknown>): Service {
  const { from, waiting, rest } = take(service, event)
  const { scheme, auth } = waiting.request as Extract<Request, { op: 'auth' }>
  const identities = submodels.authenticate(scheme, auth, from.identities, service.settings)
  const reply = { xid: waiting.xid, zxid: 0n }
  if (identities === undefined) {
    const failed = say(rest, from, { ...reply, err: ErrorCode.AuthFailed }, ['SERVICE-37'])
    return hangUp(failed, from, submodels)
  }
  const proved = {
    ...rest,
    connections: put(rest.connections, from.id, { ...rest.connections.get(from.id)!, identities }),
  }
  return say(proved, from, { ...reply, err: ErrorCode.Ok, result: { op: 'auth' } }, ['SERVICE-13'])
}

/** SERVICE-35, WIRE-55: no SASL is configured, so nothing is proved and there is no token to give back. */
export function serveSasl(service: Service, event: On<'serve'>): Service {
  const { from, waiting, rest } = take(service, event)
  const result: Result = { op: 'sasl', token: null }
  return say(rest, from, { xid: waiting.xid, zxid: 0n, err: ErrorCode.Ok, result }, ['SERVICE-35'])
}

/** SERVICE-34: an operation that no client may ask for is refused, and the connection closed. */
export function refuseForbidden(
  service: Service,
  event: On<'serve'>,
  submodels: Submodels<unknown>,
): Service {
  const { from, waiting, rest } = take(service, event)
  const reply: Reply = { xid: waiting.xid, zxid: -1n, err: ErrorCode.Unimplemented }
  return hangUp(say(rest, from, reply, ['SERVICE-34']), from, submodels)
}

/** SERVICE-58: what comes after the end of a session fails; a write has its place in the order all the same. */
export function serveLapsed(service: Service, event: On<'serve'>): Service {
  const { request } = next(service, event.connection)!
  if (request.op !== 'multi') return failing(ErrorCode.SessionExpired, 'SERVICE-58')(service, event)
  // Each part of a multi asks for the session, so the first fails as TREE-81 says.
  const results = request.ops.map((_, at) => ({
    op: 'error' as const,
    err: at === 0 ? ErrorCode.SessionExpired : ErrorCode.RuntimeInconsistency,
  }))
  return failing(ErrorCode.Ok, 'SERVICE-58', { op: 'multi', results })(service, event)
}

/** SERVICE-39, WIRE-42, WIRE-45: what can't be read as its operation's record fails; with a null path it may succeed. */
export function serveMalformed(service: Service, event: On<'serve'>): Service {
  const request = next(service, event.connection)!.request as Malformed
  const { err, rule, result } = outcomeOfMalformed(request)
  return failing(err, rule, result)(service, event)
}

/** SERVICE-36, WIRE-56: the members of a standalone service don't change. */
export const refuseReconfig = failing(ErrorCode.ReconfigDisabled, 'SERVICE-36')

/** SERVICE-32 */
export function servePing(service: Service, event: On<'serve'>): Service {
  const { from, rest } = take(service, event)
  const reply: Reply = { xid: Xid.ping, zxid: service.zxid, err: ErrorCode.Ok, result: { op: 'ping' } }
  return say(rest, from, reply, ['SERVICE-32'])
}

/** SERVICE-38: the identities, as the client may know them. */
export function serveWhoAmI(service: Service, event: On<'serve'>): Service {
  const { from, waiting, rest } = take(service, event)
  const clientInfo = from.identities.map(({ scheme, id }) => ({
    authScheme: scheme,
    user: scheme === 'digest' ? id.split(':')[0]! : id,
  }))
  const result: Result = { op: 'whoAmI', clientInfo }
  return say(rest, from, { xid: waiting.xid, zxid: service.zxid, err: ErrorCode.Ok, result }, ['SERVICE-38'])
}

/** SERVICE-33: everything committed before it was served is seen by what follows it. */
export function serveSync(service: Service, event: On<'serve'>): Service {
  const { from, waiting, rest } = take(service, event)
  const { path } = waiting.request as Extract<Request, { op: 'sync' }>
  const result: Result = { op: 'sync', path }
  return say(rest, from, { xid: waiting.xid, zxid: service.zxid, err: ErrorCode.Ok, result }, ['SERVICE-33'])
}

/** SERVICE-57: the session's end is a write; then its reply; then the connection closes. */
export function serveCloseSession(
  service: Service,
  event: On<'serve'>,
  submodels: Submodels<unknown>,
): Service {
  const { from, waiting, rest } = take(service, event)
  const ended = endSession(rest, from.session, event.now, submodels)
  const reply: Reply = {
    xid: waiting.xid,
    zxid: ended.zxid,
    err: ErrorCode.Ok,
    result: { op: 'closeSession' },
  }
  return hangUp(say(ended, from, reply, ['SERVICE-57', ...ended.rules]), from, submodels)
}

/** SERVICE-43: requests about watches; what they fire comes before their reply. */
export function serveWatchRequest(
  service: Service,
  event: On<'serve'>,
  submodels: Submodels<unknown>,
): Service {
  const { from, waiting, rest } = take(service, event)
  const request = waiting.request as Request
  if (from.life === 'gone') return { ...rest, rules: ['SERVICE-55'] }
  const { watches, notifications, err, rule } = submodels.watch(
    service.watches,
    from.id,
    request,
    0,
    service.tree,
  )
  const outputs: ServiceOutput[] = notifications.map(({ connection, event: watcherEvent }) => ({
    type: 'notification',
    connection,
    notification: { zxid: -1n, event: watcherEvent },
  }))
  const reply: Reply = { xid: waiting.xid, zxid: service.zxid, err }
  const done = err === ErrorCode.Ok ? { ...reply, result: { op: request.op } as Result } : reply
  const rules = notifications.length > 0 ? ['SERVICE-43', rule] : [rule]
  return say({ ...rest, watches, outputs }, from, done, rules)
}

/** SERVICE-20, SERVICE-21: a write: evaluated at its place in the order, then its notifications (WATCHER-40, WATCHER-41), then its reply. */
export function serveWrite(service: Service, event: On<'serve'>, submodels: Submodels<unknown>): Service {
  const { from, waiting, rest } = take(service, event)
  const evaluation = evaluate(service, from, waiting, event, service.zxid + 1n, submodels)
  const written = notify(commit(rest, from.session, evaluation, event.now), evaluation, submodels)
  const rules = ['SERVICE-20', evaluation.rule, ...written.rules]
  return say(written, from, replyOf(waiting, written, evaluation), rules)
}

/** SERVICE-25: a read: evaluated on the tree as it is, then the watch that it asked for is set, for later writes (WATCHER-43). */
export function serveRead(service: Service, event: On<'serve'>, submodels: Submodels<unknown>): Service {
  const { from, waiting, rest } = take(service, event)
  const evaluation = evaluate(service, from, waiting, event, service.zxid, submodels)
  const request = waiting.request as Request
  const watches =
    from.life === 'open'
      ? submodels.watch(service.watches, from.id, request, evaluation.err, service.tree).watches
      : service.watches
  const read = { ...rest, watches }
  return say(read, from, replyOf(waiting, read, evaluation), ['SERVICE-25', evaluation.rule])
}

/** SERVICE-55: what a gone connection waited for is forgotten. */
export function abandon(service: Service, { connection, now }: On<'abandon'>): Service {
  const from = service.connections.get(connection)!
  return {
    ...service,
    now,
    connections: put(service.connections, connection, { ...from, waiting: [] }),
    outputs: [],
    rules: ['SERVICE-55'],
  }
}

/** SERVICE-11, SERVICE-14, SERVICE-23: a request waits behind its connection's earlier ones; its arrival renews the session (SESSION-25). */
export function enqueue(service: Service, { connection, xid, request, now }: On<'request'>): Service {
  const from = service.connections.get(connection)!
  const session = service.sessions.get(from.session)
  return {
    ...service,
    now,
    connections: put(service.connections, connection, {
      ...from,
      waiting: [...from.waiting, { xid, request, isLate: session?.givenUp === true }],
    }),
    sessions:
      session === undefined || request.op === 'auth' || request.op === 'sasl'
        ? service.sessions
        : put(service.sessions, session.id, { ...session, heard: Math.max(now, session.heard) }),
    outputs: [],
    rules: ['SERVICE-11', 'SERVICE-14'],
  }
}

/** SERVICE-60: the service's own write, which may find that there is nothing to delete any more. */
export function reap(service: Service, { path, now }: On<'reap'>, submodels: Submodels<unknown>): Service {
  const evaluation = evaluateReaping(service, path, now, submodels)
  const reaped = notify(commit({ ...service, outputs: [] }, 0n, evaluation, now), evaluation, submodels)
  return { ...reaped, rules: ['SERVICE-60', evaluation.rule, ...reaped.rules] }
}

/** What a reaping would come to. */
export function evaluateReaping(
  service: Service,
  path: string,
  now: number,
  submodels: Submodels<unknown>,
): Evaluation {
  const by = { sessionId: 0n, identities: [] }
  const at = { zxid: service.zxid + 1n, now }
  return submodels.evaluate(service.tree, { op: 'reap', path }, by, at, service.settings)
}

// --- helpers ---

/** On the tree that all writes before it have made, at one time (SERVICE-22). */
function evaluate(
  service: Service,
  from: Connection,
  waiting: Waiting,
  { now }: On<'serve'>,
  zxid: bigint,
  submodels: Submodels<unknown>,
): Evaluation {
  const by = { sessionId: from.session, identities: from.identities }
  return submodels.evaluate(service.tree, waiting.request as Request, by, { zxid, now }, service.settings)
}

/**
 * SERVICE-30, WIRE-33: the header's zxid is the last write's. SERVICE-31, WIRE-34: a failure has no record, unless it is a
 * multi's. WIRE-32: the xid is the client's.
 */
function replyOf(waiting: Waiting, service: Service, { err, result }: Evaluation): Reply {
  const header = { xid: waiting.xid, zxid: service.zxid, err }
  return result === undefined ? header : { ...header, result }
}

/** A request that fails whatever it says. */
function failing(err: number, rule: string, result?: Result) {
  return (service: Service, event: On<'serve'>): Service => {
    const { from, waiting, rest } = take(service, event)
    const failed = { tree: service.tree, err, changes: [], rule }
    const evaluation: Evaluation = result === undefined ? failed : { ...failed, result }
    const after = isWriteRequest(waiting.request) ? commit(rest, from.session, evaluation, event.now) : rest
    return say(after, from, replyOf(waiting, after, evaluation), [rule])
  }
}

/**
 * Takes the request whose turn it is out of its queue; what earlier connections of the session waited for is forgotten
 * (SERVICE-55), also when this one is gone by now: else it could take effect after what was sent later (SERVICE-23).
 */
function take(
  service: Service,
  { connection, now }: On<'serve'>,
): { from: Connection; waiting: Waiting; rest: Service } {
  const from = service.connections.get(connection)!
  const connections = new Map(service.connections)
  connections.set(connection, { ...from, waiting: from.waiting.slice(1) })
  // Connections stand in the order in which they were made.
  for (const other of service.connections.values()) {
    if (other.id === connection) break
    if (other.session === from.session && other.waiting.length > 0) {
      connections.set(other.id, { ...other, waiting: [] })
    }
  }
  return { from, waiting: from.waiting[0]!, rest: { ...service, now, connections, outputs: [], rules: [] } }
}

/** SERVICE-12: one reply, after the notifications; a connection that is gone is told nothing. */
function say(service: Service, from: Connection, reply: Reply, rules: readonly string[]): Service {
  if (from.life === 'gone') return { ...service, rules: ['SERVICE-55', ...rules] }
  const session = service.sessions.get(from.session)
  const seen =
    session !== undefined && reply.zxid > session.seen ? { ...session, seen: reply.zxid } : undefined
  return {
    ...service,
    sessions: seen === undefined ? service.sessions : put(service.sessions, seen.id, seen),
    outputs: [...service.outputs, { type: 'reply', connection: from.id, reply }],
    rules,
  }
}

/** The service closes a connection after what it said. */
function hangUp(service: Service, from: Connection, submodels: Submodels<unknown>): Service {
  if (from.life === 'gone') return service
  const gone = goneFrom(service, from.id, submodels)
  return { ...gone, outputs: [...service.outputs, { type: 'closed', connection: from.id }] }
}

/**
 * Sessions as a map: negotiate, open, touch, expire, reattach, check, close. Pure; time is an argument.
 * Carries SESSION-10 to SESSION-64. What a session's end does to the tree and the watches is the service's to compose.
 */
import { ErrorCode, type Bytes, type SessionId } from '../vocabulary/index.js'
import { passwordOf } from './password.js'

/** A client's connection, numbered by whoever drives the model. */
export type ConnectionId = number

/** A server, by its number in the ensemble (`myid`). */
export type ServerId = number

/** What of the configuration sessions depend on. All in milliseconds. */
export interface SessionSettings {
  readonly tickTime: number
  readonly minSessionTimeout: number
  readonly maxSessionTimeout: number
}

/** A session, from its createSession transaction to its closeSession transaction. */
export interface Session {
  readonly id: SessionId
  /** Milliseconds: negotiated by the handshake that it is on now, or was on last (SESSION-43). */
  readonly timeOut: number
  /** When it is overdue unless touched before; a multiple of tickTime (SESSION-30). Milliseconds. */
  readonly expiresAt: number
  /** The connection that it is on, if any. */
  readonly connection: ConnectionId | null
  /** The server through which its client speaks, once one is known; always the same in standalone (SESSION-50). */
  readonly owner: ServerId | null
  /** Its end is decided, and not yet in effect: it can't be touched, used or renewed any more (SESSION-32). */
  readonly closing: boolean
}

/** The sessions of a server. */
export type Sessions = ReadonlyMap<SessionId, Session>

/** None. */
export const noSessions: Sessions = new Map()

/** What a handshake that names a session comes to. */
export interface Reattached {
  readonly sessions: Sessions
  readonly renewed: boolean
  /** The connection that the session was on, which the server closes first (SESSION-44). */
  readonly closes: ConnectionId | null
  /** The rule that decided. */
  readonly rule: string
}

/** `minSessionTimeout` and `maxSessionTimeout` where the configuration leaves them out (SESSION-21). */
export function defaultBounds(tickTime: number): Omit<SessionSettings, 'tickTime'> {
  return { minSessionTimeout: 2 * tickTime, maxSessionTimeout: 20 * tickTime }
}

/** The timeout that a session gets: what was asked, within the bounds; the maximum wins over the minimum (SESSION-20). */
export function negotiate(
  asked: number,
  settings: Pick<SessionSettings, 'minSessionTimeout' | 'maxSessionTimeout'>,
): number {
  return Math.min(Math.max(asked, settings.minSessionTimeout), settings.maxSessionTimeout)
}

/** The end of the tick that a time lies in: the next multiple of tickTime after it (SESSION-30). */
export function endOfTick(time: number, tickTime: number): number {
  return (Math.floor(time / tickTime) + 1) * tickTime
}

/** Whether a session last heard of at a time may have been ended by now, whatever the phase of the ticks (SESSION-31). */
export function mayBeExpired(heard: number, timeOut: number, now: number): boolean {
  return now > heard + timeOut
}

/** Whether a session last heard of at a time must have been given up by now (SESSION-31). */
export function mustBeExpired(
  heard: number,
  timeOut: number,
  now: number,
  settings: SessionSettings,
): boolean {
  return now >= heard + timeOut + settings.tickTime
}

/** A new session on a connection (SESSION-16), heard of now (SESSION-27). */
export function open(
  sessions: Sessions,
  id: SessionId,
  timeOut: number,
  connection: ConnectionId,
  now: number,
  settings: SessionSettings,
): Sessions {
  const expiresAt = endOfTick(now + timeOut, settings.tickTime)
  return put(sessions, { id, timeOut, expiresAt, connection, owner: null, closing: false })
}

/**
 * Hears from a session's client (SESSION-25), which then has the timeout of the handshake that it is on (SESSION-26);
 * undefined when there is no such session, or its end is decided (SESSION-32).
 */
export function touch(
  sessions: Sessions,
  id: SessionId,
  now: number,
  settings: SessionSettings,
): Sessions | undefined {
  const session = sessions.get(id)
  if (session === undefined || session.closing) return undefined
  return put(sessions, { ...session, expiresAt: endOfTick(now + session.timeOut, settings.tickTime) })
}

/** The sessions whose time is up, whose end is not decided yet (SESSION-31). */
export function overdue(sessions: Sessions, now: number): readonly SessionId[] {
  return [...sessions.values()]
    .filter((session) => !session.closing && now >= session.expiresAt)
    .map((session) => session.id)
}

/** Decides a session's end: it is overdue, or its client has asked to close it (SESSION-32, SESSION-60). */
export function giveUp(sessions: Sessions, id: SessionId): Sessions {
  const session = sessions.get(id)
  return session === undefined ? sessions : put(sessions, { ...session, closing: true })
}

/** The closeSession transaction takes effect: the session is no more (SESSION-33, SESSION-61). */
export function close(sessions: Sessions, id: SessionId): Sessions {
  const next = new Map(sessions)
  next.delete(id)
  return next
}

/** A handshake that names a session (SESSION-40 to SESSION-45). */
export function reattach(
  sessions: Sessions,
  id: SessionId,
  passwd: Bytes,
  asked: number,
  connection: ConnectionId,
  now: number,
  settings: SessionSettings,
): Reattached {
  const session = sessions.get(id)
  const closes = session?.connection ?? null
  const refused = (rule: string): Reattached => ({
    sessions: session === undefined ? sessions : put(sessions, { ...session, connection: null }),
    renewed: false,
    closes,
    rule,
  })
  if (id === 0n || !sameBytes(passwd, passwordOf(id))) return refused('SESSION-41')
  if (session === undefined) return refused('SESSION-42')
  if (session.closing) return refused('SESSION-42')
  const timeOut = negotiate(asked, settings)
  const expiresAt = endOfTick(now + timeOut, settings.tickTime)
  return {
    sessions: put(sessions, { ...session, timeOut, expiresAt, connection }),
    renewed: true,
    closes,
    rule: 'SESSION-43',
  }
}

/** A connection is gone; its session lives on until it is overdue (SESSION-46). */
export function detach(sessions: Sessions, connection: ConnectionId): Sessions {
  for (const session of sessions.values()) {
    if (session.connection === connection) return put(sessions, { ...session, connection: null })
  }
  return sessions
}

/** Who asks for a session's requests to be ordered from now on: the server on which it was opened or renewed (SESSION-50). */
export function claim(sessions: Sessions, id: SessionId, owner: ServerId): Sessions {
  const session = sessions.get(id)
  return session === undefined || session.closing ? sessions : put(sessions, { ...session, owner })
}

/** What stands in the way of a request on a session that comes through a server: an {@link ErrorCode} (SESSION-51). */
export function check(sessions: Sessions, id: SessionId, through: ServerId): number {
  const session = sessions.get(id)
  if (session === undefined) return ErrorCode.UnknownSession
  if (session.closing) return ErrorCode.SessionExpired
  return session.owner === null || session.owner === through ? ErrorCode.Ok : ErrorCode.SessionMoved
}

function put(sessions: Sessions, session: Session): Sessions {
  return new Map(sessions).set(session.id, session)
}

function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

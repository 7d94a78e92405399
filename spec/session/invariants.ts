/** What holds of sessions in every state that can be reached, and of every step between two. */
import type { SessionId } from '../vocabulary/index.js'
import type { Session, Sessions, SessionSettings } from './model.js'

/** When each session was last heard of. Milliseconds. */
export type Heard = ReadonlyMap<SessionId, number>

/** A statement about the sessions, with the rule that makes it. */
export interface SessionInvariant {
  readonly rule: string
  readonly says: string
  holds(sessions: Sessions, settings: SessionSettings, heard: Heard): boolean
}

/** A statement about a step: the sessions before and after, and the time at which it was taken. */
export interface SessionStepInvariant {
  readonly rule: string
  readonly says: string
  holds(before: Sessions, after: Sessions, now: number, cause: 'expiry' | 'other', heard: Heard): boolean
}

const all = (sessions: Sessions): readonly Session[] => [...sessions.values()]

export const sessionInvariants: readonly SessionInvariant[] = [
  {
    rule: 'SESSION-80',
    says: 'a connection carries at most one session',
    holds: (sessions) => {
      const used = all(sessions).flatMap(({ connection }) => (connection === null ? [] : [connection]))
      return new Set(used).size === used.length
    },
  },
  {
    rule: 'SESSION-82',
    says: 'a timeout lies within the bounds',
    holds: (sessions, settings) =>
      all(sessions).every(
        ({ timeOut }) => timeOut >= settings.minSessionTimeout && timeOut <= settings.maxSessionTimeout,
      ),
  },
  {
    rule: 'SESSION-30',
    says: 'a session is overdue at the end of a tick, after its timeout and at most one tick later',
    holds: (sessions, { tickTime }, heard) =>
      all(sessions).every(({ id, timeOut, expiresAt, closing }) => {
        const silent = expiresAt - (heard.get(id) ?? 0)
        return closing || (expiresAt % tickTime === 0 && silent > timeOut && silent <= timeOut + tickTime)
      }),
  },
]

export const sessionStepInvariants: readonly SessionStepInvariant[] = [
  {
    rule: 'SESSION-81',
    says: 'an end that is decided stays decided',
    holds: (before, after) =>
      all(before).every(({ id, closing }) => !closing || (after.get(id)?.closing ?? true)),
  },
  {
    rule: 'SESSION-81',
    says: 'a session only ends after its end was decided',
    holds: (before, after) => all(before).every(({ id, closing }) => closing || after.has(id)),
  },
  {
    rule: 'SESSION-83',
    says: 'no session is given up before its timeout has passed',
    holds: (before, after, now, cause, heard) =>
      cause !== 'expiry' ||
      all(before).every(
        ({ id, closing, timeOut }) =>
          closing || !(after.get(id)?.closing ?? false) || now > (heard.get(id) ?? 0) + timeOut,
      ),
  },
]

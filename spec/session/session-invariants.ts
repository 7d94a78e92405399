/** What holds of sessions in every state that can be reached, and of every step between two. */
import { type Invariant, statement } from '../notation/invariant.js'
import type { SessionId } from '../vocabulary/index.js'
import type { Session, Sessions, SessionSettings } from './session-model.js'

/** When each session was last heard of. Milliseconds. */
export type Heard = ReadonlyMap<SessionId, number>

/** A statement about the sessions, with the rule that makes it. */
export type SessionInvariant = Invariant<[sessions: Sessions, settings: SessionSettings, heard: Heard]>

/** A statement about a step: the sessions before and after, and the time at which it was taken. */
export type SessionStepInvariant = Invariant<
  [before: Sessions, after: Sessions, now: number, cause: 'expiry' | 'other', heard: Heard]
>

const all = (sessions: Sessions): readonly Session[] => [...sessions.values()]

export const sessionInvariants: readonly SessionInvariant[] = [
  statement('SESSION-80', 'a connection carries at most one session', (sessions) => {
    const used = all(sessions).flatMap(({ connection }) => (connection === null ? [] : [connection]))
    return new Set(used).size === used.length
  }),
  statement('SESSION-82', 'a timeout lies within the bounds', (sessions, settings) =>
    all(sessions).every(
      ({ timeOut }) => timeOut >= settings.minSessionTimeout && timeOut <= settings.maxSessionTimeout,
    ),
  ),
  statement(
    'SESSION-30',
    'a session is overdue at the end of a tick, after its timeout and at most one tick later',
    (sessions, { tickTime }, heard) =>
      all(sessions).every(({ id, timeOut, expiresAt, closing }) => {
        const silent = expiresAt - (heard.get(id) ?? 0)
        return closing || (expiresAt % tickTime === 0 && silent > timeOut && silent <= timeOut + tickTime)
      }),
  ),
]

export const sessionStepInvariants: readonly SessionStepInvariant[] = [
  statement('SESSION-81', 'an end that is decided stays decided', (before, after) =>
    all(before).every(({ id, closing }) => !closing || (after.get(id)?.closing ?? true)),
  ),
  statement('SESSION-81', 'a session only ends after its end was decided', (before, after) =>
    all(before).every(({ id, closing }) => closing || after.has(id)),
  ),
  statement(
    'SESSION-83',
    'no session is given up before its timeout has passed',
    (before, after, now, cause, heard) =>
      cause !== 'expiry' ||
      all(before).every(
        ({ id, closing, timeOut }) =>
          closing || !(after.get(id)?.closing ?? false) || now > (heard.get(id) ?? 0) + timeOut,
      ),
  ),
]

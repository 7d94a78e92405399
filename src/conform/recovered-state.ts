/** What a server's `start` says that it recovered, as the state that the spec's service starts from. */
import { passwordOf } from '../../spec/session/password.js'
import type { Session } from '../../spec/service/service-state.js'
import type { Znode } from '../../spec/tree/tree-types.js'
import type { Input } from './trace-inputs.js'

/** Sessions start with their whole timeout ahead (SERVICE-70). */
export function recovered(
  { zxid, sessions, nodes }: Extract<Input, { type: 'start' }>,
  now: number,
): {
  zxid: bigint
  now: number
  sessions: ReadonlyMap<bigint, Session>
  tree: ReadonlyMap<string, Znode> | undefined
} {
  return {
    zxid,
    now,
    sessions: new Map(
      sessions.map(({ sessionId, timeOut }) => [
        sessionId,
        {
          id: sessionId,
          passwd: passwordOf(sessionId),
          timeOut,
          created: timeOut,
          heard: now,
          connection: null,
          givenUp: false,
          seen: 0n,
        },
      ]),
    ),
    tree: nodes === undefined ? undefined : new Map(nodes),
  }
}

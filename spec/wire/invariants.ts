/** What holds of a connection in every state that can be reached. */
import type { WireContext } from './machine.js'

/** A statement about a connection: its state, and what it has behind it. */
export interface WireInvariant {
  readonly rule: string
  readonly says: string
  holds(state: string, context: WireContext): boolean
}

export const wireInvariants: readonly WireInvariant[] = [
  {
    rule: 'WIRE-90',
    says: 'no request is taken before the handshake is answered',
    holds: (_state, { answered, outstanding }) => answered || outstanding === 0,
  },
  {
    rule: 'WIRE-90',
    says: 'a connection is connected once its handshake is answered, not before',
    holds: (state, { answered }) => !['awaitingHandshake', 'establishing'].includes(state) || !answered,
  },
  {
    rule: 'WIRE-91',
    says: 'there are never more replies than requests',
    holds: (_state, { outstanding }) => outstanding >= 0,
  },
  {
    rule: 'WIRE-91',
    says: 'a session is closed after all that was asked before has been answered',
    holds: (state, { outstanding }) => (state !== 'closing' && state !== 'closed') || outstanding === 0,
  },
]

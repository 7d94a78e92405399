/** What holds of a connection in every state that can be reached. */
import { type Invariant, statement } from '../notation/invariant.js'
import type { WireContext } from './wire-machine.js'

/** A statement about a connection: its state, and what it has behind it. */
export type WireInvariant = Invariant<[state: string, context: WireContext]>

export const wireInvariants: readonly WireInvariant[] = [
  statement(
    'WIRE-90',
    'no request is taken before the handshake is answered',
    (_state, { answered, outstanding }) => answered || outstanding === 0,
  ),
  statement(
    'WIRE-90',
    'a connection is connected once its handshake is answered, not before',
    (state, { answered }) =>
      !['awaitingHandshake', 'establishing', 'revalidating'].includes(state) || !answered,
  ),
  statement(
    'WIRE-91',
    'there are never more replies than requests',
    (_state, { outstanding }) => outstanding >= 0,
  ),
  statement(
    'WIRE-91',
    'a session is closed after all that was asked before has been answered',
    (state, { outstanding }) => (state !== 'closing' && state !== 'closed') || outstanding === 0,
  ),
]

/** What a step of a machine of this folder causes: what it sends, closes and notes, added to its context. */
import type { Effects, Note, Packet } from './broadcast-types.js'
import type { Sid } from './zxid.js'

export const noEffects: Effects = { sends: [], closes: [], notes: [] }

/** A context that sends one more packet. */
export function send<C extends Effects>(context: C, to: Sid, packet: Packet): C {
  return { ...context, sends: [...context.sends, { to, packet }] }
}

/** A context that closes one more connection. */
export function close<C extends Effects>(context: C, peer: Sid): C {
  return { ...context, closes: [...context.closes, peer] }
}

/** A context that says one more thing to those who watch. */
export function note<C extends Effects>(context: C, said: Note): C {
  return { ...context, notes: [...context.notes, said] }
}

/** How machines of this folder name their guards and actions: pure functions of a context and one kind of event. */
import { assign } from 'xstate'
import type { Effects, Note, Packet } from './types.js'
import type { Sid } from './zxid.js'

type Of<Event extends { readonly type: string }, Type extends Event['type']> = Extract<
  Event,
  { readonly type: Type }
>

/** For a machine's context and events: what makes a guard and an action of a function. */
export function acting<Context extends object, Event extends { readonly type: string }>() {
  return {
    when:
      <Type extends Event['type']>(guard: (context: Context, event: Of<Event, Type>) => boolean) =>
      ({ context, event }: { context: Context; event: Event }): boolean =>
        guard(context, event as Of<Event, Type>),
    does: <Type extends Event['type']>(action: (context: Context, event: Of<Event, Type>) => Context) =>
      assign<Context, Event, undefined, Event, never>(
        ({ context, event }) =>
          action(context as Context, event as unknown as Of<Event, Type>) as Partial<typeof context>,
      ),
  }
}

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

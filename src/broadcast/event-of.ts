/** Guards and actions of a machine whose events carry data: each is given its context and the one kind of event that it is for. */

type Of<Event extends { readonly type: string }, Type extends Event['type']> = Extract<
  Event,
  { readonly type: Type }
>

interface Args<Context, Event> {
  readonly context: Context
  readonly event: Event
}

/** For a machine's context and events: what names a guard (`when`) and an action (`does`). */
export function eventsOf<Context, Event extends { readonly type: string }>() {
  return {
    when:
      <Type extends Event['type']>(guard: (context: Context, event: Of<Event, Type>) => boolean) =>
      ({ context, event }: Args<Context, Event>): boolean =>
        guard(context, event as Of<Event, Type>),
    does:
      <Type extends Event['type']>(action: (context: Context, event: Of<Event, Type>) => void) =>
      ({ context, event }: Args<Context, Event>): void =>
        action(context, event as Of<Event, Type>),
  }
}

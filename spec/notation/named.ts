/**
 * How machines name their guards and actions: pure functions of a context and one kind of event, so that a variant of the
 * protocol overrides what it changes (`provide`) and leaves the rest.
 */
import { assign } from 'xstate'

type Of<Event extends { readonly type: string }, Type extends Event['type']> = Extract<
  Event,
  { readonly type: Type }
>

/**
 * For a machine's context and events: what makes a guard (`when`) and an action (`does`) of a function. What is given here is
 * given to each function after its event.
 */
export function named<
  Context extends object,
  Event extends { readonly type: string },
  Given extends readonly unknown[] = [],
>(...given: Given) {
  return {
    when:
      <Type extends Event['type']>(
        guard: (context: Context, event: Of<Event, Type>, ...given: Given) => boolean,
      ) =>
      ({ context, event }: { readonly context: Context; readonly event: Event }): boolean =>
        guard(context, event as Of<Event, Type>, ...given),
    does: <Type extends Event['type']>(
      action: (context: Context, event: Of<Event, Type>, ...given: Given) => Partial<Context>,
    ) =>
      assign<Context, Event, undefined, Event, never>(
        ({ context, event }) =>
          action(context as Context, event as unknown as Of<Event, Type>, ...given) as Partial<
            typeof context
          >,
      ),
  }
}

/**
 * The life of a session as its server keeps it: given out, created, given up, ended (SESSION-10, SESSION-31 to SESSION-33).
 * The tracker keeps the state's number for each session and runs it through `compile`; the actions are the tracker's.
 */
import { setup } from 'xstate'

/** What the tracker does with the session at hand. */
export interface LifeContext {
  /** Puts the session where its new due time says. */
  reschedule(): void
  /** Takes it out of the order in which sessions fall due. */
  unschedule(): void
  /** Tells the server that the session is overdue. */
  report(): void
}

export type LifeEvent =
  { type: 'TOUCH' } | { type: 'CREATED' } | { type: 'OVERDUE' } | { type: 'CLOSE' } | { type: 'REMOVE' }

export const sessionLifeMachine = setup({
  types: { context: {} as LifeContext, events: {} as LifeEvent },
  actions: {
    reschedule: ({ context }) => context.reschedule(),
    unschedule: ({ context }) => context.unschedule(),
    report: ({ context }) => context.report(),
  },
}).createMachine({
  id: 'sessionLife',
  initial: 'opening',
  context: {} as LifeContext,
  states: {
    // Its id is given out, its transaction is on its way: no session yet that anyone could use.
    opening: {
      on: {
        CREATED: { target: 'open', meta: { rule: 'SESSION-10' } },
        OVERDUE: { actions: 'reschedule', meta: { rule: 'SESSION-10' } },
      },
    },
    open: {
      on: {
        TOUCH: { actions: 'reschedule', meta: { rule: 'SESSION-25' } },
        OVERDUE: { target: 'closing', actions: 'report', meta: { rule: 'SESSION-32' } },
        CLOSE: { target: 'closing', meta: { rule: 'SESSION-60' } },
        REMOVE: { target: 'ended', actions: 'unschedule', meta: { rule: 'SESSION-33' } },
      },
    },
    // Its end is decided: there is no way back.
    closing: {
      on: {
        REMOVE: { target: 'ended', actions: 'unschedule', meta: { rule: ['SESSION-33', 'SESSION-61'] } },
      },
    },
    ended: { type: 'final' },
  },
})

/**
 * When a connection is read: not while its output waits to be taken (a client that never reads),
 * nor while it has requests in progress and the server as a whole has too many (a flood).
 * So neither can make the server's memory grow. Runs through `compile`.
 */
import { setup } from 'xstate'

/** What the flow of a connection switches. */
export interface FlowContext {
  pause(): void
  resume(): void
}

export type FlowEvent =
  { type: 'OUTPUT_FULL' } | { type: 'DRAINED' } | { type: 'TOO_MANY' } | { type: 'FEW_AGAIN' }

export const flowMachine = setup({
  types: { context: {} as FlowContext, events: {} as FlowEvent },
  actions: {
    pause: ({ context }) => context.pause(),
    resume: ({ context }) => context.resume(),
  },
}).createMachine({
  id: 'flow',
  initial: 'reading',
  context: {} as FlowContext,
  states: {
    reading: {
      on: {
        OUTPUT_FULL: { target: 'full', actions: 'pause', meta: { rule: 'WIRE-81' } },
        TOO_MANY: { target: 'throttled', actions: 'pause', meta: { rule: 'WIRE-80' } },
      },
    },
    full: {
      on: {
        DRAINED: { target: 'reading', actions: 'resume', meta: { rule: 'WIRE-81' } },
        TOO_MANY: { target: 'fullAndThrottled', meta: { rule: 'WIRE-80' } },
      },
    },
    throttled: {
      on: {
        FEW_AGAIN: { target: 'reading', actions: 'resume', meta: { rule: 'WIRE-80' } },
        OUTPUT_FULL: { target: 'fullAndThrottled', meta: { rule: 'WIRE-81' } },
      },
    },
    fullAndThrottled: {
      on: {
        DRAINED: { target: 'throttled', meta: { rule: 'WIRE-81' } },
        FEW_AGAIN: { target: 'full', meta: { rule: 'WIRE-80' } },
      },
    },
  },
})

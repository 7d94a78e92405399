/**
 * A server's life: it recovers what its disk holds, serves, and stops without losing what it acknowledged.
 * The machine runs through `compile`; its context does what the actions name.
 */
import { setup } from 'xstate'

/** What a life does at its turns; the runtime gives it. */
export interface LifeContext {
  announce(state: 'recovering' | 'serving' | 'stopping' | 'stopped'): void
  refuseNewConnections(): void
  closeConnections(): void
  reportFailure(): void
}

export type LifeEvent =
  { type: 'RECOVER' } | { type: 'RECOVERED' } | { type: 'STOP' } | { type: 'DURABLE' } | { type: 'FAIL' }

export const lifeMachine = setup({
  types: { context: {} as LifeContext, events: {} as LifeEvent },
  actions: {
    announceRecovering: ({ context }) => context.announce('recovering'),
    announceServing: ({ context }) => context.announce('serving'),
    announceStopping: ({ context }) => context.announce('stopping'),
    announceStopped: ({ context }) => context.announce('stopped'),
    refuseNewConnections: ({ context }) => context.refuseNewConnections(),
    closeConnections: ({ context }) => context.closeConnections(),
    reportFailure: ({ context }) => context.reportFailure(),
  },
}).createMachine({
  id: 'server',
  initial: 'starting',
  context: {} as LifeContext,
  states: {
    starting: {
      on: {
        RECOVER: { target: 'recovering', actions: 'announceRecovering' },
        STOP: { target: 'stopped' },
      },
    },
    recovering: {
      on: {
        RECOVERED: { target: 'serving', actions: 'announceServing' },
        FAIL: { target: 'failed', actions: 'reportFailure' },
        STOP: { target: 'stopped' },
      },
    },
    serving: {
      on: {
        STOP: { target: 'stopping', actions: ['announceStopping', 'refuseNewConnections'] },
        FAIL: { target: 'failed', actions: ['reportFailure', 'refuseNewConnections', 'closeConnections'] },
      },
    },
    // What was proposed is still logged, applied and answered; nothing new is taken.
    stopping: {
      on: {
        DURABLE: { target: 'stopped', actions: ['closeConnections', 'announceStopped'] },
        FAIL: { target: 'failed', actions: ['reportFailure', 'closeConnections'] },
      },
    },
    stopped: { type: 'final' },
    failed: { type: 'final' },
  },
})

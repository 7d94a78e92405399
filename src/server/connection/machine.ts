/**
 * A client's connection, from its first bytes to its last: a handshake (or a four-letter word), then requests, then the end.
 * Carries the handshake rules of `spec/session` and `spec/wire`. Runs through `compile`; the context does what the actions name.
 */
import { setup } from 'xstate'

/** What a connection knows and does at its turns. */
export interface ConnectionContext {
  /** Whether the client has seen a later zxid than this server. */
  isClientAhead(): boolean
  asksForNewSession(): boolean
  /** Whether the session that the client names exists, and its password is right. */
  canRenew(): boolean
  createSession(): void
  renewSession(): void
  /** Closes the connection that the session had until now. */
  closeEarlierConnection(): void
  welcome(): void
  refuseSession(): void
  refuseAhead(): void
  answerWord(): void
  reportBadInput(): void
  reportLate(): void
  closeAfterOutput(): void
  detach(): void
}

export type ConnectionEvent =
  | { type: 'WORD' }
  | { type: 'CONNECT' }
  | { type: 'ESTABLISHED' }
  | { type: 'BAD_INPUT' }
  | { type: 'LATE' }
  | { type: 'CLOSE' }
  | { type: 'LOST' }

export const connectionMachine = setup({
  types: { context: {} as ConnectionContext, events: {} as ConnectionEvent },
  guards: {
    isClientAhead: ({ context }) => context.isClientAhead(),
    asksForNewSession: ({ context }) => context.asksForNewSession(),
    canRenew: ({ context }) => context.canRenew(),
  },
  actions: {
    createSession: ({ context }) => context.createSession(),
    renewSession: ({ context }) => context.renewSession(),
    closeEarlierConnection: ({ context }) => context.closeEarlierConnection(),
    welcome: ({ context }) => context.welcome(),
    refuseSession: ({ context }) => context.refuseSession(),
    refuseAhead: ({ context }) => context.refuseAhead(),
    answerWord: ({ context }) => context.answerWord(),
    reportBadInput: ({ context }) => context.reportBadInput(),
    reportLate: ({ context }) => context.reportLate(),
    closeAfterOutput: ({ context }) => context.closeAfterOutput(),
    detach: ({ context }) => context.detach(),
  },
}).createMachine({
  id: 'connection',
  initial: 'awaitingHandshake',
  context: {} as ConnectionContext,
  states: {
    awaitingHandshake: {
      on: {
        WORD: { target: 'closing', actions: ['answerWord', 'closeAfterOutput'] },
        CONNECT: [
          { guard: 'isClientAhead', target: 'closing', actions: ['refuseAhead', 'closeAfterOutput'] },
          { guard: 'asksForNewSession', target: 'establishing', actions: ['createSession'] },
          {
            guard: 'canRenew',
            target: 'connected',
            actions: ['closeEarlierConnection', 'renewSession', 'welcome'],
          },
          { target: 'closing', actions: ['closeEarlierConnection', 'refuseSession', 'closeAfterOutput'] },
        ],
        BAD_INPUT: { target: 'closing', actions: ['reportBadInput', 'closeAfterOutput'] },
        LATE: { target: 'closing', actions: ['reportLate', 'closeAfterOutput'] },
        CLOSE: { target: 'closing', actions: ['closeAfterOutput'] },
        LOST: { target: 'closed', actions: ['detach'] },
      },
    },
    // The session's transaction is on its way to the log; nothing is read until it is applied.
    establishing: {
      on: {
        ESTABLISHED: { target: 'connected', actions: ['welcome'] },
        BAD_INPUT: { target: 'closing', actions: ['reportBadInput', 'detach', 'closeAfterOutput'] },
        CLOSE: { target: 'closing', actions: ['detach', 'closeAfterOutput'] },
        LOST: { target: 'closed', actions: ['detach'] },
      },
    },
    connected: {
      on: {
        BAD_INPUT: { target: 'closing', actions: ['reportBadInput', 'detach', 'closeAfterOutput'] },
        CLOSE: { target: 'closing', actions: ['detach', 'closeAfterOutput'] },
        LOST: { target: 'closed', actions: ['detach'] },
      },
    },
    // What was answered is still sent; nothing more is read.
    closing: {
      on: {
        LOST: { target: 'closed' },
      },
    },
    closed: { type: 'final' },
  },
})

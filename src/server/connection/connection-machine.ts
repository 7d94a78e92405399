/**
 * A client's connection, from its first bytes to its last: a handshake (or a four-letter word), then requests, then the end.
 * One handshake, and nothing else before it (SERVICE-10); nothing but its answer is said before that, and nothing but what is
 * due when the end has come (WIRE-90). Carries the handshake rules of `spec/session` and `spec/wire`. Runs through `compile`; the context does what the actions name.
 */
import { setup } from 'xstate'

/** What a connection knows and does at its turns. */
export interface ConnectionContext {
  /** Whether the client has seen a later zxid than this server. */
  isClientAhead(): boolean
  asksForNewSession(): boolean
  /** Whether the leader has to say if the session that the client names is alive; its password is right. */
  isLeadersToSay(): boolean
  /** Whether the session that the client names exists, and its password is right. */
  canRenew(): boolean
  createSession(): void
  askLeader(): void
  renewSession(): void
  /** Closes the connection that the session had until now. */
  closeEarlierConnection(): void
  welcome(): void
  refuseSession(): void
  refuseAhead(): void
  answerWord(): void
  reportBadInput(): void
  reportLate(): void
  /** Whether requests of its are still in progress. */
  hasUnanswered(): boolean
  /** Ends the connection once what it was answered is sent. */
  end(): void
  detach(): void
}

export type ConnectionEvent =
  | { type: 'WORD' }
  | { type: 'CONNECT' }
  | { type: 'ESTABLISHED' }
  /** The leader says that the session is alive, or that it is not. */
  | { type: 'ALIVE' }
  | { type: 'NOT_ALIVE' }
  | { type: 'BAD_INPUT' }
  | { type: 'LATE' }
  /** Nothing more is taken; what was taken is still answered. */
  | { type: 'FINISH' }
  | { type: 'ANSWERED' }
  /** Its session has ended, or another connection serves it now. */
  | { type: 'END' }
  | { type: 'LOST' }

export const connectionMachine = setup({
  types: { context: {} as ConnectionContext, events: {} as ConnectionEvent },
  guards: {
    isClientAhead: ({ context }) => context.isClientAhead(),
    asksForNewSession: ({ context }) => context.asksForNewSession(),
    isLeadersToSay: ({ context }) => context.isLeadersToSay(),
    canRenew: ({ context }) => context.canRenew(),
    hasUnanswered: ({ context }) => context.hasUnanswered(),
  },
  actions: {
    createSession: ({ context }) => context.createSession(),
    askLeader: ({ context }) => context.askLeader(),
    renewSession: ({ context }) => context.renewSession(),
    closeEarlierConnection: ({ context }) => context.closeEarlierConnection(),
    welcome: ({ context }) => context.welcome(),
    refuseSession: ({ context }) => context.refuseSession(),
    refuseAhead: ({ context }) => context.refuseAhead(),
    answerWord: ({ context }) => context.answerWord(),
    reportBadInput: ({ context }) => context.reportBadInput(),
    reportLate: ({ context }) => context.reportLate(),
    end: ({ context }) => context.end(),
    detach: ({ context }) => context.detach(),
  },
}).createMachine({
  id: 'connection',
  initial: 'awaitingHandshake',
  context: {} as ConnectionContext,
  states: {
    awaitingHandshake: {
      on: {
        WORD: { target: 'closing', actions: ['answerWord', 'end'], meta: { rule: 'WIRE-17' } },
        // In this order (SESSION-40).
        CONNECT: [
          {
            guard: 'isClientAhead',
            target: 'closing',
            actions: ['refuseAhead', 'end'],
            meta: { rule: 'SESSION-47' },
          },
          {
            guard: 'asksForNewSession',
            target: 'establishing',
            actions: ['createSession'],
            meta: { rule: 'SESSION-16' },
          },
          {
            guard: 'isLeadersToSay',
            target: 'revalidating',
            actions: ['closeEarlierConnection', 'askLeader'],
            meta: { rule: 'SESSION-53' },
          },
          {
            guard: 'canRenew',
            target: 'connected',
            actions: ['closeEarlierConnection', 'renewSession', 'welcome'],
            meta: { rule: ['SESSION-43', 'SESSION-44'] },
          },
          {
            target: 'closing',
            actions: ['closeEarlierConnection', 'refuseSession', 'end'],
            meta: { rule: ['SESSION-41', 'SESSION-42'] },
          },
        ],
        BAD_INPUT: {
          target: 'closing',
          actions: ['reportBadInput', 'end'],
          meta: { rule: ['WIRE-16', 'WIRE-40'] },
        },
        LATE: { target: 'closing', actions: ['reportLate', 'end'], meta: { rule: 'WIRE-19' } },
        END: { target: 'closing', actions: ['end'] },
        LOST: { target: 'closed' },
      },
    },
    // The session's transaction is on its way to the log; nothing is taken until it is applied.
    establishing: {
      on: {
        ESTABLISHED: { target: 'connected', actions: ['welcome'], meta: { rule: 'SESSION-17' } },
        BAD_INPUT: {
          target: 'closing',
          actions: ['reportBadInput', 'detach', 'end'],
          meta: { rule: ['WIRE-16', 'WIRE-40'] },
        },
        END: { target: 'closing', actions: ['detach', 'end'], meta: { rule: ['SESSION-34', 'SESSION-44'] } },
        LOST: { target: 'closed', actions: ['detach'], meta: { rule: ['SESSION-46', 'WATCHER-70'] } },
      },
    },
    // Nothing is taken until the leader has said whether the session is alive.
    revalidating: {
      on: {
        ALIVE: { target: 'connected', actions: ['renewSession', 'welcome'], meta: { rule: 'SESSION-43' } },
        NOT_ALIVE: {
          target: 'closing',
          actions: ['detach', 'refuseSession', 'end'],
          meta: { rule: 'SESSION-42' },
        },
        END: { target: 'closing', actions: ['detach', 'end'], meta: { rule: ['SESSION-44', 'SESSION-53'] } },
        LOST: { target: 'closed', actions: ['detach'], meta: { rule: ['SESSION-46', 'WATCHER-70'] } },
      },
    },
    connected: {
      on: {
        FINISH: [
          {
            guard: 'hasUnanswered',
            target: 'finishing',
            actions: ['detach'],
            meta: { rule: ['SERVICE-34', 'SERVICE-37'] },
          },
          { target: 'closing', actions: ['detach', 'end'], meta: { rule: ['SERVICE-34', 'SERVICE-37'] } },
        ],
        BAD_INPUT: [
          {
            guard: 'hasUnanswered',
            target: 'finishing',
            actions: ['reportBadInput', 'detach'],
            meta: { rule: ['WIRE-16', 'WIRE-40'] },
          },
          {
            target: 'closing',
            actions: ['reportBadInput', 'detach', 'end'],
            meta: { rule: ['WIRE-16', 'WIRE-40'] },
          },
        ],
        END: { target: 'closing', actions: ['detach', 'end'], meta: { rule: ['SESSION-34', 'SESSION-44'] } },
        LOST: { target: 'closed', actions: ['detach'], meta: { rule: ['SESSION-46', 'WATCHER-70'] } },
      },
    },
    // Nothing more is taken; what was taken before is still answered.
    finishing: {
      on: {
        ANSWERED: { target: 'closing', actions: ['end'], meta: { rule: 'SERVICE-12' } },
        END: { target: 'closing', actions: ['end'] },
        LOST: { target: 'closed' },
      },
    },
    // What was answered is still sent.
    closing: {
      on: {
        LOST: { target: 'closed' },
      },
    },
    closed: { type: 'final' },
  },
})

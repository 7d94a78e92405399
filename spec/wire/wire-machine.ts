/**
 * A client's connection as the server sees it: the handshake (or a four-letter word), then requests, then the end.
 * Events are what the bytes turned out to be; actions are what the server sends or does.
 */
import { assign, setup } from 'xstate'

/** What a connection has behind it; the invariants speak of it. */
export interface WireContext {
  /** Whether the handshake's answer has been sent. */
  readonly answered: boolean
  /** Requests taken that have no reply yet. */
  readonly outstanding: number
}

export type WireEvents =
  /** A length that is negative or too large. */
  | { readonly type: 'BAD_LENGTH' }
  /** The first four bytes are a four-letter word. */
  | { readonly type: 'WORD' }
  /** The first frame. `session` is what the session rules say of it. */
  | {
      readonly type: 'HANDSHAKE'
      readonly session:
        'unreadable' | 'not served' | 'client ahead' | 'new' | 'to be asked for' | 'renewed' | 'refused'
    }
  /** The new session's transaction has taken effect. */
  | { readonly type: 'ESTABLISHED' }
  /** The leader has said whether the session is alive. */
  | { readonly type: 'REVALIDATED'; readonly alive: boolean }
  /** A frame after the first. */
  | {
      readonly type: 'REQUEST'
      readonly frame:
        'no header' | 'unknown type' | 'unreadable auth' | 'failed auth' | 'auth' | 'close' | 'other'
    }
  /** A request's reply is ready. */
  | { readonly type: 'REPLY' }
  /** The reply to closeSession is ready. */
  | { readonly type: 'SESSION_CLOSED' }
  /** A watch fires. */
  | { readonly type: 'NOTIFY' }
  /** The session has expired, or is on another connection, or the server wants it so. */
  | { readonly type: 'END' }
  /** Too long without a handshake, or without any traffic. */
  | { readonly type: 'IDLE' }
  /** All that was to be sent has been. */
  | { readonly type: 'SENT' }
  /** The client has closed, or the network has. */
  | { readonly type: 'LOST' }

const frameOf = (event: WireEvents) => (event.type === 'REQUEST' ? event.frame : undefined)
const sessionOf = (event: WireEvents) => (event.type === 'HANDSHAKE' ? event.session : undefined)
const nothing = (): void => {}

export const wireMachine = setup({
  types: { context: {} as WireContext, events: {} as WireEvents },
  guards: {
    isUnreadable: ({ event }) => sessionOf(event) === 'unreadable',
    isNotServed: ({ event }) => sessionOf(event) === 'not served',
    isClientAhead: ({ event }) => sessionOf(event) === 'client ahead',
    isNewSession: ({ event }) => sessionOf(event) === 'new',
    isLeadersToSay: ({ event }) => sessionOf(event) === 'to be asked for',
    isAlive: ({ event }) => event.type === 'REVALIDATED' && event.alive,
    isRenewed: ({ event }) => sessionOf(event) === 'renewed',
    lacksHeader: ({ event }) => frameOf(event) === 'no header',
    isUnknownType: ({ event }) => frameOf(event) === 'unknown type',
    isUnreadableAuth: ({ event }) => frameOf(event) === 'unreadable auth',
    isFailedAuth: ({ event }) => frameOf(event) === 'failed auth',
    isAuth: ({ event }) => frameOf(event) === 'auth',
    isClose: ({ event }) => frameOf(event) === 'close',
    hasOutstanding: ({ context }) => context.outstanding > 0,
    hasEarlierOutstanding: ({ context }) => context.outstanding > 1,
    isLastOutstanding: ({ context }) => context.outstanding === 1,
  },
  actions: {
    answerWord: nothing,
    welcome: assign({ answered: true }),
    refuse: assign({ answered: true }),
    replyUnimplemented: nothing,
    replyAuthFailed: nothing,
    replyAuth: nothing,
    take: assign({ outstanding: ({ context }) => context.outstanding + 1 }),
    reply: assign({ outstanding: ({ context }) => context.outstanding - 1 }),
    notify: nothing,
    dropOutstanding: assign({ outstanding: 0 }),
    closeWithoutAWord: nothing,
  },
}).createMachine({
  id: 'wire',
  context: { answered: false, outstanding: 0 },
  initial: 'awaitingHandshake',
  states: {
    // The client speaks first (WIRE-20). What it gets: a welcome, a refusal and the end, or the end alone (WIRE-21).
    awaitingHandshake: {
      on: {
        BAD_LENGTH: { target: 'closed', actions: 'closeWithoutAWord', meta: { rule: 'WIRE-16' } },
        WORD: { target: 'closing', actions: 'answerWord', meta: { rule: 'WIRE-17' } },
        HANDSHAKE: [
          {
            guard: 'isUnreadable',
            target: 'closed',
            actions: 'closeWithoutAWord',
            meta: { rule: 'WIRE-23' },
          },
          {
            guard: 'isNotServed',
            target: 'closed',
            actions: 'closeWithoutAWord',
            meta: { rule: 'SESSION-48' },
          },
          {
            guard: 'isClientAhead',
            target: 'closed',
            actions: 'closeWithoutAWord',
            meta: { rule: 'SESSION-47' },
          },
          { guard: 'isNewSession', target: 'establishing', meta: { rule: 'SESSION-16' } },
          { guard: 'isLeadersToSay', target: 'revalidating', meta: { rule: 'SESSION-53' } },
          { guard: 'isRenewed', target: 'connected', actions: 'welcome', meta: { rule: 'SESSION-43' } },
          { target: 'closing', actions: 'refuse', meta: { rule: 'WIRE-25' } },
        ],
        IDLE: { target: 'closed', meta: { rule: 'WIRE-19' } },
        END: { target: 'closed', meta: { rule: 'WIRE-71' } },
        LOST: { target: 'closed', meta: { rule: 'WIRE-71' } },
      },
    },
    // The new session's transaction is on its way; what arrives meanwhile waits (WIRE-24).
    establishing: {
      on: {
        ESTABLISHED: { target: 'connected', actions: 'welcome', meta: { rule: 'SESSION-17' } },
        END: { target: 'closed', meta: { rule: 'WIRE-71' } },
        LOST: { target: 'closed', meta: { rule: 'WIRE-71' } },
      },
    },
    // The leader is asked whether the session is alive; what arrives meanwhile waits.
    revalidating: {
      on: {
        REVALIDATED: [
          { guard: 'isAlive', target: 'connected', actions: 'welcome', meta: { rule: 'SESSION-43' } },
          { target: 'closing', actions: 'refuse', meta: { rule: 'WIRE-25' } },
        ],
        END: { target: 'closed', meta: { rule: 'SESSION-53' } },
        LOST: { target: 'closed', meta: { rule: 'WIRE-71' } },
      },
    },
    connected: {
      on: {
        BAD_LENGTH: {
          target: 'closed',
          actions: ['dropOutstanding', 'closeWithoutAWord'],
          meta: { rule: 'WIRE-16' },
        },
        REQUEST: [
          {
            guard: 'lacksHeader',
            target: 'closed',
            actions: ['dropOutstanding', 'closeWithoutAWord'],
            meta: { rule: 'WIRE-40' },
          },
          {
            guard: 'isUnreadableAuth',
            target: 'closed',
            actions: ['dropOutstanding', 'closeWithoutAWord'],
            meta: { rule: 'WIRE-43' },
          },
          {
            guard: 'isUnknownType',
            target: 'closing',
            actions: ['replyUnimplemented', 'dropOutstanding'],
            meta: { rule: 'WIRE-41' },
          },
          {
            guard: 'isFailedAuth',
            target: 'closing',
            actions: ['replyAuthFailed', 'dropOutstanding'],
            meta: { rule: 'WIRE-57' },
          },
          { guard: 'isAuth', actions: 'replyAuth', meta: { rule: 'WIRE-31' } },
          { guard: 'isClose', target: 'finishing', actions: 'take', meta: { rule: 'WIRE-70' } },
          { actions: 'take', meta: { rule: 'WIRE-30' } },
        ],
        REPLY: { guard: 'hasOutstanding', actions: 'reply', meta: { rule: 'WIRE-31' } },
        NOTIFY: { actions: 'notify', meta: { rule: 'WIRE-35' } },
        IDLE: { target: 'closed', actions: 'dropOutstanding', meta: { rule: 'WIRE-19' } },
        END: { target: 'closed', actions: 'dropOutstanding', meta: { rule: 'WIRE-71' } },
        LOST: { target: 'closed', actions: 'dropOutstanding', meta: { rule: 'WIRE-71' } },
      },
    },
    // The client has asked to close its session: what it asked before is answered, nothing more is taken (SESSION-63).
    finishing: {
      on: {
        REPLY: { guard: 'hasEarlierOutstanding', actions: 'reply', meta: { rule: 'WIRE-31' } },
        NOTIFY: { actions: 'notify', meta: { rule: 'SESSION-62' } },
        SESSION_CLOSED: {
          guard: 'isLastOutstanding',
          target: 'closing',
          actions: 'reply',
          meta: { rule: 'SESSION-62' },
        },
        IDLE: { target: 'closed', actions: 'dropOutstanding', meta: { rule: 'WIRE-19' } },
        END: { target: 'closed', actions: 'dropOutstanding', meta: { rule: 'WIRE-71' } },
        LOST: { target: 'closed', actions: 'dropOutstanding', meta: { rule: 'WIRE-71' } },
      },
    },
    // What is due is still sent; nothing is taken.
    closing: {
      on: {
        SENT: { target: 'closed', meta: { rule: 'WIRE-71' } },
        LOST: { target: 'closed', meta: { rule: 'WIRE-71' } },
      },
    },
    closed: { type: 'final' },
  },
})

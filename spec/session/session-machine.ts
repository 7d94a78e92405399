/**
 * A session's life on its server, from the handshake that asks for it to the transaction that ends it.
 * States and order are those of the prose; what other folders do at its turns are the actions' names.
 */
import { assign, setup } from 'xstate'
import type { Bytes, SessionId } from '../vocabulary/index.js'
import { endOfTick, negotiate, type ConnectionId, type SessionSettings } from './session-model.js'
import { passwordOf } from './password.js'

/** What is known of one session. Times in milliseconds. */
export interface SessionContext {
  readonly id: SessionId
  readonly settings: SessionSettings
  readonly timeOut: number
  readonly expiresAt: number
  readonly connection: ConnectionId | null
}

/** A session is asked for by a handshake that names none. */
export interface SessionInput {
  readonly id: SessionId
  readonly settings: SessionSettings
  /** The timeout asked for. */
  readonly asked: number
  readonly connection: ConnectionId
  readonly now: number
}

export type SessionEvents =
  /** The createSession transaction has taken effect. */
  | { readonly type: 'CREATED' }
  /** A request of the session's client is taken. */
  | { readonly type: 'TOUCH'; readonly now: number }
  /** The session's connection is gone. */
  | { readonly type: 'DISCONNECT' }
  /** A handshake on another connection names the session. */
  | {
      readonly type: 'RENEW'
      readonly passwd: Bytes
      readonly asked: number
      readonly connection: ConnectionId
      readonly now: number
    }
  /** The server looks at the clock. */
  | { readonly type: 'CHECK_EXPIRY'; readonly now: number }
  /** The client asks to close the session. */
  | { readonly type: 'CLOSE' }
  /** The closeSession transaction has taken effect. */
  | { readonly type: 'ENDED' }

const nothing = (): void => {}

export const sessionMachine = setup({
  types: {
    context: {} as SessionContext,
    events: {} as SessionEvents,
    input: {} as SessionInput,
  },
  guards: {
    hasConnection: ({ context }) => context.connection !== null,
    passwordIsRight: ({ context, event }) => {
      if (event.type !== 'RENEW') return false
      const password = passwordOf(context.id)
      return (
        event.passwd.length === password.length && event.passwd.every((byte, at) => byte === password[at])
      )
    },
    isOverdue: ({ context, event }) => event.type === 'CHECK_EXPIRY' && event.now >= context.expiresAt,
  },
  actions: {
    touch: assign(({ context, event }) =>
      event.type === 'TOUCH'
        ? { expiresAt: endOfTick(event.now + context.timeOut, context.settings.tickTime) }
        : {},
    ),
    detach: assign({ connection: null }),
    takeOver: assign(({ context, event }) => {
      if (event.type !== 'RENEW') return {}
      const timeOut = negotiate(event.asked, context.settings)
      return {
        connection: event.connection,
        timeOut,
        expiresAt: endOfTick(event.now + timeOut, context.settings.tickTime),
      }
    }),
    welcome: nothing,
    refuse: nothing,
    closeEarlierConnection: nothing,
    orderCloseSession: nothing,
    deleteEphemerals: nothing,
    closeConnection: nothing,
  },
}).createMachine({
  id: 'session',
  context: ({ input }) => {
    const timeOut = negotiate(input.asked, input.settings)
    return {
      id: input.id,
      settings: input.settings,
      timeOut,
      expiresAt: endOfTick(input.now + timeOut, input.settings.tickTime),
      connection: input.connection,
    }
  },
  initial: 'opening',
  states: {
    // The createSession transaction is on its way.
    opening: {
      on: {
        CREATED: [
          { guard: 'hasConnection', target: 'attached', actions: 'welcome', meta: { rule: 'SESSION-17' } },
          { target: 'detached', meta: { rule: 'SESSION-46' } },
        ],
        DISCONNECT: { actions: 'detach', meta: { rule: 'SESSION-46' } },
      },
    },
    attached: {
      on: {
        TOUCH: { actions: 'touch', meta: { rule: 'SESSION-25' } },
        DISCONNECT: { target: 'detached', actions: 'detach', meta: { rule: 'SESSION-46' } },
        RENEW: [
          {
            guard: 'passwordIsRight',
            actions: ['closeEarlierConnection', 'takeOver', 'welcome'],
            meta: { rule: 'SESSION-44' },
          },
          {
            target: 'detached',
            actions: ['closeEarlierConnection', 'detach', 'refuse'],
            meta: { rule: 'SESSION-41' },
          },
        ],
        CHECK_EXPIRY: {
          guard: 'isOverdue',
          target: 'closing',
          actions: 'orderCloseSession',
          meta: { rule: 'SESSION-31' },
        },
        CLOSE: { target: 'closing', actions: 'orderCloseSession', meta: { rule: 'SESSION-60' } },
      },
    },
    detached: {
      on: {
        // A request that was taken before the connection went may be looked at after.
        TOUCH: { actions: 'touch', meta: { rule: 'SESSION-25' } },
        RENEW: [
          {
            guard: 'passwordIsRight',
            target: 'attached',
            actions: ['takeOver', 'welcome'],
            meta: { rule: 'SESSION-43' },
          },
          { actions: 'refuse', meta: { rule: 'SESSION-41' } },
        ],
        CHECK_EXPIRY: {
          guard: 'isOverdue',
          target: 'closing',
          actions: 'orderCloseSession',
          meta: { rule: 'SESSION-31' },
        },
        CLOSE: { target: 'closing', actions: 'orderCloseSession', meta: { rule: 'SESSION-64' } },
      },
    },
    // Its end is decided: nothing brings it back.
    closing: {
      on: {
        DISCONNECT: { actions: 'detach', meta: { rule: 'SESSION-46' } },
        RENEW: {
          actions: ['closeEarlierConnection', 'detach', 'refuse'],
          meta: { rule: 'SESSION-42' },
        },
        ENDED: {
          target: 'ended',
          actions: ['deleteEphemerals', 'closeConnection', 'detach'],
          meta: { rule: 'SESSION-33' },
        },
      },
    },
    ended: {
      on: {
        RENEW: { actions: 'refuse', meta: { rule: 'SESSION-42' } },
      },
    },
  },
})

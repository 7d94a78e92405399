/**
 * A learner's connection as its leader sees it, from the moment at which it is there to broadcast. Whether a turn may be
 * taken is the leader's to say, who knows all of them; this says which turn comes next, and what the learner is sent then.
 * Runs through `compile`; the context does what the actions name.
 */
import { setup } from 'xstate'

/** What is done at a connection's turns. */
export interface LearnerHandlerContext {
  /** LEADERINFO. */
  sendEpoch(): void
  /** DIFF or TRUNC with what follows it, or the snapshot is begun. */
  beginSynchronization(): void
  /** What was proposed and committed while a snapshot was under way. */
  sendQueue(): void
  sendNewLeader(): void
  sendUptodate(): void
}

export type LearnerHandlerEvent =
  /** It says who it is. */
  | { readonly type: 'INFO' }
  /** It is told the epoch. */
  | { readonly type: 'OFFER' }
  /** It has accepted the epoch, and a quorum has not. */
  | { readonly type: 'WAIT' }
  /** It is sent what it lacks. */
  | { readonly type: 'SYNCHRONIZE' }
  /** All that it lacks is on its way. */
  | { readonly type: 'SENT' }
  /** It has all up to NEWLEADER on disk. */
  | { readonly type: 'ACKED' }
  /** It is told that the leader is established. */
  | { readonly type: 'UPTODATE' }

export const learnerHandlerMachine = setup({
  types: { context: {} as LearnerHandlerContext, events: {} as LearnerHandlerEvent },
  actions: {
    sendEpoch: ({ context }) => context.sendEpoch(),
    beginSynchronization: ({ context }) => context.beginSynchronization(),
    sendQueue: ({ context }) => context.sendQueue(),
    sendNewLeader: ({ context }) => context.sendNewLeader(),
    sendUptodate: ({ context }) => context.sendUptodate(),
  },
}).createMachine({
  id: 'learnerHandler',
  initial: 'connected',
  context: {} as LearnerHandlerContext,
  states: {
    // Nothing is known of it yet.
    connected: { on: { INFO: { target: 'informed', meta: { rule: 'BROADCAST-20' } } } },
    informed: {
      on: { OFFER: { target: 'offered', actions: 'sendEpoch', meta: { rule: 'BROADCAST-23' } } },
    },
    offered: {
      on: {
        WAIT: { target: 'waiting', meta: { rule: 'BROADCAST-28' } },
        // Once discovery has ended nobody waits.
        SYNCHRONIZE: {
          target: 'synchronizing',
          actions: 'beginSynchronization',
          meta: { rule: 'BROADCAST-29' },
        },
      },
    },
    waiting: {
      on: {
        SYNCHRONIZE: {
          target: 'synchronizing',
          actions: 'beginSynchronization',
          meta: { rule: 'BROADCAST-31' },
        },
      },
    },
    // From here on it gets what is proposed and committed (BROADCAST-36).
    synchronizing: {
      on: {
        SENT: {
          target: 'newLeader',
          actions: ['sendQueue', 'sendNewLeader'],
          meta: { rule: 'BROADCAST-37' },
        },
      },
    },
    newLeader: { on: { ACKED: { target: 'acked', meta: { rule: 'BROADCAST-38' } } } },
    acked: {
      on: { UPTODATE: { target: 'uptodate', actions: 'sendUptodate', meta: { rule: 'BROADCAST-39' } } },
    },
    // It serves; its acknowledgements are those of proposals (BROADCAST-54).
    uptodate: {},
  },
})

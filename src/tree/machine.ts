/**
 * A znode's life: what its owner makes of it when it is created, and what has to be kept in order while it is there.
 * Each znode keeps the state's number; `kinds.ts` runs it through `compile` and does what the actions name.
 */
import { setup } from 'xstate'

/** What is done with, and known of, the znode at hand. */
export interface ZnodeContext {
  /** Whether a session's id, the container's mark or a time to live is its owner. */
  isSessions(): boolean
  isContainer(): boolean
  isTimed(): boolean
  /** Writes it down as its session's, and takes it out again. */
  own(): void
  disown(): void
  /** From now on, and no longer, it may come to be deleted by the server itself. */
  watchForEmptying(): void
  watchForTime(): void
  watchNoMore(): void
}

export type ZnodeEvent =
  /** A transaction creates it, or a snapshot has it. */
  | { type: 'CREATE' }
  /** A client, its session's end, or the server itself deletes it. */
  | { type: 'DELETE' }

export const znodeMachine = setup({
  types: { context: {} as ZnodeContext, events: {} as ZnodeEvent },
  guards: {
    isSessions: ({ context }) => context.isSessions(),
    isContainer: ({ context }) => context.isContainer(),
    isTimed: ({ context }) => context.isTimed(),
  },
  actions: {
    own: ({ context }) => context.own(),
    disown: ({ context }) => context.disown(),
    watchForEmptying: ({ context }) => context.watchForEmptying(),
    watchForTime: ({ context }) => context.watchForTime(),
    watchNoMore: ({ context }) => context.watchNoMore(),
  },
}).createMachine({
  id: 'znode',
  initial: 'absent',
  context: {} as ZnodeContext,
  states: {
    absent: {
      on: {
        CREATE: [
          { guard: 'isContainer', target: 'container', meta: { rule: ['TREE-41', 'TREE-43'] } },
          { guard: 'isTimed', target: 'timed', meta: { rule: ['TREE-41', 'TREE-43'] } },
          { guard: 'isSessions', target: 'ephemeral', meta: { rule: ['TREE-41', 'TREE-43'] } },
          { target: 'persistent', meta: { rule: ['TREE-41', 'TREE-43'] } },
        ],
      },
    },
    persistent: {
      on: {
        DELETE: { target: 'absent', meta: { rule: 'TREE-50' } },
      },
    },
    ephemeral: {
      entry: 'own',
      exit: 'disown',
      on: {
        DELETE: { target: 'absent', meta: { rule: ['TREE-50', 'TREE-85'] } },
      },
    },
    container: {
      entry: 'watchForEmptying',
      exit: 'watchNoMore',
      on: {
        DELETE: { target: 'absent', meta: { rule: ['TREE-50', 'TREE-86'] } },
      },
    },
    timed: {
      entry: 'watchForTime',
      exit: 'watchNoMore',
      on: {
        DELETE: { target: 'absent', meta: { rule: ['TREE-50', 'TREE-87'] } },
      },
    },
  },
})

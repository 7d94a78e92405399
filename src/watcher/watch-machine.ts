/**
 * One connection's watch on one path of a table: what leaves it, changes its mode, fires it and uses it up.
 * The table keeps the state's number for each watch that isn't `standard`, and runs it through `compile`.
 */
import { setup } from 'xstate'

/** What the table does with the watch at hand. */
export interface WatchContext {
  /** Writes the watch down, and takes it out again. */
  enter(): void
  leave(): void
  /** From now on, and no longer, paths below have to be looked up. */
  reachBelow(): void
  reachNoMore(): void
  /** Its connection is to hear of the change. */
  hit(): void
}

export type WatchEvent =
  | { type: 'SET_STANDARD' }
  | { type: 'SET_PERSISTENT' }
  | { type: 'SET_RECURSIVE' }
  /** The znode was created, deleted, or its data changed. */
  | { type: 'CHANGED' }
  /** Its set of children did. */
  | { type: 'CHILDREN_CHANGED' }
  /** A znode below was created, deleted, or its data changed. */
  | { type: 'CHANGED_BELOW' }
  /** The client takes it back, or the connection is gone. */
  | { type: 'REMOVE' }

export const watchMachine = setup({
  types: { context: {} as WatchContext, events: {} as WatchEvent },
  actions: {
    enter: ({ context }) => context.enter(),
    leave: ({ context }) => context.leave(),
    reachBelow: ({ context }) => context.reachBelow(),
    reachNoMore: ({ context }) => context.reachNoMore(),
    hit: ({ context }) => context.hit(),
  },
}).createMachine({
  id: 'watch',
  initial: 'absent',
  context: {} as WatchContext,
  states: {
    absent: {
      on: {
        SET_STANDARD: { target: 'standard', actions: 'enter', meta: { rule: 'WATCHER-20' } },
        SET_PERSISTENT: { target: 'persistent', actions: 'enter', meta: { rule: 'WATCHER-25' } },
        SET_RECURSIVE: { target: 'recursive', actions: 'enter', meta: { rule: 'WATCHER-25' } },
      },
    },
    standard: {
      on: {
        CHANGED: { target: 'absent', actions: ['hit', 'leave'], meta: { rule: 'WATCHER-36' } },
        CHILDREN_CHANGED: { target: 'absent', actions: ['hit', 'leave'], meta: { rule: 'WATCHER-36' } },
        SET_PERSISTENT: { target: 'persistent', meta: { rule: 'WATCHER-12' } },
        SET_RECURSIVE: { target: 'recursive', meta: { rule: 'WATCHER-12' } },
        REMOVE: { target: 'absent', actions: 'leave', meta: { rule: ['WATCHER-51', 'WATCHER-70'] } },
      },
    },
    persistent: {
      on: {
        CHANGED: { actions: 'hit', meta: { rule: 'WATCHER-34' } },
        CHILDREN_CHANGED: { actions: 'hit', meta: { rule: 'WATCHER-33' } },
        SET_STANDARD: { target: 'standard', meta: { rule: 'WATCHER-12' } },
        SET_RECURSIVE: { target: 'recursive', meta: { rule: 'WATCHER-12' } },
        REMOVE: { target: 'absent', actions: 'leave', meta: { rule: ['WATCHER-51', 'WATCHER-70'] } },
      },
    },
    // CHILDREN_CHANGED is not for it: its client hears of the child itself (WATCHER-34).
    recursive: {
      entry: 'reachBelow',
      exit: 'reachNoMore',
      on: {
        CHANGED: { actions: 'hit', meta: { rule: 'WATCHER-34' } },
        CHANGED_BELOW: { actions: 'hit', meta: { rule: 'WATCHER-34' } },
        SET_STANDARD: { target: 'standard', meta: { rule: 'WATCHER-12' } },
        SET_PERSISTENT: { target: 'persistent', meta: { rule: 'WATCHER-12' } },
        REMOVE: { target: 'absent', actions: 'leave', meta: { rule: ['WATCHER-51', 'WATCHER-70'] } },
      },
    },
  },
})

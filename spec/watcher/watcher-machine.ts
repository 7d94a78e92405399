/**
 * One connection's watches on one path: its place in the data table and in the child table, side by side (WATCHER-10).
 * What it is told are the actions of its transitions; the same event told by both tables is one notification (WATCHER-35).
 * The machine reads in the order of the prose: setting, firing, removing, reconnection, end.
 */
import { setup } from 'xstate'
import { AddWatchMode, ErrorCode, WatcherType, type Zxid } from '../vocabulary/index.js'

/** A read with its watch flag set has come to an outcome: an {@link ErrorCode}. */
interface Read {
  readonly type: 'EXISTS' | 'GET_DATA' | 'GET_CHILDREN'
  readonly err: number
}

/** Something has happened: at the path itself, or somewhere below it. */
interface Changed {
  readonly type: 'CREATED' | 'DATA_CHANGED' | 'DELETED' | 'CHILDREN_CHANGED'
  readonly at: 'here' | 'below'
}

/** An entry of `setWatches`, with the path's node as it is now. */
interface Set {
  readonly type: 'SET_DATA' | 'SET_EXIST' | 'SET_CHILD'
  readonly relativeZxid: Zxid
  readonly node: { readonly mzxid: Zxid; readonly pzxid: Zxid } | undefined
}

export type WatcherEvents =
  | Read
  | { readonly type: 'ADD_WATCH'; readonly mode: number }
  | Changed
  | { readonly type: 'REMOVE_WATCHES'; readonly kind: number }
  | Set
  | { readonly type: 'SET_PERSISTENT' | 'SET_RECURSIVE' }
  | { readonly type: 'CONNECTION_LOST' }

const isRead = (event: WatcherEvents): event is Read => 'err' in event
const isSet = (event: WatcherEvents): event is Set => 'relativeZxid' in event
const tell = (): void => {}

export const watcherMachine = setup({
  types: { events: {} as WatcherEvents },
  guards: {
    succeeds: ({ event }) => isRead(event) && event.err === ErrorCode.Ok,
    succeedsOrNoNode: ({ event }) =>
      isRead(event) && (event.err === ErrorCode.Ok || event.err === ErrorCode.NoNode),
    isPersistent: ({ event }) => event.type === 'ADD_WATCH' && event.mode === AddWatchMode.persistent,
    isRecursive: ({ event }) => event.type === 'ADD_WATCH' && event.mode === AddWatchMode.persistentRecursive,
    isHere: ({ event }) => 'at' in event && event.at === 'here',
    namesData: ({ event }) =>
      event.type === 'REMOVE_WATCHES' && (event.kind === WatcherType.data || event.kind === WatcherType.any),
    namesChild: ({ event }) =>
      event.type === 'REMOVE_WATCHES' &&
      (event.kind === WatcherType.children || event.kind === WatcherType.any),
    isGone: ({ event }) => isSet(event) && event.node === undefined,
    isThere: ({ event }) => isSet(event) && event.node !== undefined,
    dataChangedSince: ({ event }) =>
      isSet(event) && event.node !== undefined && event.node.mzxid > event.relativeZxid,
    childrenChangedSince: ({ event }) =>
      isSet(event) && event.node !== undefined && event.node.pzxid > event.relativeZxid,
  },
  actions: {
    tellCreated: tell,
    tellDataChanged: tell,
    tellDeleted: tell,
    tellChildrenChanged: tell,
  },
}).createMachine({
  id: 'watcher',
  initial: 'watching',
  states: {
    watching: {
      type: 'parallel',
      on: {
        CONNECTION_LOST: { target: 'ended', meta: { rule: 'WATCHER-70' } },
      },
      states: {
        data: {
          initial: 'none',
          on: {
            EXISTS: { guard: 'succeedsOrNoNode', target: '.standard', meta: { rule: 'WATCHER-21' } },
            GET_DATA: { guard: 'succeeds', target: '.standard', meta: { rule: 'WATCHER-22' } },
            ADD_WATCH: [
              { guard: 'isPersistent', target: '.persistent', meta: { rule: 'WATCHER-25' } },
              { guard: 'isRecursive', target: '.persistentRecursive', meta: { rule: 'WATCHER-25' } },
            ],
            REMOVE_WATCHES: { guard: 'namesData', target: '.none', meta: { rule: 'WATCHER-51' } },
            SET_DATA: [
              { guard: 'isGone', actions: 'tellDeleted', meta: { rule: 'WATCHER-61' } },
              { guard: 'dataChangedSince', actions: 'tellDataChanged', meta: { rule: 'WATCHER-61' } },
              { target: '.standard', meta: { rule: 'WATCHER-61' } },
            ],
            SET_EXIST: [
              { guard: 'isThere', actions: 'tellCreated', meta: { rule: 'WATCHER-62' } },
              { target: '.standard', meta: { rule: 'WATCHER-62' } },
            ],
            SET_PERSISTENT: { target: '.persistent', meta: { rule: 'WATCHER-64' } },
            SET_RECURSIVE: { target: '.persistentRecursive', meta: { rule: 'WATCHER-64' } },
          },
          states: {
            none: {},
            standard: {
              on: {
                CREATED: {
                  guard: 'isHere',
                  target: 'none',
                  actions: 'tellCreated',
                  meta: { rule: 'WATCHER-30' },
                },
                DATA_CHANGED: {
                  guard: 'isHere',
                  target: 'none',
                  actions: 'tellDataChanged',
                  meta: { rule: 'WATCHER-31' },
                },
                DELETED: {
                  guard: 'isHere',
                  target: 'none',
                  actions: 'tellDeleted',
                  meta: { rule: 'WATCHER-32' },
                },
              },
            },
            persistent: {
              on: {
                CREATED: { guard: 'isHere', actions: 'tellCreated', meta: { rule: 'WATCHER-30' } },
                DATA_CHANGED: { guard: 'isHere', actions: 'tellDataChanged', meta: { rule: 'WATCHER-31' } },
                DELETED: { guard: 'isHere', actions: 'tellDeleted', meta: { rule: 'WATCHER-32' } },
              },
            },
            // Hears of everything here and below.
            persistentRecursive: {
              on: {
                CREATED: { actions: 'tellCreated', meta: { rule: 'WATCHER-34' } },
                DATA_CHANGED: { actions: 'tellDataChanged', meta: { rule: 'WATCHER-34' } },
                DELETED: { actions: 'tellDeleted', meta: { rule: 'WATCHER-34' } },
              },
            },
          },
        },
        child: {
          initial: 'none',
          on: {
            GET_CHILDREN: { guard: 'succeeds', target: '.standard', meta: { rule: 'WATCHER-23' } },
            ADD_WATCH: [
              { guard: 'isPersistent', target: '.persistent', meta: { rule: 'WATCHER-25' } },
              { guard: 'isRecursive', target: '.persistentRecursive', meta: { rule: 'WATCHER-25' } },
            ],
            REMOVE_WATCHES: { guard: 'namesChild', target: '.none', meta: { rule: 'WATCHER-51' } },
            SET_CHILD: [
              { guard: 'isGone', actions: 'tellDeleted', meta: { rule: 'WATCHER-63' } },
              { guard: 'childrenChangedSince', actions: 'tellChildrenChanged', meta: { rule: 'WATCHER-63' } },
              { target: '.standard', meta: { rule: 'WATCHER-63' } },
            ],
            SET_PERSISTENT: { target: '.persistent', meta: { rule: 'WATCHER-64' } },
            SET_RECURSIVE: { target: '.persistentRecursive', meta: { rule: 'WATCHER-64' } },
          },
          states: {
            none: {},
            standard: {
              on: {
                DELETED: {
                  guard: 'isHere',
                  target: 'none',
                  actions: 'tellDeleted',
                  meta: { rule: 'WATCHER-32' },
                },
                CHILDREN_CHANGED: {
                  guard: 'isHere',
                  target: 'none',
                  actions: 'tellChildrenChanged',
                  meta: { rule: 'WATCHER-33' },
                },
              },
            },
            persistent: {
              on: {
                DELETED: { guard: 'isHere', actions: 'tellDeleted', meta: { rule: 'WATCHER-32' } },
                CHILDREN_CHANGED: {
                  guard: 'isHere',
                  actions: 'tellChildrenChanged',
                  meta: { rule: 'WATCHER-33' },
                },
              },
            },
            // Children that come and go are told by the data table: no CHILDREN_CHANGED here.
            persistentRecursive: {
              on: {
                DELETED: { actions: 'tellDeleted', meta: { rule: 'WATCHER-34' } },
              },
            },
          },
        },
      },
    },
    ended: { type: 'final' },
  },
})

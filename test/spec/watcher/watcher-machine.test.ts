/** The watcher machine and the watch model say the same, on every state it can reach and on random walks. */
import test from 'ava'
import fc from 'fast-check'
import { initialTransition, transition, type SnapshotFrom } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import { AddWatchMode, ErrorCode, EventType } from '../../../spec/vocabulary/index.js'
import { watcherMachine, type WatcherEvents } from '../../../spec/watcher/watcher-machine.js'
import { modeIn, noWatches } from '../../../spec/watcher/watcher-model.js'
import { connections, happen, happening, isBelow, paths, type Happening } from './walk.js'

type Snapshot = SnapshotFrom<typeof watcherMachine>

const eventTypes: Readonly<Record<string, number>> = {
  tellCreated: EventType.NodeCreated,
  tellDataChanged: EventType.NodeDataChanged,
  tellDeleted: EventType.NodeDeleted,
  tellChildrenChanged: EventType.NodeChildrenChanged,
}
const changed = {
  created: 'CREATED',
  deleted: 'DELETED',
  dataChanged: 'DATA_CHANGED',
  childrenChanged: 'CHILDREN_CHANGED',
} as const
const read = { exists: 'EXISTS', getData: 'GET_DATA', getChildren: 'GET_CHILDREN' } as const

/** What a thing that happens is for one connection's watches on one path. */
function eventFor(what: Happening, connection: number, path: string): WatcherEvents | undefined {
  if (what.kind === 'change') {
    const { type } = what.change
    if (what.change.path === path) return { type: changed[type], at: 'here' }
    return isBelow(what.change.path, path) ? { type: changed[type], at: 'below' } : undefined
  }
  if (what.connection !== connection) return undefined
  if (what.kind === 'lost') return { type: 'CONNECTION_LOST' }
  if (what.path !== path) return undefined
  switch (what.kind) {
    case 'read':
      return { type: read[what.op], err: what.err }
    case 'add':
      return { type: 'ADD_WATCH', mode: what.mode }
    case 'remove':
      return { type: 'REMOVE_WATCHES', kind: what.type }
    case 'set': {
      const { relativeZxid, node } = what
      if (what.list === 'persistent') return { type: 'SET_PERSISTENT' }
      if (what.list === 'recursive') return { type: 'SET_RECURSIVE' }
      const types = { data: 'SET_DATA', exist: 'SET_EXIST', child: 'SET_CHILD' } as const
      return { type: types[what.list], relativeZxid, node }
    }
  }
}

/** The modes that the machine's state stands for. */
function modesOf(snapshot: Snapshot): { data: string; child: string } {
  const { value } = snapshot
  return value === 'ended' ? { data: 'none', child: 'none' } : value.watching
}

test('WATCHER-12: model and machine agree on every walk: the same watches, the same notifications', (t) => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (walk) => {
      let watches = noWatches
      const machines = new Map<string, Snapshot>()
      const fresh = () => initialTransition(watcherMachine)[0]
      for (const connection of connections) {
        for (const path of paths) machines.set(`${connection} ${path}`, fresh())
      }
      for (const what of walk) {
        const after = happen(watches, what)
        watches = after.watches
        const told = new Set<string>()
        for (const connection of connections) {
          for (const path of paths) {
            const key = `${connection} ${path}`
            const event = eventFor(what, connection, path)
            if (event === undefined) continue
            const before = machines.get(key) ?? fresh()
            const [next, actions] = transition(watcherMachine, before, event)
            // A connection that is lost and one that comes after it are two; the walk gives them one number.
            machines.set(key, next.value === 'ended' ? fresh() : next)
            const at = what.kind === 'change' ? what.change.path : path
            // WATCHER-35: what both tables, or several paths, tell a connection is one notification.
            for (const { type } of actions) told.add(`${connection} ${eventTypes[type]} ${at}`)
          }
        }
        const said = after.notifications.map(
          ({ connection, event }) => `${connection} ${event.type} ${event.path}`,
        )
        if (JSON.stringify([...said].sort()) !== JSON.stringify([...told].sort())) {
          throw new Error(`model says ${said.join(', ')}; machines say ${[...told].join(', ')}`)
        }
        for (const [key, snapshot] of machines) {
          const [connection, path] = key.split(' ') as [string, string]
          const inModel = {
            data: modeIn(watches.data, path, Number(connection)) ?? 'none',
            child: modeIn(watches.child, path, Number(connection)) ?? 'none',
          }
          if (JSON.stringify(inModel) !== JSON.stringify(modesOf(snapshot))) {
            throw new Error(
              `${key}: model ${JSON.stringify(inModel)}, machine ${JSON.stringify(modesOf(snapshot))}`,
            )
          }
        }
      }
    }),
    { numRuns: 500 },
  )
  t.pass()
})

/** One of each kind of event: enough to reach whatever can be reached. */
const alphabet: WatcherEvents[] = [
  { type: 'EXISTS', err: ErrorCode.NoNode },
  { type: 'GET_DATA', err: ErrorCode.Ok },
  { type: 'GET_DATA', err: ErrorCode.NoNode },
  { type: 'GET_CHILDREN', err: ErrorCode.Ok },
  { type: 'ADD_WATCH', mode: AddWatchMode.persistent },
  { type: 'ADD_WATCH', mode: AddWatchMode.persistentRecursive },
  ...Object.values(changed).flatMap((type) => [
    { type, at: 'here' as const },
    { type, at: 'below' as const },
  ]),
  { type: 'REMOVE_WATCHES', kind: 1 },
  { type: 'REMOVE_WATCHES', kind: 2 },
  { type: 'REMOVE_WATCHES', kind: 3 },
  { type: 'CONNECTION_LOST' },
]

test('WATCHER-10: a connection can be in any mode in either table, and ends', (t) => {
  const found = getShortestPaths(watcherMachine, { events: alphabet })
  const states = new Set(found.map(({ state }) => JSON.stringify(state.value)))
  // None, standard, persistent, recursive in each table, but never persistent in one and recursive in the other; and the end.
  t.is(states.size, 4 * 4 - 2 + 1)
})

test('WATCHER-80: from every state, a standard watch gives one notification for a change that comes twice', (t) => {
  for (const { state } of getShortestPaths(watcherMachine, { events: alphabet })) {
    if (state.value === 'ended') continue
    for (const type of Object.values(changed)) {
      const [once] = transition(watcherMachine, state, { type, at: 'here' })
      const [, again] = transition(watcherMachine, once, { type, at: 'here' })
      const standing = Object.values(modesOf(state)).some((mode) => mode.startsWith('persistent'))
      if (!standing) t.deepEqual(again, [], `${JSON.stringify(state.value)} ${type}`)
    }
  }
})

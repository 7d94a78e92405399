/** The rules of watches, one by one, and the invariants: that they hold on every walk, and that each can fail. */
import test from 'ava'
import fc from 'fast-check'
import type { Change } from '../../../spec/tree/tree-types.js'
import { ErrorCode, EventType } from '../../../spec/vocabulary/index.js'
import { firingInvariants, watcherInvariants } from '../../../spec/watcher/watcher-invariants.js'
import {
  addWatch,
  checkWatches,
  countOf,
  fire,
  forget,
  modeIn,
  noWatches,
  register,
  removeWatches,
  setWatches,
  watch,
  type Watched,
  type Watches,
} from '../../../spec/watcher/watcher-model.js'
import { aliveAfter, connections, happen, happening, type Happening, type Model } from './walk.js'

const { Ok, NoNode, NoAuth, NoWatcher, MarshallingError } = ErrorCode
const look = (
  watches: Watches,
  op: 'exists' | 'getData' | 'getChildren',
  path: string,
  err: number = Ok,
): Watches => register(watches, 1, { op, path, watch: true }, err).watches
const told = ({ notifications }: Pick<Watched, 'notifications'>) =>
  notifications.map(({ connection, event }) => [connection, event.type, event.path])
const happens = (watches: Watches, type: Change['type'], path: string) => fire(watches, { type, path })

test('WATCHER-20: a read without the flag sets no watch', (t) => {
  t.is(register(noWatches, 1, { op: 'getData', path: '/a', watch: false }, Ok).watches, noWatches)
})

test('WATCHER-21: exists waits for a node that is not there, in the data table', (t) => {
  const watches = look(noWatches, 'exists', '/a', NoNode)
  t.deepEqual(told(happens(watches, 'created', '/a')), [[1, EventType.NodeCreated, '/a']])
  t.is(look(noWatches, 'exists', '/a', ErrorCode.BadArguments), noWatches)
})

test('WATCHER-22: getData that fails sets no watch', (t) => {
  t.is(look(noWatches, 'getData', '/a', NoNode), noWatches)
  t.is(look(noWatches, 'getData', '/a', NoAuth), noWatches)
  t.is(modeIn(look(noWatches, 'getData', '/a').data, '/a', 1), 'standard')
})

test('WATCHER-23: getChildren that fails sets no watch', (t) => {
  t.is(look(noWatches, 'getChildren', '/a', NoNode), noWatches)
  t.is(modeIn(look(noWatches, 'getChildren', '/a').child, '/a', 1), 'standard')
})

test('WATCHER-24: the watch flags of multiRead are ignored', (t) => {
  const after = watch(
    noWatches,
    1,
    { op: 'multiRead', ops: [{ op: 'getData', path: '/a', watch: true }] },
    Ok,
    () => undefined,
  )
  t.is(after.watches, noWatches)
})

test('WATCHER-12: a read turns a persistent watch into a standard one, in its table only', (t) => {
  const watches = look(addWatch(noWatches, 1, '/a', 0).watches, 'getData', '/a')
  t.is(modeIn(watches.data, '/a', 1), 'standard')
  t.is(modeIn(watches.child, '/a', 1), 'persistent')
})

test('WATCHER-26: addWatch in a mode that does not exist', (t) => {
  t.is(addWatch(noWatches, 1, '/a', 2).err, MarshallingError)
})

test('WATCHER-32: a deletion is told to the data table and to the child table', (t) => {
  t.deepEqual(told(happens(look(noWatches, 'getChildren', '/a'), 'deleted', '/a')), [
    [1, EventType.NodeDeleted, '/a'],
  ])
  t.deepEqual(told(happens(look(noWatches, 'getData', '/a'), 'deleted', '/a')), [
    [1, EventType.NodeDeleted, '/a'],
  ])
})

test('WATCHER-33: a change of data is nothing to the child table, and of children nothing to the data table', (t) => {
  t.deepEqual(told(happens(look(noWatches, 'getChildren', '/a'), 'dataChanged', '/a')), [])
  t.deepEqual(told(happens(look(noWatches, 'getData', '/a'), 'childrenChanged', '/a')), [])
})

test('WATCHER-34: a recursive watch hears of everything below, and not that children changed', (t) => {
  const { watches } = addWatch(noWatches, 1, '/a', 1)
  t.deepEqual(told(happens(watches, 'created', '/a/b/c')), [[1, EventType.NodeCreated, '/a/b/c']])
  t.deepEqual(told(happens(watches, 'childrenChanged', '/a')), [])
  t.deepEqual(told(happens(watches, 'created', '/ab')), [])
  t.deepEqual(told(happens(addWatch(noWatches, 1, '/', 1).watches, 'deleted', '/x/y')), [
    [1, EventType.NodeDeleted, '/x/y'],
  ])
})

test('WATCHER-35: one event is told to one connection once, and uses up both its watches', (t) => {
  const watches = look(look(noWatches, 'getData', '/a'), 'getChildren', '/a')
  const after = happens(watches, 'deleted', '/a')
  t.deepEqual(told(after), [[1, EventType.NodeDeleted, '/a']])
  t.is(countOf(after.watches, 1), 0)
})

test('WATCHER-36: a standard watch is used up though a recursive one above it told its connection too', (t) => {
  const watches = look(addWatch(noWatches, 1, '/a', 1).watches, 'getData', '/a/b')
  const after = happens(watches, 'dataChanged', '/a/b')
  t.is(told(after).length, 1)
  t.is(modeIn(after.watches.data, '/a/b', 1), undefined)
  t.is(told(happens(after.watches, 'dataChanged', '/a/b')).length, 1)
})

test('WATCHER-51: removing names tables; the other half of a persistent watch works on', (t) => {
  const { watches } = addWatch(noWatches, 1, '/a', 0)
  const half = removeWatches(watches, 1, '/a', 2)
  t.is(half.err, Ok)
  t.is(removeWatches(half.watches, 1, '/a', 2).err, NoWatcher)
  t.deepEqual(told(happens(half.watches, 'childrenChanged', '/a')), [
    [1, EventType.NodeChildrenChanged, '/a'],
  ])
  t.is(removeWatches(half.watches, 1, '/a', 3).err, Ok)
  t.is(removeWatches(watches, 2, '/a', 3).err, NoWatcher)
  t.is(removeWatches(watches, 1, '/a', 4).err, MarshallingError)
})

test('WATCHER-52: checking looks at the path in the tables named, whoever watches it', (t) => {
  const watches = look(noWatches, 'getData', '/a')
  t.is(checkWatches(watches, 1, '/a', 2).err, Ok)
  t.is(checkWatches(watches, 1, '/a', 1).err, NoWatcher)
  t.is(checkWatches(watches, 2, '/a', 3).err, Ok)
  t.is(checkWatches(addWatch(noWatches, 1, '/a', 1).watches, 1, '/a/b', 3).err, NoWatcher)
  t.is(checkWatches(watches, 1, '/a', 0).err, MarshallingError)
})

test('WATCHER-60, WATCHER-62, WATCHER-63: setWatches tells what was missed in the order of its lists, and sets the rest', (t) => {
  const nodes = new Map([
    ['/old', { mzxid: 3n, pzxid: 3n }],
    ['/new', { mzxid: 9n, pzxid: 9n }],
  ])
  const after = setWatches(
    noWatches,
    1,
    {
      relativeZxid: 5n,
      childWatches: ['/old', '/new', '/gone'],
      existWatches: ['/old', '/gone'],
      dataWatches: ['/new', '/gone', '/old'],
    },
    (path) => nodes.get(path),
  )
  t.deepEqual(told(after), [
    [1, EventType.NodeDataChanged, '/new'],
    [1, EventType.NodeDeleted, '/gone'],
    [1, EventType.NodeCreated, '/old'],
    [1, EventType.NodeChildrenChanged, '/new'],
    [1, EventType.NodeDeleted, '/gone'],
  ])
  t.deepEqual([...after.watches.data.keys()].sort(), ['/gone', '/old'])
  t.deepEqual([...after.watches.child.keys()], ['/old'])
})

test('WATCHER-61: a node as new as the client has seen is not news', (t) => {
  const at = (mzxid: bigint) =>
    setWatches(
      noWatches,
      1,
      { relativeZxid: 5n, dataWatches: ['/a'], existWatches: [], childWatches: [] },
      () => ({ mzxid, pzxid: 0n }),
    )
  t.deepEqual(told(at(5n)), [])
  t.deepEqual(told(at(6n)), [[1, EventType.NodeDataChanged, '/a']])
})

test('WATCHER-64: persistent watches come back, and what they missed is not told', (t) => {
  const after = setWatches(
    noWatches,
    1,
    {
      relativeZxid: 0n,
      dataWatches: [],
      existWatches: [],
      childWatches: [],
      persistentWatches: ['/p'],
      persistentRecursiveWatches: ['/r'],
    },
    () => ({ mzxid: 9n, pzxid: 9n }),
  )
  t.deepEqual(told(after), [])
  t.is(modeIn(after.watches.child, '/p', 1), 'persistent')
  t.is(modeIn(after.watches.data, '/r', 1), 'persistentRecursive')
})

/** Walks at random, and gives the rule of the first invariant that does not hold on the shortest walk found. */
function firstBroken(model: Model): string | undefined {
  let broken: string | undefined
  fc.check(
    fc.property(fc.array(happening, { maxLength: 30 }), (walk) => {
      const rule = brokenBy(model, walk)
      broken = rule ?? broken
      return rule === undefined
    }),
    { numRuns: 1000, seed: 1 },
  )
  return broken
}

function brokenBy(model: Model, walk: readonly Happening[]): string | undefined {
  let watches = noWatches
  let alive: ReadonlySet<number> = new Set(connections)
  for (const what of walk) {
    if (what.kind !== 'change' && what.kind !== 'lost' && !alive.has(what.connection)) continue
    const before = watches
    const { watches: after, notifications } = happen(before, what, model)
    alive = aliveAfter(alive, what)
    const state = watcherInvariants.find(({ broken }) => broken(after, alive) !== null)
    if (state !== undefined) return state.rule
    if (what.kind === 'change') {
      const step = firingInvariants.find(
        ({ broken }) => broken(before, what.change, after, notifications) !== null,
      )
      if (step !== undefined) return step.rule
    }
    watches = after
  }
  return undefined
}

test('WATCHER-82: the invariants hold on every walk', (t) => {
  t.is(firstBroken({ fire, forget }), undefined)
})

/** A model with one mistake, and the rule that it breaks. */
const mistakes: { name: string; rule: string; model: Model }[] = [
  {
    name: 'a connection that is lost keeps its watches',
    rule: 'WATCHER-81',
    model: { fire, forget: (watches) => watches },
  },
  {
    name: 'a path that no one watches stays in the table',
    rule: 'WATCHER-82',
    model: {
      forget,
      fire: (watches, change) => {
        const after = fire(watches, change)
        return {
          ...after,
          watches: { ...after.watches, data: new Map(after.watches.data).set('/left', new Map()) },
        }
      },
    },
  },
  {
    name: 'a standard watch stays after it fired',
    rule: 'WATCHER-80',
    model: { forget, fire: (watches, change) => ({ ...fire(watches, change), watches }) },
  },
  {
    name: 'a deletion is told by both tables',
    rule: 'WATCHER-35',
    model: {
      forget,
      fire: (watches, change) => {
        const after = fire(watches, change)
        return { ...after, notifications: [...after.notifications, ...after.notifications] }
      },
    },
  },
  {
    name: 'a persistent watch is used up',
    rule: 'WATCHER-11',
    model: {
      forget,
      fire: (watches, change) => {
        const after = fire(watches, change)
        return after.notifications.length > 0 ? { ...after, watches: noWatches } : after
      },
    },
  },
  {
    name: 'a recursive watch hears that children changed',
    rule: 'WATCHER-34',
    model: {
      forget,
      fire: (watches, change) => {
        const after = fire(watches, change)
        if (change.type !== 'childrenChanged') return after
        const event = { type: EventType.NodeChildrenChanged, state: 3, path: change.path }
        const extra = [...(watches.child.get(change.path) ?? [])]
          .filter(([, mode]) => mode === 'persistentRecursive')
          .map(([connection]) => ({ connection, event }))
        return { ...after, notifications: [...after.notifications, ...extra] }
      },
    },
  },
]

for (const { name, rule, model } of mistakes) {
  test(`${rule}: its invariant fails when ${name}`, (t) => {
    t.is(firstBroken(model), rule)
  })
}

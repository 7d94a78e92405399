/** The table of watches, against a list of watches that is looked through from end to end. */
import test from 'ava'
import fc from 'fast-check'
import { EventType } from '../../spec/vocabulary/index.js'
import { Mode, WatchTable, type Table } from '../../src/watcher/watch-table.js'

interface Watch {
  readonly table: Table
  readonly path: string
  readonly watcher: number
  readonly mode: Mode
}

/** The same in the plainest way. */
class PlainWatches {
  watches: Watch[] = []

  add(table: Table, path: string, watcher: number, mode: Mode): void {
    this.remove(table, path, watcher)
    this.watches.push({ table, path, watcher, mode })
  }

  remove(table: Table, path: string, watcher: number): boolean {
    const before = this.watches.length
    this.watches = this.watches.filter(
      (each) => each.table !== table || each.path !== path || each.watcher !== watcher,
    )
    return this.watches.length < before
  }

  fire(type: EventType, path: string): Set<number> {
    const tables: Table[] =
      type === EventType.NodeDeleted
        ? ['data', 'child']
        : [type === EventType.NodeChildrenChanged ? 'child' : 'data']
    const told = new Set<number>()
    this.watches = this.watches.filter(({ table, path: at, watcher, mode }) => {
      if (!tables.includes(table)) return true
      const isAbove = at === '/' ? path !== '/' : path.startsWith(`${at}/`)
      if (mode === Mode.recursive) {
        if (type !== EventType.NodeChildrenChanged && (at === path || isAbove)) told.add(watcher)
        return true
      }
      if (at !== path) return true
      told.add(watcher)
      return mode === Mode.persistent
    })
    return told
  }
}

const table = fc.constantFrom<Table>('data', 'child')
const path = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/ab', '/d')
const watcher = fc.integer({ min: 1, max: 4 })
const mode = fc.constantFrom(Mode.standard, Mode.standard, Mode.persistent, Mode.recursive)
const type = fc.constantFrom(
  EventType.NodeCreated,
  EventType.NodeDeleted,
  EventType.NodeDataChanged,
  EventType.NodeChildrenChanged,
)
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), table, path, watcher, mode }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), table, path, watcher }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), watcher }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fire' as const), type, path }) },
)

test('WATCHER-12, WATCHER-34, WATCHER-35, WATCHER-36: the table tells whom a plain list tells, each once', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const watches = new WatchTable()
      const plain = new PlainWatches()
      for (const each of commands) {
        if (each.do === 'add') {
          watches.add(each.table, each.path, each.watcher, each.mode)
          plain.add(each.table, each.path, each.watcher, each.mode)
        } else if (each.do === 'remove') {
          const removed = watches.remove(each.table, each.path, each.watcher)
          if (removed !== plain.remove(each.table, each.path, each.watcher)) return false
        } else if (each.do === 'forget') {
          watches.forget(each.watcher)
          plain.watches = plain.watches.filter((watch) => watch.watcher !== each.watcher)
        } else {
          const told: number[] = []
          watches.fire(each.type, each.path, (who) => told.push(who))
          const expected = plain.fire(each.type, each.path)
          if (told.length !== expected.size || told.some((who) => !expected.has(who))) return false
        }
        if (watches.total !== plain.watches.length) return false
      }
      return plain.watches.every((watch) => watches.isWatched(watch.table, watch.path))
    }),
    { numRuns: 500 },
  )
  t.pass()
})

test('WATCHER-81, WATCHER-82: when every connection is gone, nothing is left', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const watches = new WatchTable()
      for (const each of commands)
        if (each.do === 'add') watches.add(each.table, each.path, each.watcher, each.mode)
      for (const gone of [1, 2, 3, 4]) watches.forget(gone)
      const { connections, paths, total } = watches.summary()
      const tables: Table[] = ['data', 'child']
      const isWatched = tables.some((each) => ['/', '/a', '/a/b'].some((at) => watches.isWatched(each, at)))
      return connections === 0 && paths === 0 && total === 0 && watches.total === 0 && !isWatched
    }),
  )
  t.pass()
})

test('WATCHER-34: a recursive watch hears of what is below until its connection takes it back', (t) => {
  const watches = new WatchTable()
  const told: string[] = []
  const tell = (who: number, what: EventType, at: string) => told.push(`${who} ${what} ${at}`)
  watches.add('data', '/', 1, Mode.recursive)
  watches.fire(EventType.NodeCreated, '/a/b', tell)
  watches.fire(EventType.NodeChildrenChanged, '/a', tell)
  t.deepEqual(told, ['1 1 /a/b'])
  watches.remove('data', '/', 1)
  watches.fire(EventType.NodeDeleted, '/a/b', tell)
  t.is(told.length, 1)
})

/** Random walks over watches: what can happen to them, on a small tree of paths and a few connections. */
import fc from 'fast-check'
import type { Change } from '../../../spec/tree/tree-types.js'
import {
  addWatch,
  fire,
  forget,
  register,
  removeWatches,
  setWatches,
  type ConnectionId,
  type Fired,
  type Watches,
} from '../../../spec/watcher/watcher-model.js'
import { ErrorCode } from '../../../spec/vocabulary/index.js'
import { withAncestors } from '../../../spec/watcher/watch-tables.js'

export const paths = ['/', '/a', '/a/b', '/a/b/c', '/ab'] as const
export const connections = [1, 2] as const

const path = fc.constantFrom(...paths)
const connection = fc.constantFrom(...connections)
const zxid = fc.bigInt({ min: 0n, max: 4n })
const node = fc.option(fc.record({ mzxid: zxid, pzxid: zxid }), { nil: undefined })

/** One thing that happens. */
export type Happening =
  | { kind: 'read'; op: 'exists' | 'getData' | 'getChildren'; connection: number; path: string; err: number }
  | { kind: 'add'; connection: number; path: string; mode: number }
  | { kind: 'change'; change: Change }
  | { kind: 'remove'; connection: number; path: string; type: number }
  | {
      kind: 'set'
      list: 'data' | 'exist' | 'child' | 'persistent' | 'recursive'
      connection: number
      path: string
      relativeZxid: bigint
      node: { mzxid: bigint; pzxid: bigint } | undefined
    }
  | { kind: 'lost'; connection: number }

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('read' as const),
    op: fc.constantFrom('exists' as const, 'getData' as const, 'getChildren' as const),
    connection,
    path,
    err: fc.constantFrom(ErrorCode.Ok, ErrorCode.Ok, ErrorCode.NoNode, ErrorCode.NoAuth),
  }),
  fc.record({
    kind: fc.constant('add' as const),
    connection,
    path,
    mode: fc.constantFrom(0, 1, 1, 2),
  }),
  fc.record({
    kind: fc.constant('change' as const),
    change: fc.record({
      type: fc.constantFrom(
        'created' as const,
        'deleted' as const,
        'dataChanged' as const,
        'childrenChanged' as const,
      ),
      path,
    }),
  }),
  fc.record({ kind: fc.constant('remove' as const), connection, path, type: fc.integer({ min: 0, max: 4 }) }),
  fc.record({
    kind: fc.constant('set' as const),
    list: fc.constantFrom(
      'data' as const,
      'exist' as const,
      'child' as const,
      'persistent' as const,
      'recursive' as const,
    ),
    connection,
    path,
    relativeZxid: zxid,
    node,
  }),
  fc.record({ kind: fc.constant('lost' as const), connection }),
)

/** The functions of the model that a walk takes; a test of an invariant puts a wrong one among them. */
export interface Model {
  fire: typeof fire
  forget: typeof forget
}

/** What the model says of one thing that happens. */
export function happen(
  watches: Watches,
  what: Happening,
  model: Model = { fire, forget },
): { watches: Watches; notifications: readonly Fired[] } {
  switch (what.kind) {
    case 'read':
      return register(watches, what.connection, { op: what.op, path: what.path, watch: true }, what.err)
    case 'add':
      return addWatch(watches, what.connection, what.path, what.mode)
    case 'change':
      return model.fire(watches, what.change)
    case 'remove':
      return removeWatches(watches, what.connection, what.path, what.type)
    case 'set':
      return setWatches(
        watches,
        what.connection,
        {
          relativeZxid: what.relativeZxid,
          dataWatches: what.list === 'data' ? [what.path] : [],
          existWatches: what.list === 'exist' ? [what.path] : [],
          childWatches: what.list === 'child' ? [what.path] : [],
          persistentWatches: what.list === 'persistent' ? [what.path] : [],
          persistentRecursiveWatches: what.list === 'recursive' ? [what.path] : [],
        },
        () => what.node,
      )
    case 'lost':
      return { watches: model.forget(watches, what.connection), notifications: [] }
  }
}

/** Whether a path lies below another. */
export const isBelow = (inner: string, outer: string): boolean =>
  inner !== outer && withAncestors(inner).includes(outer)

/** Connections that a walk has not lost yet. */
export function aliveAfter(alive: ReadonlySet<ConnectionId>, what: Happening): ReadonlySet<ConnectionId> {
  if (what.kind !== 'lost') return alive
  return new Set([...alive].filter((id) => id !== what.connection))
}

/** What can happen to watches in their model for the checker: as the machine's event, as the model's step, and in words. */
import type { Change } from '../../../../spec/tree/tree-types.js'
import { AddWatchMode, ErrorCode, EventType, WatcherType } from '../../../../spec/vocabulary/index.js'
import type { WatcherEvents } from '../../../../spec/watcher/watcher-machine.js'
import * as model from '../../../../spec/watcher/watcher-model.js'
import type { Watches } from '../../../../spec/watcher/watcher-model.js'
import { withAncestors } from '../../../../spec/watcher/watch-tables.js'

interface Node {
  readonly mzxid: number
  readonly pzxid: number
}
/** What a connection does on a path. */
export type Deed =
  | { readonly kind: 'read'; readonly op: 'exists' | 'getData' | 'getChildren'; readonly err: number }
  | { readonly kind: 'add'; readonly mode: number }
  | { readonly kind: 'remove'; readonly type: number }
  | {
      readonly kind: 'set'
      readonly list: 'data' | 'exist' | 'child' | 'persistent' | 'recursive'
      /** The node as it is now; null: it is gone. The client has last seen zxid 1. */
      readonly node: Node | null
    }
export type WatcherAction =
  | { readonly kind: 'deed'; readonly connection: number; readonly path: number; readonly deed: Deed }
  | { readonly kind: 'change'; readonly type: Change['type']; readonly path: number }
  | { readonly kind: 'lost'; readonly connection: number }

export const paths = ['/', '/a', '/a/b', '/a/b/c'] as const
const seen = 1n
const nodes: readonly (Node | null)[] = [
  null,
  { mzxid: 1, pzxid: 1 },
  { mzxid: 2, pzxid: 1 },
  { mzxid: 1, pzxid: 2 },
]
export const deeds: readonly Deed[] = [
  ...(['exists', 'getData', 'getChildren'] as const).flatMap((op) =>
    [ErrorCode.Ok, ErrorCode.NoNode, ErrorCode.NoAuth].map((err) => ({ kind: 'read' as const, op, err })),
  ),
  ...[AddWatchMode.persistent, AddWatchMode.persistentRecursive].map((mode) => ({
    kind: 'add' as const,
    mode,
  })),
  ...[WatcherType.data, WatcherType.children, WatcherType.any].map((type) => ({
    kind: 'remove' as const,
    type,
  })),
  ...(['data', 'exist', 'child'] as const).flatMap((list) =>
    nodes.map((node) => ({ kind: 'set' as const, list, node })),
  ),
  ...(['persistent', 'recursive'] as const).map((list) => ({ kind: 'set' as const, list, node: null })),
]
export const changes = ['created', 'deleted', 'dataChanged', 'childrenChanged'] as const

const eventNames = {
  created: 'CREATED',
  deleted: 'DELETED',
  dataChanged: 'DATA_CHANGED',
  childrenChanged: 'CHILDREN_CHANGED',
} as const
const readNames = { exists: 'EXISTS', getData: 'GET_DATA', getChildren: 'GET_CHILDREN' } as const
const setNames = { data: 'SET_DATA', exist: 'SET_EXIST', child: 'SET_CHILD' } as const
/** What the model makes of an action. */
export function byModel(
  watches: Watches,
  action: WatcherAction,
): Pick<model.Watched, 'watches' | 'notifications'> {
  if (action.kind === 'lost') return { watches: model.forget(watches, action.connection), notifications: [] }
  const path = paths[action.path]!
  if (action.kind === 'change') return model.fire(watches, { type: action.type, path })
  const { connection, deed } = action
  switch (deed.kind) {
    case 'read':
      return model.register(watches, connection, { op: deed.op, path, watch: true }, deed.err)
    case 'add':
      return model.addWatch(watches, connection, path, deed.mode)
    case 'remove':
      return model.removeWatches(watches, connection, path, deed.type)
    case 'set': {
      const list = (name: typeof deed.list) => (deed.list === name ? [path] : [])
      const asked = {
        relativeZxid: seen,
        dataWatches: list('data'),
        existWatches: list('exist'),
        childWatches: list('child'),
        persistentWatches: list('persistent'),
        persistentRecursiveWatches: list('recursive'),
      }
      return model.setWatches(watches, connection, asked, () => nodeOf(deed.node))
    }
  }
}

/** What an action is to one connection's watches on one path; null: nothing. */
export function eventFor(action: WatcherAction, connection: number, path: number): WatcherEvents | null {
  if (action.kind === 'change') {
    const type = eventNames[action.type]
    if (action.path === path) return { type, at: 'here' }
    return withAncestors(paths[action.path]!).includes(paths[path]!) ? { type, at: 'below' } : null
  }
  if (action.connection !== connection) return null
  if (action.kind === 'lost') return { type: 'CONNECTION_LOST' }
  if (action.path !== path) return null
  const { deed } = action
  switch (deed.kind) {
    case 'read':
      return { type: readNames[deed.op], err: deed.err }
    case 'add':
      return { type: 'ADD_WATCH', mode: deed.mode }
    case 'remove':
      return { type: 'REMOVE_WATCHES', kind: deed.type }
    case 'set':
      if (deed.list === 'persistent') return { type: 'SET_PERSISTENT' }
      if (deed.list === 'recursive') return { type: 'SET_RECURSIVE' }
      return { type: setNames[deed.list], relativeZxid: seen, node: nodeOf(deed.node) }
  }
}

function nodeOf(node: Node | null): { readonly mzxid: bigint; readonly pzxid: bigint } | undefined {
  return node === null ? undefined : { mzxid: BigInt(node.mzxid), pzxid: BigInt(node.pzxid) }
}

/** What tells an event from others. */
export function eventKey(event: WatcherEvents): string {
  const { type } = event
  if ('relativeZxid' in event) return `${type} ${event.node?.mzxid} ${event.node?.pzxid}`
  if ('at' in event) return `${type} ${event.at}`
  if ('err' in event) return `${type} ${event.err}`
  if ('mode' in event) return `${type} ${event.mode}`
  return 'kind' in event ? `${type} ${event.kind}` : type
}

export function nameOf(type: number): string {
  return Object.entries(EventType).find(([, code]) => code === type)?.[0] ?? String(type)
}

export function formatAction(action: WatcherAction): string {
  if (action.kind === 'lost') return `connection ${action.connection + 1} is lost`
  const path = paths[action.path]!
  if (action.kind === 'change') return `${path}: ${action.type}`
  const { deed } = action
  const who = `connection ${action.connection + 1}`
  switch (deed.kind) {
    case 'read':
      return `${who}: ${deed.op} ${path} with a watch comes to ${deed.err}`
    case 'add':
      return `${who}: addWatch ${path} mode ${deed.mode}`
    case 'remove':
      return `${who}: removeWatches ${path} type ${deed.type}`
    case 'set': {
      const { node } = deed
      const was = node === null ? 'not there' : `of mzxid ${node.mzxid}, pzxid ${node.pzxid}`
      return `${who}: setWatches from zxid ${seen}, ${deed.list} ${path}, which is ${was}`
    }
  }
}

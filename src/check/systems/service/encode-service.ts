/** The plain state of the spec's. */
import type { Service, Waiting } from '../../../../spec/service/service-state.js'
import { containerOwner } from '../../../../spec/tree/owners.js'
import type { Tree } from '../../../../spec/tree/tree-types.js'
import type { SessionId } from '../../../../spec/vocabulary/index.js'
import type { Watches, WatchTable } from '../../../../spec/watcher/watcher-model.js'
import { clientRequests, setWatches, watchable } from './client-requests.js'
import { bare, read, sessionOf, type PlainClient, type PlainNode, type ServiceState } from './plain-state.js'
import type { ClientWatch } from './client-watches.js'

/** What a client knows besides what the service knows of it. */
export interface Known {
  readonly started: boolean
  /** The xid of the last request that was served. */
  readonly served: number
  readonly watches: readonly ClientWatch[]
}

/** The plain state of the spec's. `from` and `before`: the state before, plain and the spec's. */
export function encode(
  after: Service<Watches>,
  known: readonly Known[],
  left: number,
  from: ServiceState,
  before: Service<Watches>,
): Omit<ServiceState, 'broken'> {
  const awaited = new Set(known.flatMap(({ watches }) => watches.map(({ path }) => path)))
  const order = orderOf([
    after.zxid,
    ...[...after.tree].filter(([path]) => awaited.has(path)).map(([, { mzxid }]) => mzxid),
    ...known.flatMap(({ watches }, at) =>
      watches.length === 0 ? [] : [after.sessions.get(sessionOf(at))?.seen ?? 0n],
    ),
  ])
  const clients = known.map((each, at) => {
    const text = from.clients[at]!
    const isWatching = each.watches.length > 0 || read<PlainClient>(text).watches.length > 0
    if (!isWatching && isUntouched(before, after, sessionOf(at))) return text
    return JSON.stringify(encodeClient(after, each, at, order))
  })
  const nodes = encodeNodes(after.tree, awaited, order)
  return { nodes, zxid: order.get(after.zxid)!, clients, left }
}

/** Whether a session and its connections are the very same as before. */
function isUntouched(before: Service, after: Service, id: SessionId): boolean {
  if (before.sessions.get(id) !== after.sessions.get(id)) return false
  for (const [number, connection] of after.connections)
    if (connection.session === id && before.connections.get(number) !== connection) return false
  return true
}

function encodeNodes(tree: Tree, awaited: ReadonlySet<string>, order: ReadonlyMap<bigint, number>): string {
  const nodes: PlainNode[] = []
  for (const [path, { ephemeralOwner, version, cversion, mzxid }] of tree) {
    if (bare.has(path)) continue
    const owner = ephemeralOwner === containerOwner ? ('container' as const) : Number(ephemeralOwner)
    nodes.push({ path, owner, version, cversion, mzxid: awaited.has(path) ? order.get(mzxid)! : 0 })
  }
  nodes.sort((a, b) => (a.path < b.path ? -1 : 1))
  return JSON.stringify(nodes)
}

function encodeClient(
  after: Service<Watches>,
  { started, served, watches }: Known,
  at: number,
  order: ReadonlyMap<bigint, number>,
): PlainClient {
  const session = after.sessions.get(sessionOf(at))
  const own = [...after.connections.values()].filter((each) => each.session === sessionOf(at))
  // On a connection that is gone, setWatches comes to nothing: it might as well not wait.
  const heldOn = own
    .map((each) => (each.life === 'open' ? each : { ...each, waiting: each.waiting.filter(hasEffect) }))
    .filter(({ life, waiting }) => life === 'open' || waiting.length > 0)
  const xids = heldOn.flatMap(({ waiting }) => waiting.filter(hasEffect).map(({ xid }) => xid))
  const sooner = [...new Set(xids)].filter((xid) => xid < served).length
  const places = new Map([...new Set([...xids, served])].sort((a, b) => a - b).map((xid, n) => [xid, n]))
  const connections = heldOn.map(({ id, life, waiting }) => ({
    isOpen: life === 'open',
    waiting: waiting.map(({ xid, request, isLate }) => {
      const letter =
        request.op === 'setWatches'
          ? setWatches
          : clientRequests.findIndex((each) => each.request === request)
      return { xid: letter === setWatches ? 0 : places.get(xid)! - sooner, letter, isLate }
    }),
    watched: watchedBy(after.watches.data, id),
  }))
  if (session === undefined) return { session: started ? 'over' : 'none', seen: 0, connections, watches: [] }
  return {
    session: session.givenUp ? 'given up' : 'living',
    seen: watches.length === 0 ? 0 : order.get(session.seen)!,
    connections,
    watches,
  }
}

const hasEffect = ({ request }: Waiting): boolean => request.op !== 'setWatches'

/** The paths that a connection watches. */
export function watchedBy(table: WatchTable, connection: number): readonly string[] {
  return watchable.filter((path) => table.get(path)?.has(connection) === true)
}

/** Zxids by their order, from 0, which is always one of them. */
function orderOf(zxids: readonly bigint[]): ReadonlyMap<bigint, number> {
  const sorted = [...new Set([0n, ...zxids])].sort((a, b) => (a < b ? -1 : 1))
  return new Map(sorted.map((zxid, at) => [zxid, at]))
}

/** The plain state of the spec's. */
import type { Service, Waiting } from '../../../../spec/service/state.js'
import { containerOwner } from '../../../../spec/tree/owners.js'
import type { Tree } from '../../../../spec/tree/types.js'
import type { Watches, WatchTable } from '../../../../spec/watcher/model.js'
import { letters, setWatches, watchable } from './alphabet.js'
import { bare, read, sessionOf, type PlainClient, type PlainNode, type ServiceState } from './state.js'
import type { Wait } from './waits.js'

/** What a client knows besides what the service knows of it. */
export interface Known {
  readonly started: boolean
  /** The xid of the last request that was served. */
  readonly served: number
  readonly waits: readonly Wait[]
}

/**
 * The plain state of the spec's. `from`: the one before; `isOther`: whether the step was none of a client's, of which then
 * no more can have changed than what it waits for.
 */
export function encode(
  after: Service<Watches>,
  known: readonly Known[],
  left: number,
  from: ServiceState,
  isOther: (client: number) => boolean,
): Omit<ServiceState, 'broken'> {
  const awaited = new Set(known.flatMap(({ waits }) => waits.map(({ path }) => path)))
  const order = orderOf([
    after.zxid,
    ...[...after.tree].filter(([path]) => awaited.has(path)).map(([, { mzxid }]) => mzxid),
    ...known.flatMap(({ waits }, at) =>
      waits.length === 0 ? [] : [after.sessions.get(sessionOf(at))?.seen ?? 0n],
    ),
  ])
  const clients = known.map((each, at) => {
    const before = from.clients[at]!
    if (isOther(at) && each.waits.length === 0 && read<PlainClient>(before).waits.length === 0) return before
    return JSON.stringify(encodeClient(after, each, at, order))
  })
  const nodes = encodeNodes(after.tree, awaited, order)
  return { nodes, zxid: order.get(after.zxid)!, clients, left }
}

const texts = new WeakMap<Tree, string>()
function encodeNodes(tree: Tree, awaited: ReadonlySet<string>, order: ReadonlyMap<bigint, number>): string {
  const known = awaited.size === 0 ? texts.get(tree) : undefined
  if (known !== undefined) return known
  const nodes: PlainNode[] = []
  for (const [path, { ephemeralOwner, version, cversion, mzxid }] of tree) {
    if (bare.has(path)) continue
    const owner = ephemeralOwner === containerOwner ? ('container' as const) : Number(ephemeralOwner)
    nodes.push({ path, owner, version, cversion, mzxid: awaited.has(path) ? order.get(mzxid)! : 0 })
  }
  nodes.sort((a, b) => (a.path < b.path ? -1 : 1))
  const text = JSON.stringify(nodes)
  if (awaited.size === 0) texts.set(tree, text)
  return text
}

function encodeClient(
  after: Service<Watches>,
  { started, served, waits }: Known,
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
        request.op === 'setWatches' ? setWatches : letters.findIndex((each) => each.request === request)
      return { xid: letter === setWatches ? 0 : places.get(xid)! - sooner, letter, isLate }
    }),
    watched: watchedBy(after.watches.data, id),
  }))
  if (session === undefined) return { session: started ? 'over' : 'none', seen: 0, connections, waits: [] }
  return {
    session: session.givenUp ? 'given up' : 'living',
    seen: waits.length === 0 ? 0 : order.get(session.seen)!,
    connections,
    waits,
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

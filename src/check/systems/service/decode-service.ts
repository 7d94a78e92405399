/** The spec's state of a plain one. */
import type { Asked } from '../../../../spec/service/service-events.js'
import { service } from '../../../../spec/service/standard-service.js'
import type { Connection, Service, Session } from '../../../../spec/service/service-state.js'
import { containerOwner } from '../../../../spec/tree/owners.js'
import { childrenOf } from '../../../../spec/tree/stat.js'
import type { Tree, Znode } from '../../../../spec/tree/tree-types.js'
import { Xid, type SessionId } from '../../../../spec/vocabulary/index.js'
import type { Watches } from '../../../../spec/watcher/watcher-model.js'
import { clientRequests, setWatches } from './client-requests.js'
import {
  address,
  bare,
  connectionOf,
  later,
  now,
  passwdOf,
  sessionOf,
  settings,
  timeOut,
} from './plain-state.js'
import type { PlainClient, PlainNode, ServiceView } from './plain-state.js'
import type { ClientWatch } from './client-watches.js'

const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const start = service.initial(settings) as Service<Watches>

/**
 * The spec's state. All sessions have just been heard of: one that was silent, and is heard of again before the service gives
 * it up, is as if it had never been. `hushed`: the one client that is not heard of while time is about to pass.
 */
export function decode(state: ServiceView, hushed?: number): Service<Watches> {
  const sessions = new Map<SessionId, Session>()
  const connections = new Map<number, Connection>()
  const data = new Map<string, Map<number, 'standard'>>()
  state.clients.forEach((client, at) => {
    const id = sessionOf(at)
    client.connections.forEach(({ isOpen, waiting, watched }, place) => {
      const connection = connectionOf(at, place)
      const asked = waiting.map(({ xid, letter, isLate }) => ({
        xid: letter === setWatches ? Xid.setWatches : xid,
        request: requestOf(letter, client),
        isLate,
      }))
      const identities = [{ scheme: 'ip', id: address }]
      const life = isOpen ? 'open' : 'gone'
      connections.set(connection, { id: connection, session: id, identities, waiting: asked, life })
      for (const path of watched)
        data.set(path, new Map(data.get(path) ?? []).set(connection, 'standard' as const))
    })
    if (client.session !== 'living' && client.session !== 'given up') return
    const open = client.connections.findLastIndex(({ isOpen }) => isOpen)
    sessions.set(id, {
      id,
      passwd: passwdOf(id),
      timeOut,
      created: timeOut,
      heard: hushed === undefined || hushed === at ? now : later,
      connection: open === -1 ? null : connectionOf(at, open),
      givenUp: client.session === 'given up',
      seen: BigInt(client.seen),
    })
  })
  const zxid = BigInt(state.zxid)
  const watches = { data, child: new Map() }
  return {
    ...start,
    now,
    zxid,
    tree: treeOf(state.nodes),
    sessions,
    connections,
    watches,
  }
}

function requestOf(letter: number, { seen, watches }: PlainClient): Asked {
  if (letter !== setWatches) return clientRequests[letter]!.request
  const paths = (kind: ClientWatch['kind']) =>
    watches.filter((watch) => watch.kind === kind).map(({ path }) => path)
  return {
    op: 'setWatches',
    relativeZxid: BigInt(seen),
    dataWatches: paths('data'),
    existWatches: paths('exist'),
    childWatches: [],
  }
}

const trees = new WeakMap<readonly PlainNode[], Tree>()
function treeOf(nodes: readonly PlainNode[]): Tree {
  const known = trees.get(nodes)
  if (known !== undefined) return known
  const tree = new Map<string, Znode>(bare)
  for (const { path, owner, version, cversion, mzxid } of nodes) {
    tree.set(path, {
      data: null,
      acl,
      czxid: 0n,
      mzxid: BigInt(mzxid),
      pzxid: 0n,
      ctime: 0,
      mtime: 0,
      version,
      cversion,
      aversion: 0,
      ephemeralOwner: owner === 'container' ? containerOwner : BigInt(owner),
    })
  }
  // No request reads how many children the root has had, so the count of its children stands for it.
  tree.set('/', { ...bare.get('/')!, cversion: childrenOf(tree, '/').length - 1 })
  trees.set(nodes, tree)
  return tree
}

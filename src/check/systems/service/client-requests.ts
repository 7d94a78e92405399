/** What the clients of the service's model ask: a small alphabet over two nodes and a container. */
import { CreateMode, type Acl, type Request } from '../../../../spec/vocabulary/index.js'

/** A request that any client may send. */
export interface ClientRequest {
  readonly text: string
  readonly request: Request
}

const acl: readonly Acl[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const create = (path: string, flags: number): Request => ({ op: 'create', path, data: null, acl, flags })

/** A node that is there, to be changed, deleted and watched. */
export const node = '/n'
/** A node that is not there yet, to be created and waited for. */
export const missing = '/m'
/** A container: it can be reaped once it has had a child. */
export const container = '/q'
/** The nodes that a client may watch, sorted. */
export const watchable: readonly string[] = [missing, node]

export const clientRequests: readonly ClientRequest[] = [
  { text: `create ${missing}`, request: create(missing, CreateMode.persistent) },
  { text: `create ${missing} ephemeral`, request: create(missing, CreateMode.ephemeral) },
  {
    text: `create ${container}/e- ephemeral sequential`,
    request: create(`${container}/e-`, CreateMode.ephemeralSequential),
  },
  { text: `delete ${node}`, request: { op: 'delete', path: node, version: -1 } },
  { text: `setData ${node} version 0`, request: { op: 'setData', path: node, data: null, version: 0 } },
  { text: `getData ${node} watch`, request: { op: 'getData', path: node, watch: true } },
  { text: `exists ${missing} watch`, request: { op: 'exists', path: missing, watch: true } },
  {
    text: `multi (setData ${node}, delete ${container})`,
    request: {
      op: 'multi',
      ops: [
        { op: 'setData', path: node, data: null, version: -1 },
        { op: 'delete', path: container, version: -1 },
      ],
    },
  },
  { text: 'closeSession', request: { op: 'closeSession' } },
]

/** Stands for the `setWatches` that a client sends first on a new connection; what it holds is what the client watches. */
export const setWatches = -1

/** Records that are right, one of each operation and transaction: what mutations start from. */
import { OpCode, type Request } from '../../../spec/vocabulary/index.js'
import type { MultiTxnPart, Transaction, Txn } from '../../tree/txn.js'

const acl = [
  { perms: 31, id: { scheme: 'world', id: 'anyone' } },
  { perms: 1, id: { scheme: 'digest', id: 'me:abc=' } },
]
const data = Buffer.from('data')
const create = { path: '/a/b', data, acl, flags: 2 }
const watches = {
  relativeZxid: 0x1_0000_0002n,
  dataWatches: ['/a', '/b'],
  existWatches: ['/c'],
  childWatches: [],
}

export const seedRequests: readonly Request[] = [
  { op: 'create', ...create },
  { op: 'create2', ...create, acl: null },
  { op: 'createContainer', ...create, data: null },
  { op: 'createTTL', ...create, ttl: 5000n },
  { op: 'delete', path: '/a', version: 3 },
  { op: 'check', path: '/a', version: -1 },
  { op: 'setData', path: '/\u00e9\u20ac\u{1f600}', data, version: -1 },
  { op: 'exists', path: '/a', watch: true },
  { op: 'getData', path: '/a', watch: false },
  { op: 'getChildren', path: '/', watch: true },
  { op: 'getChildren2', path: '/', watch: false },
  { op: 'getACL', path: '/a' },
  { op: 'sync', path: '/' },
  { op: 'getAllChildrenNumber', path: '/' },
  { op: 'deleteContainer' },
  { op: 'setACL', path: '/a', acl, version: 0 },
  {
    op: 'multi',
    ops: [
      { op: 'create', ...create },
      { op: 'check', path: '/a', version: 1 },
      { op: 'delete', path: '/b', version: -1 },
    ],
  },
  {
    op: 'multiRead',
    ops: [
      { op: 'getData', path: '/a', watch: false },
      { op: 'getChildren', path: '/', watch: false },
    ],
  },
  { op: 'getEphemerals', prefixPath: '/a' },
  { op: 'addWatch', path: '/a', mode: 1 },
  { op: 'setWatches', ...watches },
  { op: 'setWatches2', ...watches, persistentWatches: ['/p'], persistentRecursiveWatches: ['/q', '/r'] },
  { op: 'checkWatches', path: '/a', type: 2 },
  { op: 'removeWatches', path: '/a', type: 3 },
  { op: 'auth', authType: 0, scheme: 'digest', auth: Buffer.from('me:secret') },
  { op: 'sasl', token: data },
  { op: 'reconfig', joiningServers: 'server.1=a', leavingServers: null, newMembers: null, curConfigId: -1n },
  { op: 'whoAmI' },
  { op: 'ping' },
  { op: 'closeSession' },
]

const parts: readonly MultiTxnPart[] = [
  { op: 'create', path: '/a', data, acl, ephemeral: true, parentCVersion: 4 },
  { op: 'createContainer', path: '/c', data: null, acl, parentCVersion: 1 },
  { op: 'createTTL', path: '/t', data, acl, parentCVersion: 1, ttl: 1000n },
  { op: 'delete', path: '/a' },
  { op: 'setData', path: '/a', data, version: 7 },
  { op: 'check', path: '/a', version: 7 },
  { op: 'error', err: -101 },
]
const bodies: readonly Txn[] = [
  ...parts,
  { op: 'setACL', path: '/a', acl, version: 2 },
  { op: 'createSession', timeOut: 10_000 },
  { op: 'closeSession', paths: ['/e', '/f'] },
  { op: 'multi', txns: parts },
]

export const seedTransactions: readonly Transaction[] = bodies.map((txn) => ({
  header: { clientId: 0x1000_0000_0000n, cxid: 5, zxid: 9n, time: 1_700_000_000_000, type: OpCode[txn.op] },
  txn,
}))

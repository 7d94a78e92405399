/** Arbitrary requests, results, transactions: every value that the wire can carry, for properties of all folders. */
import fc from 'fast-check'
import type { Acl, MultiOp, Request, Stat } from '../../spec/vocabulary/index.js'
import type { MultiTxnPart, Transaction, Txn } from '../../src/tree/txn.js'
import { OpCode } from '../../spec/vocabulary/index.js'

/** A record with the ordinary prototype, so that deep equality is about values. */
function plain<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record(model, { noNullPrototype: true })
}

export const int = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
export const long = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
export const time = fc.integer({ min: 0, max: 2 ** 45 })
/** Any text that UTF-8 can carry. */
export const text = fc.string({ unit: 'binary', maxLength: 12 })
export const bytes = fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value))
export const nullableBytes = fc.option(bytes)

export const acl: fc.Arbitrary<Acl> = plain({ perms: int, id: plain({ scheme: text, id: text }) })
export const acls = fc.array(acl, { maxLength: 3 })
const strings = fc.array(text, { maxLength: 4 })

export const stat: fc.Arbitrary<Stat> = plain({
  czxid: long,
  mzxid: long,
  ctime: time,
  mtime: time,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  dataLength: int,
  numChildren: int,
  pzxid: long,
})

const createFields = { path: text, data: nullableBytes, acl: fc.option(acls), flags: int }

export const multiOp: fc.Arbitrary<MultiOp> = fc.oneof(
  plain({ op: fc.constantFrom('create', 'create2', 'createContainer'), ...createFields }),
  plain({ op: fc.constant('createTTL'), ...createFields, ttl: long }),
  plain({ op: fc.constantFrom('delete', 'check'), path: text, version: int }),
  plain({ op: fc.constant('setData'), path: text, data: nullableBytes, version: int }),
)

const watches = { relativeZxid: long, dataWatches: strings, existWatches: strings, childWatches: strings }

export const request: fc.Arbitrary<Request> = fc.oneof(
  multiOp,
  plain({
    op: fc.constantFrom('exists', 'getData', 'getChildren', 'getChildren2'),
    path: text,
    watch: fc.boolean(),
  }),
  plain({ op: fc.constantFrom('getACL', 'sync', 'getAllChildrenNumber'), path: text }),
  plain({ op: fc.constant('setACL'), path: text, acl: fc.option(acls), version: int }),
  plain({ op: fc.constant('multi'), ops: fc.array(multiOp, { maxLength: 3 }) }),
  plain({
    op: fc.constant('multiRead'),
    ops: fc.array(plain({ op: fc.constantFrom('getData', 'getChildren'), path: text, watch: fc.boolean() }), {
      maxLength: 3,
    }),
  }),
  plain({ op: fc.constant('getEphemerals'), prefixPath: text }),
  plain({ op: fc.constant('addWatch'), path: text, mode: int }),
  plain({ op: fc.constant('setWatches'), ...watches }),
  plain({
    op: fc.constant('setWatches2'),
    ...watches,
    persistentWatches: strings,
    persistentRecursiveWatches: strings,
  }),
  plain({ op: fc.constantFrom('checkWatches', 'removeWatches'), path: text, type: int }),
  plain({ op: fc.constant('auth'), authType: int, scheme: text, auth: nullableBytes }),
  plain({ op: fc.constant('sasl'), token: nullableBytes }),
  plain({
    op: fc.constant('reconfig'),
    joiningServers: fc.option(text),
    leavingServers: fc.option(text),
    newMembers: fc.option(text),
    curConfigId: long,
  }),
  plain({ op: fc.constantFrom('whoAmI', 'ping', 'closeSession', 'deleteContainer') }),
) as fc.Arbitrary<Request>

const txnPart: fc.Arbitrary<MultiTxnPart> = fc.oneof(
  plain({
    op: fc.constantFrom('create', 'create2'),
    path: text,
    data: nullableBytes,
    acl: acls,
    ephemeral: fc.boolean(),
    parentCVersion: int,
  }),
  plain({
    op: fc.constant('createContainer'),
    path: text,
    data: nullableBytes,
    acl: acls,
    parentCVersion: int,
  }),
  plain({
    op: fc.constant('createTTL'),
    path: text,
    data: nullableBytes,
    acl: acls,
    parentCVersion: int,
    ttl: long,
  }),
  plain({ op: fc.constantFrom('delete', 'deleteContainer'), path: text }),
  plain({ op: fc.constant('setData'), path: text, data: nullableBytes, version: int }),
  plain({ op: fc.constant('check'), path: text, version: int }),
  plain({ op: fc.constant('error'), err: int }),
) as fc.Arbitrary<MultiTxnPart>

const txn: fc.Arbitrary<Txn> = fc.oneof(
  txnPart,
  plain({ op: fc.constant('setACL'), path: text, acl: acls, version: int }),
  plain({ op: fc.constant('createSession'), timeOut: int }),
  plain({ op: fc.constant('closeSession'), paths: fc.option(strings) }),
  plain({ op: fc.constant('multi'), txns: fc.array(txnPart, { maxLength: 3 }) }),
) as fc.Arbitrary<Txn>

export const transaction: fc.Arbitrary<Transaction> = txn.chain((body) =>
  plain({
    header: plain({ clientId: long, cxid: int, zxid: long, time, type: fc.constant(OpCode[body.op]) }),
    txn: fc.constant(body),
  }),
)

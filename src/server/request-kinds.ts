/** Sorts request types: which become transactions, which are answered from the tree, which concern the connection itself. */
import { OpCode, type OpName } from '../../spec/vocabulary/index.js'

/** How a request is handled. */
export const Kind = { unknown: 0, read: 1, write: 2, auth: 3, sasl: 4 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** `check` outside a multi, too: it has its zxid, and its answer is a header (WIRE-54). */
const writes: readonly OpName[] = [
  'create',
  'create2',
  'createContainer',
  'createTTL',
  'delete',
  'deleteContainer',
  'setData',
  'setACL',
  'check',
  'multi',
  'reconfig',
  'closeSession',
]
const reads: readonly OpName[] = [
  'exists',
  'getData',
  'getACL',
  'getChildren',
  'getChildren2',
  'getAllChildrenNumber',
  'getEphemerals',
  'sync',
  'ping',
  'multiRead',
  'setWatches',
  'setWatches2',
  'addWatch',
  'checkWatches',
  'removeWatches',
  'whoAmI',
]

const offset = 16
const kinds = new Uint8Array(128)
for (const name of writes) kinds[OpCode[name] + offset] = Kind.write
for (const name of reads) kinds[OpCode[name] + offset] = Kind.read
kinds[OpCode.auth + offset] = Kind.auth
kinds[OpCode.sasl + offset] = Kind.sasl

/** How a request type is handled; `unknown` for a number that no client may send, createSession's among them (WIRE-53). */
export function kindOf(type: number): Kind {
  return (kinds[type + offset] ?? Kind.unknown) as Kind
}

/** What `cons` calls an operation. */
const shortNames = new Map<number, string>([
  [OpCode.notification, 'NOTI'],
  [OpCode.create, 'CREA'],
  [OpCode.create2, 'CREA'],
  [OpCode.createContainer, 'CREA'],
  [OpCode.createTTL, 'CREA'],
  [OpCode.delete, 'DELE'],
  [OpCode.deleteContainer, 'DELE'],
  [OpCode.exists, 'EXIS'],
  [OpCode.getData, 'GETD'],
  [OpCode.setData, 'SETD'],
  [OpCode.getACL, 'GETA'],
  [OpCode.setACL, 'SETA'],
  [OpCode.getChildren, 'GETC'],
  [OpCode.getChildren2, 'GETC'],
  [OpCode.getAllChildrenNumber, 'GETACN'],
  [OpCode.sync, 'SYNC'],
  [OpCode.ping, 'PING'],
  [OpCode.check, 'CHEC'],
  [OpCode.multi, 'MULT'],
  [OpCode.multiRead, 'MLTR'],
  [OpCode.reconfig, 'RECO'],
  [OpCode.checkWatches, 'CHKW'],
  [OpCode.removeWatches, 'REMW'],
  [OpCode.setWatches, 'SETW'],
  [OpCode.setWatches2, 'STW2'],
  [OpCode.addWatch, 'ADDW'],
  [OpCode.getEphemerals, 'GETE'],
  [OpCode.whoAmI, 'HOMI'],
  [OpCode.createSession, 'SESS'],
  [OpCode.closeSession, 'CLOS'],
])

/** The name that `cons` shows for a connection's last operation. */
export function shortName(type: number): string {
  return shortNames.get(type) ?? 'NA'
}

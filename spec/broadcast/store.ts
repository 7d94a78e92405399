/** A server's disk and database as pure functions: what is written, what is read back, what a shutdown leaves. */
import type { Database, Disk, Ensemble, Snapshot, Store, Txn } from './broadcast-types.js'
import type { Zxid } from './zxid.js'
import { epochOf } from './zxid.js'

const nothing: Snapshot = { zxid: 0, txns: [] }

/** A disk on which nothing was ever written. */
export const emptyDisk: Disk = { acceptedEpoch: 0, currentEpoch: 0, snapshot: nothing, log: [] }

/** The last zxid on disk. */
export function lastLogged({ snapshot, log }: Disk): Zxid {
  return log.at(-1)?.zxid ?? snapshot.zxid
}

/** BROADCAST-13: what a server that starts finds: the snapshot, and the log's records after it. */
export function restore(disk: Disk, ensemble: Ensemble): Database {
  const { snapshot, log } = disk
  return log.reduce<Database>((database, txn) => apply(database, txn, ensemble), {
    txns: snapshot.txns,
    lastProcessed: snapshot.zxid,
    committedLog: [],
  })
}

/** BROADCAST-14: the epoch file may lag behind the log when a crash fell between them; the log decides. */
export function recoverEpoch(disk: Disk): Disk {
  const epoch = epochOf(lastLogged(disk))
  return epoch > disk.currentEpoch ? { ...disk, currentEpoch: epoch } : disk
}

/** A database after one more transaction. Applying one again changes nothing but the place that was reached. */
export function apply(database: Database, txn: Txn, { committedLogLimit }: Ensemble): Database {
  return {
    txns: insert(database.txns, txn),
    lastProcessed: txn.zxid,
    committedLog: [...database.committedLog, txn].slice(-committedLogLimit),
  }
}

function insert(txns: readonly Txn[], txn: Txn): readonly Txn[] {
  if (txns.some(({ request }) => request === txn.request)) return txns
  const at = txns.findIndex(({ zxid }) => zxid > txn.zxid)
  return at === -1 ? [...txns, txn] : [...txns.slice(0, at), txn, ...txns.slice(at)]
}

/** A store whose log has one more record, on disk. */
export function append<S extends Store>(store: S, txns: readonly Txn[]): S {
  return { ...store, disk: { ...store.disk, log: [...store.disk.log, ...txns] } }
}

/** A store whose database has applied transactions. */
export function applyAll<S extends Store>(store: S, txns: readonly Txn[]): S {
  return {
    ...store,
    database: txns.reduce((database, txn) => apply(database, txn, store.ensemble), store.database),
  }
}

/** BROADCAST-41: the log without what comes after a zxid, and the database as the disk then has it. */
export function truncate<S extends Store>(store: S, zxid: Zxid): S {
  const disk = { ...store.disk, log: store.disk.log.filter((txn) => txn.zxid <= zxid) }
  return reload({ ...store, disk })
}

/** BROADCAST-58: a snapshot of the database, on disk; the log's records that it covers are not needed any more. */
export function saveSnapshot<S extends Store>(store: S): S {
  const { lastProcessed, txns } = store.database
  const log = store.disk.log.filter(({ zxid }) => zxid > lastProcessed)
  return { ...store, disk: { ...store.disk, snapshot: { zxid: lastProcessed, txns }, log } }
}

/** The database as the disk has it: what was only in memory is forgotten. */
export function reload<S extends Store>(store: S): S {
  return { ...store, toLog: [], database: restore(store.disk, store.ensemble) }
}

/** BROADCAST-63: what waits for the log is written before a role is left. */
export function flush<S extends Store>(store: S): S {
  return { ...append(store, store.toLog), toLog: [] }
}

/** BROADCAST-63: memory catches up with the log; a memory that is ahead of the disk is not kept. */
export function fastForward<S extends Store>(store: S): S {
  const { disk, database } = store
  if (lastLogged(disk) < database.lastProcessed) return reload(store)
  return applyAll(
    store,
    disk.log.filter(({ zxid }) => zxid > database.lastProcessed),
  )
}

/** What a server finds on its disk, and what it leaves there. */
import test from 'ava'
import {
  apply,
  append,
  applyAll,
  fastForward,
  flush,
  lastLogged,
  recoverEpoch,
  reload,
  restore,
  saveSnapshot,
  truncate,
} from '../../../spec/broadcast/store.js'
import { makeZxid } from '../../../spec/broadcast/zxid.js'
import { ensemble, storeOf, txn } from './store-of.js'

const [a, b, c] = [txn(1, 1), txn(1, 2), txn(1, 3)]

test('BROADCAST-13: a server that starts has its snapshot, and the log’s transactions after it', (t) => {
  const snapshot = { zxid: a.zxid, txns: [a] }
  const { txns, lastProcessed, committedLog } = storeOf({ snapshot, log: [b, c] }).database
  t.deepEqual(txns, [a, b, c])
  t.is(lastProcessed, c.zxid)
  t.deepEqual(committedLog, [b, c])
  t.deepEqual(storeOf({}).database, { txns: [], lastProcessed: 0, committedLog: [] })
})

test('BROADCAST-11, BROADCAST-13: of what a snapshot caught, applying it again changes nothing', (t) => {
  const fuzzy = { zxid: a.zxid, txns: [a, c] }
  const { txns, lastProcessed } = storeOf({ snapshot: fuzzy, log: [b, c] }).database
  t.deepEqual(txns, [a, b, c])
  t.is(lastProcessed, c.zxid)
})

test('BROADCAST-14: the epoch of the last zxid is taken when its file lags, and only then', (t) => {
  const epochAfter = (currentEpoch: number, log = [a, txn(2, 1)]) =>
    recoverEpoch(storeOf({ acceptedEpoch: 3, currentEpoch, log }).disk)
  t.is(epochAfter(1).currentEpoch, 2)
  t.is(epochAfter(2).currentEpoch, 2)
  t.is(epochAfter(3).currentEpoch, 3)
  t.is(epochAfter(1, []).currentEpoch, 1)
  t.is(epochAfter(1).acceptedEpoch, 3)
})

test('BROADCAST-14: a snapshot’s zxid counts where the log is empty', (t) => {
  const { disk } = storeOf({
    acceptedEpoch: 2,
    currentEpoch: 1,
    snapshot: { zxid: txn(2, 1).zxid, txns: [] },
  })
  t.is(recoverEpoch(disk).currentEpoch, 2)
})

test('BROADCAST-16: what is applied is in the committed log, which keeps the newest', (t) => {
  const short = { ...ensemble, committedLogLimit: 2 }
  const { committedLog, txns } = restore(storeOf({ log: [a, b, c] }).disk, short)
  t.deepEqual(committedLog, [b, c])
  t.deepEqual(txns, [a, b, c])
  const next = txn(1, 4)
  t.deepEqual(apply({ txns, committedLog, lastProcessed: c.zxid }, next, short).committedLog, [c, next])
})

test('BROADCAST-41: a cut log ends at the zxid, and the tree is what the disk has', (t) => {
  const before = applyAll({ ...storeOf({ log: [a, b] }), toLog: [c] }, [c])
  const { disk, database, toLog } = truncate(before, a.zxid)
  t.deepEqual(disk.log, [a])
  t.deepEqual(database, { txns: [a], lastProcessed: a.zxid, committedLog: [a] })
  t.deepEqual(toLog, [])
})

test('BROADCAST-41: a log may be cut to an epoch’s beginning, which no transaction has', (t) => {
  t.deepEqual(truncate(storeOf({ log: [a, txn(2, 1)] }), makeZxid(2, 0)).disk.log, [a])
  t.deepEqual(truncate(storeOf({ log: [a, b] }), makeZxid(1, 0)).disk.log, [])
})

test('BROADCAST-58: a snapshot has what was applied, and the log what was not', (t) => {
  const { database } = storeOf({ log: [a, b] })
  const { disk } = saveSnapshot({ ...storeOf({ log: [a, b, c] }), database })
  t.deepEqual(disk.snapshot, { zxid: b.zxid, txns: [a, b] })
  t.deepEqual(disk.log, [c])
  t.deepEqual(restore(disk, ensemble).txns, [a, b, c])
})

test('BROADCAST-63: what waits for the log is written, and then applied, committed or not', (t) => {
  const waiting = { ...storeOf({ log: [a] }), toLog: [b, c] }
  const { disk, database, toLog } = fastForward(flush(waiting))
  t.deepEqual(disk.log, [a, b, c])
  t.deepEqual(toLog, [])
  t.deepEqual(database.txns, [a, b, c])
  t.is(database.lastProcessed, lastLogged(disk))
})

test('BROADCAST-63: a log with nothing beyond what was applied changes nothing', (t) => {
  const even = storeOf({ log: [a, b] })
  t.deepEqual(fastForward(even), even)
})

test('BROADCAST-63: a tree that is ahead of the log is loaded from disk anew', (t) => {
  const ahead = applyAll(storeOf({ log: [a] }), [b, c])
  const { database } = fastForward(ahead)
  t.deepEqual(database, { txns: [a], lastProcessed: a.zxid, committedLog: [a] })
})

test('BROADCAST-63: a leader that only began its epoch forgets that zxid with its leading', (t) => {
  const store = storeOf({ log: [a] })
  const established = { ...store, database: { ...store.database, lastProcessed: makeZxid(2, 0) } }
  t.is(fastForward(established).database.lastProcessed, a.zxid)
})

test('BROADCAST-64: what was only in memory is forgotten', (t) => {
  const before = { ...applyAll(append(storeOf({}), [a]), [a, b]), toLog: [c] }
  const { database, toLog } = reload(before)
  t.deepEqual(database.txns, [a])
  t.deepEqual(toLog, [])
})

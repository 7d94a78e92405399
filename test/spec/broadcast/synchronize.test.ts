/** What a leader picks to bring a learner up to date: by the learner's last zxid and the leader's committed log. */
import test from 'ava'
import { choose, type Choice } from '../../../spec/broadcast/synchronize.js'
import type { Database, Txn } from '../../../spec/broadcast/broadcast-types.js'
import { makeZxid, formatZxid, type Zxid } from '../../../spec/broadcast/zxid.js'
import { formatPacket } from '../../../spec/ensemble/format-ensemble.js'
import { ensemble, txn } from './store-of.js'

/** A leader that has applied transactions, of which the committed log keeps some. */
const databaseOf = (
  txns: readonly Txn[],
  committedLog = txns,
  lastProcessed = txns.at(-1)?.zxid ?? 0,
): Database => ({
  txns,
  committedLog,
  lastProcessed,
})
const told = ({ packets, upTo }: Choice): string =>
  `${packets === null ? 'SNAP' : packets.map(formatPacket).join(', ')}; up to ${formatZxid(upTo)}`
const chosen = (database: Database, peer: Zxid) => told(choose(database, peer, ensemble))

const [a, b, c] = [txn(1, 1), txn(1, 2), txn(1, 3)]
const [d, e] = [txn(3, 1), txn(3, 2)]
const whole = databaseOf([a, b, c, d, e])

test('BROADCAST-31: a learner that has all gets DIFF and nothing more', (t) => {
  t.is(chosen(whole, e.zxid), 'DIFF 0x300000002; up to 0x300000002')
  t.is(chosen(databaseOf([]), 0), 'DIFF 0x0; up to 0x0')
  const established = databaseOf([a], [a], makeZxid(2, 0))
  t.is(chosen(established, makeZxid(2, 0)), 'DIFF 0x200000000; up to 0x200000000')
})

test('BROADCAST-31: without a committed log, the last applied zxid stands for both of its ends', (t) => {
  const restored = databaseOf([a, b], [], b.zxid)
  t.is(chosen(restored, c.zxid), 'TRUNC 0x100000002; up to 0x100000002')
  t.is(chosen(restored, a.zxid), 'SNAP; up to 0x100000002')
})

test('BROADCAST-32: a learner that has more than was committed is cut', (t) => {
  t.is(chosen(whole, txn(3, 3).zxid), 'TRUNC 0x300000002; up to 0x300000002')
  t.is(chosen(whole, txn(4, 1).zxid), 'TRUNC 0x300000002; up to 0x300000002')
  const established = databaseOf([a], [a], makeZxid(3, 0))
  t.is(chosen(established, txn(2, 1).zxid), 'TRUNC 0x100000001; up to 0x100000001')
})

test('BROADCAST-33: a learner whose last is in the committed log gets what comes after it', (t) => {
  t.is(
    chosen(whole, c.zxid),
    'DIFF 0x300000002, PROPOSAL 0x300000001=301, COMMIT 0x300000001, ' +
      'PROPOSAL 0x300000002=302, COMMIT 0x300000002; up to 0x300000002',
  )
  t.is(
    chosen(whole, d.zxid),
    'DIFF 0x300000002, PROPOSAL 0x300000002=302, COMMIT 0x300000002; up to 0x300000002',
  )
})

test('BROADCAST-33: when the leader has applied no more than the epoch’s beginning, DIFF names the last transaction', (t) => {
  const established = databaseOf([a, b], [a, b], makeZxid(2, 0))
  t.is(chosen(established, b.zxid), 'DIFF 0x100000002; up to 0x100000002')
})

test('BROADCAST-33: one that is not in the log is cut to what is before it, within its epoch', (t) => {
  const withHole = databaseOf([a, c])
  t.is(
    chosen(withHole, b.zxid),
    'TRUNC 0x100000001, PROPOSAL 0x100000003=103, COMMIT 0x100000003; up to 0x100000003',
  )
})

test('BROADCAST-33, BROADCAST-34: a log is not cut across epochs; a snapshot is sent instead', (t) => {
  t.is(chosen(whole, txn(1, 4).zxid), 'SNAP; up to 0x300000002')
  t.is(chosen(whole, txn(2, 1).zxid), 'SNAP; up to 0x300000002')
})

test('BROADCAST-34: a learner that is before the committed log gets a snapshot', (t) => {
  const short = databaseOf([a, b, c, d, e], [d, e])
  t.is(chosen(short, b.zxid), 'SNAP; up to 0x300000002')
  t.is(chosen(short, 0), 'SNAP; up to 0x300000002')
  t.is(told(choose(whole, d.zxid, { ...ensemble, forceSnapSync: true })), 'SNAP; up to 0x300000002')
})

test('BROADCAST-35: an epoch’s beginning is known within the log, and not cut', (t) => {
  t.is(
    chosen(whole, makeZxid(3, 0)),
    'DIFF 0x300000002, PROPOSAL 0x300000001=301, COMMIT 0x300000001, ' +
      'PROPOSAL 0x300000002=302, COMMIT 0x300000002; up to 0x300000002',
  )
  t.is(chosen(whole, makeZxid(4, 0)), 'SNAP; up to 0x300000002')
  t.is(chosen(whole, makeZxid(1, 0)), 'SNAP; up to 0x300000002')
})

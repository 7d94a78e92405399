/** A learner where the spec's machine does not look: how long it waits, cuts that can't be made, what it hands up. */
import test from 'ava'
import type { Disk } from '../../spec/broadcast/broadcast-types.js'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import type { LearnerOptions } from '../../src/broadcast/learner-host.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble, txn } from '../spec/broadcast/store-of.js'
import { limits, request } from './leader-rig.js'
import { LearnerRig } from './learner-rig.js'
import { numbered } from './transactions.js'

function following(disk: Partial<Disk> = {}, options: Partial<LearnerOptions> = {}): LearnerRig {
  const rig = new LearnerRig(ensemble, { ...nothing, ...disk }, options)
  rig.learner.follow()
  return rig
}

function synchronizing(disk: Partial<Disk> = {}): LearnerRig {
  const rig = following(disk)
  rig.learner.received({ type: 'LEADERINFO', epoch: 3, protocolVersion: 0x10000 })
  rig.write()
  return rig
}

function serving(): LearnerRig {
  const rig = synchronizing()
  rig.learner.received({ type: 'DIFF', zxid: 0n })
  rig.learner.received({ type: 'NEWLEADER', epoch: 3, config: null })
  rig.write()
  rig.learner.received({ type: 'UPTODATE', zxid: -1n })
  return rig
}

function pass(rig: LearnerRig, from: number, ticks: number): number {
  for (let now = from; now < from + ticks * limits.tickTime; now += 250) rig.learner.tick(now)
  return from + ticks * limits.tickTime
}

test('BROADCAST-60: a leader that is silent is given up: after initLimit ticks, and syncLimit once the learner serves', (t) => {
  for (const [rig, ticks, database] of [
    [following(), 10, 'kept'],
    [synchronizing(), 10, 'fromDisk'],
    [serving(), 5, 'withLog'],
  ] as const) {
    rig.learner.tick(0)
    const now = pass(rig, 1, ticks)
    t.is(rig.leaving, undefined)
    pass(rig, now, 1.5)
    t.is(rig.leaving?.database, database)
    t.regex(rig.whys[0]!, /^the leader was silent for/)
  }
})

test('BROADCAST-60: a ping is a sign of life, and so is a snapshot that goes on; a learner’s own disk is no silence', (t) => {
  const pinged = serving()
  pinged.learner.tick(0)
  let now = pass(pinged, 1, 4)
  pinged.learner.received({ type: 'PING', zxid: 0n })
  now = pass(pinged, now, 4)
  t.is(pinged.leaving, undefined)

  const receiving = synchronizing()
  receiving.learner.received({ type: 'SNAP', zxid: 0n })
  receiving.learner.tick(0)
  now = pass(receiving, 1, 9)
  receiving.learner.progress()
  now = pass(receiving, now, 9)
  t.is(receiving.leaving, undefined)
  pass(receiving, now, 3)
  t.is(receiving.leaving?.database, 'fromDisk')

  const busy = following()
  busy.learner.received({ type: 'LEADERINFO', epoch: 3, protocolVersion: 0x10000 })
  busy.learner.tick(0)
  now = pass(busy, 1, 40)
  busy.write()
  now = pass(busy, now, 9)
  t.is(busy.leaving, undefined)
  pass(busy, now, 3)
  t.is(busy.leaving?.database, 'fromDisk')
})

test('BROADCAST-41, BROADCAST-43: a learner that lacks what the leader takes it to have comes back as an empty server', (t) => {
  const rig = synchronizing({ log: [txn(1, 1)] })
  rig.learner.received({ type: 'TRUNC', zxid: makeZxid(1, 2n) })
  rig.write()
  t.deepEqual(rig.leaving?.startsOver, true)
  t.regex(rig.whys[0]!, /cut to 0x100000002, which its disk can't be: it comes back as an empty server/)
  t.deepEqual(rig.diskNow().log, [txn(1, 1)])
  // The beginning of an epoch is no transaction that it could lack.
  const beginning = synchronizing({ log: [txn(1, 1)] })
  beginning.learner.received({ type: 'TRUNC', zxid: makeZxid(2, 0n) })
  beginning.write()
  t.is(beginning.learner.state, 'synchronization.receiving')
  // And what it has is followed by the next.
  beginning.learner.received({ type: 'PROPOSAL', transaction: numbered(1, 2) })
  t.is(beginning.leaving, undefined)
})

test('BROADCAST-41: one that starts over says that it has nothing, until a snapshot of the new is written', (t) => {
  const snapshot = { zxid: makeNumber(2, 1), txns: [txn(2, 1)] }
  const rig = following({ acceptedEpoch: 2, currentEpoch: 2, snapshot }, { startsOver: true })
  rig.learner.received({ type: 'LEADERINFO', epoch: 3, protocolVersion: 0x10000 })
  rig.write()
  t.is(rig.sent.at(-1), 'ACKEPOCH 2 0')
  rig.learner.received({ type: 'SNAP', zxid: makeZxid(1, 1n) })
  rig.server.takeTree(makeZxid(1, 1n), [numbered(1, 1)])
  rig.learner.snapshotReceived()
  rig.learner.received({ type: 'NEWLEADER', epoch: 3, config: null })
  t.deepEqual(rig.diskNow().snapshot, snapshot)
  rig.write()
  rig.write()
  t.is(rig.learner.state, 'synchronization.awaitingUptodate')
  rig.learner.disconnected()
  t.false(rig.leaving?.startsOver)
})

const makeNumber = (epoch: number, counter: number) => Number(makeZxid(epoch, BigInt(counter)))

test('BROADCAST-52: each proposal is acknowledged once the log has it, also where several are synced at once', (t) => {
  const rig = serving()
  const sent = rig.sent.length
  for (const counter of [1, 2, 3])
    rig.learner.received({ type: 'PROPOSAL', transaction: numbered(3, counter) })
  t.deepEqual(rig.sent.slice(sent), [])
  rig.learner.logged(makeZxid(3, 2n))
  t.deepEqual(rig.sent.slice(sent), [`ACK ${makeZxid(3, 1n)}`, `ACK ${makeZxid(3, 2n)}`])
  rig.learner.logged(makeZxid(3, 3n))
  t.is(rig.sent.at(-1), `ACK ${makeZxid(3, 3n)}`)
})

test('BROADCAST-46: what DIFF committed is applied once all of it is logged, not before', (t) => {
  const rig = synchronizing()
  rig.learner.received({ type: 'DIFF', zxid: 0n })
  for (const counter of [1, 2]) {
    const transaction = numbered(3, counter)
    rig.learner.received({ type: 'PROPOSAL', transaction })
    rig.learner.received({ type: 'COMMIT', zxid: transaction.header.zxid })
  }
  rig.learner.received({ type: 'NEWLEADER', epoch: 3, config: null })
  rig.learner.logged(makeZxid(3, 1n))
  t.deepEqual([rig.learner.state, rig.server.applied.length], ['synchronization.loggingCommitted', 0])
  rig.learner.logged(makeZxid(3, 2n))
  t.deepEqual([rig.learner.state, rig.server.applied.length], ['synchronization.writingEpoch', 2])
})

test('BROADCAST-50, BROADCAST-59: what clients ask goes to the leader, and its answers come back', (t) => {
  const rig = synchronizing()
  t.false(rig.learner.forward(request(1)))
  const server = serving()
  t.true(server.learner.forward(request(1)))
  t.is(server.sent.at(-1), 'REQUEST 1')
  server.learner.received({ type: 'SYNC' })
  server.learner.received({ type: 'REVALIDATE', sessionId: 5n, isValid: false })
  t.deepEqual(server.told, ['serving 3', 'synced', 'revalidated 5 false'])
})

test('BROADCAST-66: a disk that fails ends the role, in each phase in its own way', (t) => {
  for (const [rig, database] of [
    [following(), 'kept'],
    [synchronizing(), 'fromDisk'],
    [serving(), 'withLog'],
  ] as const) {
    rig.learner.logFailed('no space left')
    t.deepEqual(rig.leaving, { why: 'no space left', database, startsOver: false })
  }
})

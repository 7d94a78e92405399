/** Turns of the leader's and the learner's machine that the ensemble's network never takes: pings, syncs, forwarded requests. */
import test from 'ava'
import { followerMachine } from '../../../spec/broadcast/follower-machine.js'
import { followerOf, type FollowerContext } from '../../../spec/broadcast/follower-actions.js'
import { leaderMachine } from '../../../spec/broadcast/leader-machine.js'
import { leaderOf, type LeaderContext, type Learner } from '../../../spec/broadcast/leader-context.js'
import type { Effects } from '../../../spec/broadcast/broadcast-types.js'
import { makeZxid } from '../../../spec/broadcast/zxid.js'
import { serverMachine } from '../../../spec/ensemble/server-machine.js'
import { compilePure } from '../../../src/machine/compile-pure.js'
import { storeOf, txn } from './store-of.js'

const follower = compilePure(followerMachine)
const leader = compilePure(leaderMachine)
const server = compilePure(serverMachine)

const following: FollowerContext = {
  ...followerOf(storeOf({ acceptedEpoch: 1, currentEpoch: 1 }, 2), 3),
  epoch: 1,
}
const learner = (sid: number, stage: Learner['stage']): Learner => ({
  ...{ sid, stage, lastZxid: 0, snapshot: null, queue: [] },
})
const leading: LeaderContext = {
  ...leaderOf(storeOf({ acceptedEpoch: 1, currentEpoch: 1 }, 3)),
  epoch: 1,
  learners: [learner(1, 'synchronizing'), learner(2, 'uptodate'), learner(4, 'uptodate')],
  lastProposed: makeZxid(1, 4),
  lastCommitted: makeZxid(1, 4),
}

/** Everything but what is sent. */
const kept = <C extends Effects>(context: C) => ({ ...context, sends: [] })

test('BROADCAST-50: a learner that serves forwards a client’s write to its leader, and keeps nothing of it', (t) => {
  const { value, context, transition } = follower.step('broadcast', following, {
    type: 'CLIENT',
    request: 7,
  })!
  t.is(value, 'broadcast')
  t.deepEqual(context.sends, [{ to: 3, packet: { type: 'REQUEST', request: 7 } }])
  t.deepEqual(kept(context), kept(following))
  t.deepEqual(transition.rules, ['BROADCAST-50'])
})

test('BROADCAST-50: before it serves, it takes no client’s write', (t) => {
  for (const value of follower.values.filter((each) => each !== 'broadcast'))
    t.false(follower.can(value, following, { type: 'CLIENT', request: 7 }), value)
})

test('BROADCAST-50, BROADCAST-51: what is forwarded gets the next zxid, and goes to all followers, as a client’s own write', (t) => {
  const forwarded = leader.step('broadcast', leading, { type: 'REQUEST', from: 2, request: 7 })!
  const own = leader.step('broadcast', leading, { type: 'CLIENT', request: 7 })!
  const proposed = { zxid: makeZxid(1, 5), request: 7 }
  t.deepEqual(forwarded.context, own.context)
  t.is(forwarded.context.lastProposed, proposed.zxid)
  t.deepEqual(forwarded.context.outstanding, [{ txn: proposed, acks: [] }])
  t.deepEqual(forwarded.context.toLog, [proposed])
  t.deepEqual(forwarded.context.sends, [{ to: 2, packet: { type: 'PROPOSAL', txn: proposed } }])
  t.deepEqual(forwarded.context.learners[0]!.queue, [{ type: 'PROPOSAL', txn: proposed }])
  t.deepEqual(forwarded.transition.rules, ['BROADCAST-51'])
})

test('BROADCAST-51: a leader that is not established proposes nothing', (t) => {
  for (const value of leader.values.filter((each) => each !== 'broadcast')) {
    t.false(leader.can(value, leading, { type: 'CLIENT', request: 7 }), value)
    t.false(leader.can(value, leading, { type: 'REQUEST', from: 2, request: 7 }), value)
  }
})

test('BROADCAST-51: the write after 0xfffffffe is not proposed: the leader writes its log and stops leading', (t) => {
  const waiting = { zxid: makeZxid(1, 0xfffffffe), request: 6 }
  const atEnd: LeaderContext = {
    ...leading,
    lastProposed: waiting.zxid,
    outstanding: [{ txn: waiting, acks: [] }],
    toLog: [waiting],
  }
  for (const event of [
    { type: 'CLIENT', request: 7 },
    { type: 'REQUEST', from: 2, request: 7 },
  ] as const) {
    const { value, context } = leader.step('broadcast', atEnd, event)!
    t.is(value, 'left')
    t.deepEqual(context.closes, [1, 2, 4])
    t.deepEqual(context.sends, [])
    t.deepEqual(context.disk.log.at(-1), waiting)
    t.is(context.database.lastProcessed, waiting.zxid)
  }
  const last = leader.step(
    'broadcast',
    { ...leading, lastProposed: makeZxid(1, 0xfffffffd) },
    { type: 'CLIENT', request: 7 },
  )!
  t.is(last.context.lastProposed, waiting.zxid)
})

test('BROADCAST-39: followers alone establish no leader that has not written its own epoch', (t) => {
  const synchronized: LeaderContext = {
    ...leaderOf(storeOf({ acceptedEpoch: 1, currentEpoch: 0 }, 3)),
    epoch: 1,
    learners: [learner(1, 'newLeader'), learner(2, 'newLeader')],
  }
  const ack = (from: number) => ({ type: 'ACK', from, zxid: makeZxid(1, 0) }) as const
  const first = leader.step('synchronization.writingEpoch', synchronized, ack(1))!
  const second = leader.step(first.value, first.context, ack(2))!
  t.is(second.value, 'synchronization.writingEpoch')
  t.deepEqual(second.context.synced, [1, 2])
  t.deepEqual(second.context.notes, [])
  t.is(leader.step(second.value, second.context, { type: 'WRITE' })!.value, 'broadcast')
})

test('BROADCAST-66: a learner that can’t cut or write its log while it is synchronized leaves with what its disk has', (t) => {
  for (const state of ['synchronization.truncating', 'synchronization.loggingCommitted']) {
    const { value, context } = follower.step(
      state,
      { ...following, syncMode: 'DIFF' },
      { type: 'DISK_ERROR' },
    )!
    t.is(value, 'left')
    t.deepEqual(context.closes, [3])
    t.deepEqual(context.disk, following.disk)
    t.is(context.database.lastProcessed, following.disk.log.at(-1)?.zxid ?? following.disk.snapshot.zxid)
  }
})

test('BROADCAST-59: a learner answers PING, and nothing else changes', (t) => {
  for (const value of ['broadcast', 'synchronization.awaitingUptodate']) {
    const { context, ...step } = follower.step(value, following, { type: 'PING', from: 3 })!
    t.is(step.value, value)
    t.deepEqual(context.sends, [{ to: 3, packet: { type: 'PING' } }])
    t.deepEqual(kept(context), kept(following))
    t.deepEqual(step.transition.rules, ['BROADCAST-59'])
  }
})

test('BROADCAST-59: a learner’s SYNC and REVALIDATE, and a leader’s PING and REVALIDATE, change nothing', (t) => {
  for (const type of ['SYNC', 'REVALIDATE'] as const) {
    const taken = follower.step('broadcast', following, { type, from: 3 })!
    t.deepEqual([taken.value, taken.context], ['broadcast', following])
  }
  for (const type of ['PING', 'REVALIDATE'] as const) {
    const taken = leader.step('broadcast', leading, { type, from: 2 })!
    t.deepEqual([taken.value, taken.context], ['broadcast', leading])
  }
})

test('BROADCAST-43, BROADCAST-82: a learner takes no proposal over a hole, in any state', (t) => {
  const holed = { type: 'PROPOSAL', from: 3, txn: txn(1, 2) } as const
  for (const value of follower.values) t.false(follower.can(value, following, holed), value)
})

test('BROADCAST-55, BROADCAST-82: a learner takes no commit of anything but the oldest that it has', (t) => {
  const pending = { ...following, pending: [txn(1, 1), txn(1, 2)], notLogged: [txn(1, 1), txn(1, 2)] }
  const commit = (counter: number) => ({ type: 'COMMIT', from: 3, zxid: makeZxid(1, counter) }) as const
  for (const value of ['broadcast', 'synchronization.awaitingUptodate', 'synchronization.receiving']) {
    t.true(follower.can(value, pending, commit(1)), value)
    t.false(follower.can(value, pending, commit(2)), value)
  }
})

test('BROADCAST-41: a learner told to cut into its snapshot leaves, and comes back as one that has nothing', (t) => {
  const a = txn(1, 1)
  const snapshot = { zxid: a.zxid, txns: [a] }
  const store = { ...storeOf({ acceptedEpoch: 2, currentEpoch: 1, snapshot }, 2) }
  const told = { ...followerOf(store, 3), epoch: 2 }
  const fits = follower.step('synchronization.awaitingSync', told, { type: 'TRUNC', from: 3, zxid: a.zxid })!
  t.is(fits.value, 'synchronization.truncating')

  const cut = follower.step('synchronization.awaitingSync', told, { type: 'TRUNC', from: 3, zxid: 0 })!
  t.is(cut.value, 'left')
  t.deepEqual(cut.context.closes, [3])
  t.deepEqual(cut.context.disk, told.disk)
  t.deepEqual(cut.context.database, told.database)

  const again = followerOf(cut.context, 3)
  const answered = follower.step('discovery.awaitingLeaderInfo', again, {
    type: 'LEADERINFO',
    from: 3,
    epoch: 2,
  })!
  t.deepEqual(answered.context.sends, [
    { to: 3, packet: { type: 'ACKEPOCH', currentEpoch: -1, lastZxid: 0 } },
  ])
  const empty = follower.step(answered.value, answered.context, { type: 'DIFF', from: 3, zxid: 0 })!
  t.deepEqual(empty.context.database.txns, [])
  t.deepEqual(empty.context.disk, told.disk)
  const saving = follower.step(empty.value, empty.context, { type: 'NEWLEADER', from: 3, epoch: 2 })!
  t.is(saving.value, 'synchronization.savingSnapshot')
  const saved = follower.step(saving.value, saving.context, { type: 'WRITE' })!
  t.deepEqual(saved.context.disk.snapshot, { zxid: 0, txns: [] })
  t.false(saved.context.startsOver)
})

test('BROADCAST-65: a server that is down, looks or follows closes the connection of who would follow it', (t) => {
  const context = storeOf({})
  for (const life of ['down', 'looking', 'following']) {
    for (const type of ['FOLLOWERINFO', 'OBSERVERINFO'] as const) {
      const step = server.step(life, context, { type, from: 2, acceptedEpoch: 1 })!
      t.is(step.value, life)
      t.deepEqual(step.context, { ...context, closes: [2] })
      t.deepEqual(step.transition.rules, ['BROADCAST-65'])
    }
  }
  for (const life of ['down', 'looking']) {
    const step = server.step(life, context, { type: 'CLOSED', from: 2 })!
    t.deepEqual([step.value, step.context], [life, context])
  }
})

test('BROADCAST-14: a server that accepted less than it is in does not start', (t) => {
  const torn = storeOf({ acceptedEpoch: 1, currentEpoch: 2 })
  t.false(server.can('down', torn, { type: 'START' }))
  t.true(server.can('down', storeOf({ acceptedEpoch: 2, currentEpoch: 2 }), { type: 'START' }))
})

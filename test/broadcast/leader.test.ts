/** A leader where the spec's machine does not look: whom it refuses, how long it waits, what may wait for a learner, who is answered when. */
import test from 'ava'
import type { Disk } from '../../spec/broadcast/broadcast-types.js'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import { Leader } from '../../src/broadcast/leader.js'
import type { LeaderOptions } from '../../src/broadcast/leader-host.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { info, LeaderRig, limits, request } from './leader-rig.js'
import { transaction } from './transactions.js'

const epochAck = { type: 'ACK', zxid: makeZxid(1, 0n) } as const
const ackOf = (counter: bigint) => ({ type: 'ACK', zxid: makeZxid(1, counter) }) as const
const accepted = { type: 'ACKEPOCH', currentEpoch: 0, lastZxid: 0n } as const

/** An established leader of epoch 1, which server 3 follows. */
function established(options: Partial<LeaderOptions> = {}, disk: Disk = nothing): LeaderRig {
  const rig = new LeaderRig(ensemble, disk, options)
  rig.leader.lead()
  rig.connect(3)
  rig.say(3, info(3, 0))
  rig.write()
  rig.say(3, accepted)
  rig.write()
  rig.say(3, epochAck)
  return rig
}

/** A server that comes and is brought up to date. */
function joins(rig: LeaderRig, sid: number): void {
  rig.connect(sid)
  rig.say(sid, info(sid, 0, ensemble))
  rig.say(sid, accepted)
  rig.take({ type: 'SYNCHRONIZED', to: sid, fuzzy: [] }, { ensemble })
  rig.say(sid, epochAck)
}

function propose(rig: LeaderRig, ...requests: readonly number[]): void {
  for (const each of requests) rig.leader.propose((zxid) => transaction(zxid, each))
}

test('BROADCAST-68: whom a leader can’t lead it refuses, and says why', (t) => {
  for (const [said, why] of [
    [{ ...info(2, 0), protocolVersion: 1 }, /protocol version 0x1; this leader speaks 0x10000/],
    [info(1, 0), /server 1, which is this leader: each server needs a myid of its own/],
    [info(7, 0), /server 7 would follow, but is no participant/],
    [info(4, 0), /server 4 would follow, but is no participant/],
    [{ ...info(2, 0), configVersion: 1n }, /configuration 1, later than this leader's 0/],
    [info(2, 0x7fffffff), /accepted epoch 2147483647: must be 0 to 2147483646/],
    [info(2, -1), /accepted epoch -1/],
  ] as const) {
    const rig = new LeaderRig(ensemble, nothing)
    rig.leader.lead()
    rig.connect(2)
    rig.say(2, said)
    t.deepEqual(rig.closed, [2])
    t.regex(rig.whys[0]!, why)
    t.is(rig.leader.state, 'discovery.awaitingLearners')
    t.is(rig.leader.epoch, 1)
  }
  t.throws(() => new LeaderRig(ensemble, { ...nothing, acceptedEpoch: 0x7fffffff }), {
    instanceOf: RangeError,
    message: /accepted epoch 2147483647/,
  })
})

test('BROADCAST-68: an observer need not be listed, and one without a number not be alone', (t) => {
  const rig = established()
  const observer = { ...info(4, 0, ensemble), sid: 2n ** 63n - 1n }
  for (const sid of [5, 6]) {
    rig.connect(sid)
    rig.say(sid, observer)
    rig.say(sid, accepted)
  }
  t.deepEqual(rig.closed, [])
  t.is(rig.streamOf(5)[0], 'LEADERINFO 1')
})

test('BROADCAST-68: a participant that comes as an observer is sent no proposals, and does not count', (t) => {
  const rig = new LeaderRig(ensemble, nothing)
  rig.leader.lead()
  rig.connect(2)
  rig.say(2, { ...info(2, 0), type: 'OBSERVERINFO' })
  t.is(rig.leader.state, 'discovery.awaitingLearners')
  rig.connect(3)
  rig.say(3, info(3, 0))
  t.is(rig.leader.state, 'discovery.acceptingEpoch')
})

test('BROADCAST-68, BROADCAST-61: a server that connects again has one connection; what it acknowledged on the other is gone', (t) => {
  const rig = established()
  joins(rig, 2)
  propose(rig, 1)
  rig.say(2, ackOf(1n))
  rig.connect(2)
  rig.say(2, info(2, 0))
  t.deepEqual(rig.closed, [2])
  t.is(rig.whys[0], 'server 2 has connected again')
  rig.say(2, accepted)
  rig.leader.logged(makeZxid(1, 1n))
  t.deepEqual(rig.commits, ['established 1'])
  rig.say(3, ackOf(1n))
  t.is(rig.commits.length, 2)
})

test('BROADCAST-61: an acknowledgement goes with its connection', (t) => {
  const rig = new LeaderRig({ ...ensemble, participants: [1, 2, 3, 4, 5], observers: [] }, nothing)
  rig.leader.lead()
  for (const sid of [2, 3]) {
    rig.connect(sid)
    rig.say(sid, info(sid, 0))
  }
  rig.write()
  for (const sid of [2, 3]) rig.say(sid, accepted)
  rig.write()
  for (const sid of [2, 3]) rig.say(sid, epochAck)
  propose(rig, 1)
  rig.leader.logged(makeZxid(1, 1n))
  rig.say(2, ackOf(1n))
  rig.disconnect(2)
  rig.say(3, ackOf(1n))
  t.deepEqual(rig.commits, ['established 1'])
  rig.connect(2)
  rig.say(2, info(2, 1))
  rig.say(2, { type: 'ACKEPOCH', currentEpoch: -1, lastZxid: makeZxid(1, 1n) })
  t.deepEqual(rig.streamOf(2).slice(1), [
    `TRUNC ${makeZxid(1, 0n)}`,
    `PROPOSAL ${makeZxid(1, 1n)} 1`,
    'NEWLEADER 1',
  ])
  rig.say(2, epochAck)
  rig.say(2, ackOf(1n))
  t.is(rig.commits.length, 2)
})

test('BROADCAST-59: a sync is answered once all that was proposed before it is committed, or at once', (t) => {
  const rig = established()
  const sync = (cxid: number) => ({ type: 'SYNC', sessionId: 1n, cxid, body: Buffer.alloc(0) }) as const
  const own: string[] = []
  rig.say(3, sync(1))
  t.is(rig.streamOf(3).at(-1), 'SYNC')
  propose(rig, 1, 2)
  rig.say(3, sync(2))
  rig.leader.whenCommitted(() => own.push('own'))
  propose(rig, 3)
  const before = rig.streamOf(3).length
  rig.leader.logged(makeZxid(1, 3n))
  rig.say(3, ackOf(1n))
  t.deepEqual([rig.streamOf(3).slice(before), own], [[`COMMIT ${makeZxid(1, 1n)}`], []])
  rig.say(3, ackOf(2n))
  t.deepEqual(rig.streamOf(3).slice(before + 1), [`COMMIT ${makeZxid(1, 2n)}`, 'SYNC'])
  t.deepEqual(own, ['own'])
  t.deepEqual(rig.asked, ['sync 1', 'sync 2'])
  // Who is gone is not answered.
  propose(rig, 4)
  joins(rig, 2)
  rig.say(2, sync(3))
  rig.disconnect(2)
  rig.say(3, ackOf(3n))
  rig.say(3, ackOf(4n))
  rig.leader.logged(makeZxid(1, 4n))
  t.is(rig.commits.length, 5)
})

test('BROADCAST-59: sessions: a learner asks for one, and says which it heard of', (t) => {
  const rig = established()
  rig.say(3, { type: 'REVALIDATE', sessionId: 5n, timeout: 4000 })
  rig.say(3, { type: 'PING', touched: [{ sessionId: 6n, timeout: 4000 }] })
  t.deepEqual(rig.asked, ['revalidate 5 4000', 'touched 6'])
  t.is(rig.streamOf(3).at(-1), 'REVALIDATE')
  rig.leader.answerRevalidate(99, 5n, true)
})

/** Time passes, told in small steps, with what is said at each. */
function pass(rig: LeaderRig, from: number, ticks: number, meanwhile: () => void = () => undefined): number {
  for (let now = from; now < from + ticks * limits.tickTime; now += 250) {
    rig.leader.tick(now)
    meanwhile()
  }
  return from + ticks * limits.tickTime
}

test('BROADCAST-59, BROADCAST-62: pings go out twice a tick; who is silent for syncLimit ticks is dropped, and without a quorum the leader leaves', (t) => {
  const rig = established()
  joins(rig, 2)
  rig.leader.tick(0)
  const pings = (sid: number) => rig.streamOf(sid).filter((text) => text === 'PING').length
  let now = pass(rig, 1, 1, () => rig.say(3, { type: 'PING', touched: [] }))
  t.is(pings(3), 1)
  now = pass(rig, now, 2, () => rig.say(3, { type: 'PING', touched: [] }))
  t.is(pings(3), 5)
  now = pass(rig, now, 3.5, () => rig.say(3, { type: 'PING', touched: [] }))
  t.deepEqual(rig.closed, [2])
  t.is(rig.whys[0], 'server 2 was silent for 5 ticks while uptodate')
  t.is(rig.leader.state, 'broadcast')
  now = pass(rig, now, 4.5)
  t.is(rig.leader.state, 'broadcast')
  pass(rig, now, 2)
  t.is(rig.leader.state, 'left')
  t.is(rig.whys.at(-1), 'no quorum of learners is left: servers 1')
})

test('BROADCAST-62: a process that was stopped has not been left alone for so long', (t) => {
  const rig = established()
  for (let hour = 0; hour < 8; hour++) rig.leader.tick(hour * 3_600_000)
  t.is(rig.leader.state, 'broadcast')
})

test('BROADCAST-62: discovery, and synchronization, end after initLimit ticks', (t) => {
  const rig = new LeaderRig(ensemble, nothing)
  rig.leader.lead()
  rig.leader.tick(0)
  let now = pass(rig, 1, 10)
  rig.connect(3)
  rig.say(3, info(3, 0))
  rig.write()
  rig.say(3, accepted)
  t.is(rig.leader.state, 'synchronization.writingEpoch')
  rig.write()
  now = pass(rig, now, 10)
  t.is(rig.leader.state, 'synchronization.awaitingNewLeaderAcks')
  pass(rig, now, 2)
  t.is(rig.leader.state, 'left')

  const alone = new LeaderRig(ensemble, nothing)
  alone.leader.lead()
  alone.leader.tick(0)
  now = pass(alone, 1, 10)
  t.is(alone.leader.state, 'discovery.awaitingLearners')
  pass(alone, now, 2)
  t.is(alone.leader.state, 'left')
  t.regex(alone.whys.at(-1)!, /connected 1; accepted epoch 1: nobody; synchronized: nobody/)
})

test('BROADCAST-62: a connection that says nothing is dropped; one whose snapshot goes out is not', (t) => {
  const rig = established()
  const ping = () => rig.say(3, { type: 'PING', touched: [] })
  rig.connect(5)
  const id = rig.connect(2)
  rig.say(2, info(2, 0))
  rig.say(2, accepted)
  rig.leader.tick(0)
  let now = pass(rig, 1, 9.5, ping)
  rig.leader.progress(id)
  now = pass(rig, now, 5, ping)
  t.deepEqual(rig.closed, [5])
  pass(rig, now, 10, ping)
  t.deepEqual(rig.closed, [5, 2])
  t.is(rig.whys[1], 'server 2 was silent for 10 ticks while synchronizing')
})

test('BROADCAST-69: what waits behind a snapshot is bounded', (t) => {
  const rig = established({ backlogLimit: 1000 })
  rig.connect(2)
  rig.say(2, info(2, 0))
  rig.say(2, accepted)
  propose(rig, 1, 2, 3, 4, 5, 6, 7, 8)
  t.deepEqual(rig.closed, [])
  propose(rig, 9)
  t.deepEqual(rig.closed, [2])
  t.is(rig.whys[0], 'server 2 reads too slowly: 1116 bytes wait for it')
  t.is(rig.streamOf(3).filter((text) => text.startsWith('PROPOSAL')).length, 9)
})

test('BROADCAST-69: so is what waits on a connection; what the learner is synchronized with is not counted', (t) => {
  const rig = established({ backlogLimit: 1000 })
  propose(rig, 1, 2, 3, 4)
  for (const counter of [1n, 2n, 3n, 4n]) rig.say(3, ackOf(counter))
  rig.leader.logged(makeZxid(1, 4n))
  const id = rig.connect(2)
  rig.say(2, info(2, 1))
  rig.say(2, { type: 'ACKEPOCH', currentEpoch: -1, lastZxid: makeZxid(1, 1n) })
  // DIFF, and three proposals with their commits.
  const lacking = 24 + 3 * (24 + 100 + 24)
  rig.leader.backlog(id, 1000 + lacking)
  t.deepEqual(rig.closed, [])
  rig.say(2, epochAck)
  rig.leader.backlog(id, 1000)
  t.deepEqual(rig.closed, [])
  rig.leader.backlog(id, 1001)
  t.deepEqual(rig.closed, [2])
  t.is(rig.leader.state, 'broadcast')
})

test('what a host answers at once, in the middle of a turn, waits until that is over', (t) => {
  const rig = new LeaderRig({ ...ensemble, participants: [1] }, nothing)
  const told: string[] = []
  const leader: Leader = new Leader(
    Object.assign(Object.create(rig) as LeaderRig, {
      writeAcceptedEpoch: () => leader.acceptedEpochWritten(),
      writeCurrentEpoch: () => leader.currentEpochWritten(),
      established: () => propose({ leader } as LeaderRig, 1),
      append: ({ header }: { header: { zxid: bigint } }) => {
        told.push(`append ${header.zxid & 0xffn}`)
        leader.logged(header.zxid)
      },
      commit: ({ header }: { header: { zxid: bigint; cxid: number } }) => {
        told.push(`commit ${header.zxid & 0xffn}`)
        if (header.cxid < 3) propose({ leader } as LeaderRig, header.cxid + 1)
        else leader.giveUp('done')
      },
      left: ({ why }: { why: string }) => told.push(why),
    }),
    {
      ...limits,
      sid: 1n,
      quorums: { isVoter: () => true, isQuorum: (sids) => sids.has(1n) },
      acceptedEpoch: 0,
      currentEpoch: 0,
      lastZxid: 0n,
      committedLog: rig.server.committedLog,
      config: null,
      configVersion: 0n,
      forceSnapSync: false,
      backlogLimit: 1000,
    },
  )
  leader.lead()
  t.deepEqual(told, ['append 1', 'commit 1', 'append 2', 'commit 2', 'append 3', 'commit 3', 'done'])
  t.is(leader.state, 'left')
})

test('BROADCAST-51: a transaction must have the zxid that it is given', (t) => {
  const rig = established()
  t.throws(() => rig.leader.propose(() => transaction(5n, 1)), {
    instanceOf: RangeError,
    message: /0x5: must be 0x100000001/,
  })
  // It was no proposal, and the next one is.
  rig.say(3, request(8))
  t.is(rig.streamOf(3).at(-1), `PROPOSAL ${makeZxid(1, 1n)} 8`)
})

test('BROADCAST-51: a write that finds no zxid is not built', (t) => {
  const rig = established({ counterLimit: 2n })
  propose(rig, 1)
  rig.leader.propose(() => t.fail('the epoch is used up') as never)
  t.is(rig.leader.state, 'left')
  t.is(rig.whys.at(-1), 'epoch 1 has no zxid left')
})

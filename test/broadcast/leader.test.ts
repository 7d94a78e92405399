/** A leader where the spec's machine does not look: whom it refuses, who is answered when. */
import test from 'ava'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import { Leader } from '../../src/broadcast/leader.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { accepted, ackOf, epochAck, established, joins, propose } from './established-leader.js'
import { info, LeaderRig, limits, request } from './leader-rig.js'
import { transaction } from './transactions.js'

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
  rig.write()
  rig.say(2, accepted)
  t.is(rig.leader.state, 'discovery.awaitingEpochAcks')
  rig.say(3, accepted)
  rig.write()
  rig.say(2, epochAck)
  t.is(rig.leader.state, 'synchronization.awaitingNewLeaderAcks')
  rig.say(3, epochAck)
  propose(rig, 1)
  rig.leader.logged(makeZxid(1, 1n))
  rig.say(2, ackOf(1n))
  t.deepEqual(rig.commits, ['established 1'])
  t.is(rig.streamOf(2).at(-1), 'UPTODATE')
  rig.say(3, ackOf(1n))
  t.is(rig.streamOf(2).at(-1), `INFORM ${makeZxid(1, 1n)} 1`)
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

test('BROADCAST-53: a log can’t have what is not proposed', (t) => {
  const rig = established()
  propose(rig, 1)
  t.throws(() => rig.leader.logged(makeZxid(1, 2n)), {
    instanceOf: RangeError,
    message: /have 0x100000002, and 0x100000001 is the last proposal/,
  })
})

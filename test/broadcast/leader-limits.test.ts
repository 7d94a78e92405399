/** How long a leader waits, and what may wait for a learner. */
import test from 'ava'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { accepted, ackOf, epochAck, established, joins, propose } from './established-leader.js'
import { info, LeaderRig, limits } from './leader-rig.js'

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

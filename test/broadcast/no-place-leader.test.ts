/** BROADCAST-67: each message of a learner in each state of a leader, and what comes of it where it has no place. */
import test from 'ava'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import type { LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { info, LeaderRig, request } from './leader-rig.js'
import { transaction } from './transactions.js'

const learnerMessages: Readonly<Record<string, LearnerMessage>> = {
  info: info(2, 0),
  ackepoch: { type: 'ACKEPOCH', currentEpoch: 0, lastZxid: 0n },
  'ack of epoch': { type: 'ACK', zxid: makeZxid(1, 0n) },
  'ack of proposal': { type: 'ACK', zxid: makeZxid(1, 1n) },
  'ack over a gap': { type: 'ACK', zxid: makeZxid(1, 2n) },
  'ack of what is not proposed': { type: 'ACK', zxid: makeZxid(1, 9n) },
  request: request(7),
  sync: { type: 'SYNC', sessionId: 1n, cxid: 2, body: Buffer.alloc(0) },
  revalidate: { type: 'REVALIDATE', sessionId: 5n, timeout: 4000 },
  ping: { type: 'PING', touched: [] },
}

/** A leader in a state, and server 2's connection in a stage. What server 3 does makes the quorum. */
type Way = (rig: LeaderRig) => void
const say =
  (sid: number, ...kinds: string[]): Way =>
  (rig) => {
    for (const kind of kinds) rig.say(sid, kind === 'info' ? info(sid, 0) : learnerMessages[kind]!)
  }
const connect =
  (sid: number): Way =>
  (rig) =>
    void rig.connect(sid)
const write: Way = (rig) => rig.write()
const propose: Way = (rig) => {
  rig.leader.propose((zxid) => transaction(zxid, 1))
  rig.leader.propose((zxid) => transaction(zxid, 2))
}
const third = [connect(3), say(3, 'info'), write, say(3, 'ackepoch')]
const established = [...third, write, say(3, 'ack of epoch')]
const late = [...established, connect(2), say(2, 'info')]
/** An established leader has nothing that server 2 could be sent as DIFF. */
const snapshotSent: Way = (rig) => rig.take({ type: 'SYNCHRONIZED', to: 2, fuzzy: [] }, { ensemble })
const serving = [...late, say(2, 'ackepoch'), snapshotSent, say(2, 'ack of epoch'), propose]

const leaders: readonly {
  readonly state: string
  readonly stage: string
  readonly ways: readonly Way[]
  readonly taken: readonly string[]
}[] = [
  { state: 'discovery.awaitingLearners', stage: 'connected', ways: [connect(2)], taken: ['info'] },
  {
    state: 'discovery.acceptingEpoch',
    stage: 'informed',
    ways: [connect(2), say(2, 'info')],
    taken: [],
  },
  {
    state: 'discovery.awaitingEpochAcks',
    stage: 'offered',
    ways: [connect(2), say(2, 'info'), write],
    taken: ['ackepoch'],
  },
  {
    state: 'synchronization.writingEpoch',
    stage: 'newLeader',
    ways: [connect(2), say(2, 'info'), write, say(2, 'ackepoch')],
    taken: ['ack of epoch'],
  },
  {
    state: 'synchronization.writingEpoch',
    stage: 'acked',
    ways: [connect(2), say(2, 'info'), write, say(2, 'ackepoch', 'ack of epoch')],
    taken: ['ack of epoch'],
  },
  {
    state: 'synchronization.awaitingNewLeaderAcks',
    stage: 'offered',
    ways: [...third, write, connect(2), say(2, 'info')],
    taken: ['ackepoch'],
  },
  {
    state: 'synchronization.awaitingNewLeaderAcks',
    stage: 'connected',
    ways: [...third, write, connect(2)],
    taken: ['info'],
  },
  { state: 'broadcast', stage: 'offered', ways: late, taken: ['ackepoch'] },
  {
    state: 'broadcast',
    stage: 'synchronizing',
    ways: [...late, say(2, 'ackepoch')],
    taken: [],
  },
  {
    state: 'broadcast',
    stage: 'newLeader',
    ways: [...late, say(2, 'ackepoch'), snapshotSent],
    taken: ['ack of epoch'],
  },
  {
    state: 'broadcast',
    stage: 'uptodate',
    ways: serving,
    taken: ['ack of epoch', 'ack of proposal', 'request', 'sync', 'revalidate', 'ping'],
  },
]

for (const { state, stage, ways, taken } of leaders)
  test(`BROADCAST-67: a leader in ${state}, of a learner that is ${stage}, takes ${taken.join(', ') || 'nothing'}`, (t) => {
    for (const [kind, message] of Object.entries(learnerMessages)) {
      const rig = new LeaderRig(ensemble, nothing)
      rig.leader.lead()
      for (const way of ways) way(rig)
      t.is(rig.leader.state, state)
      t.deepEqual(rig.closed, [])
      rig.say(2, message)
      if (taken.includes(kind)) {
        t.deepEqual(rig.closed, [], `${kind}: ${rig.whys.join()}`)
        continue
      }
      t.is(rig.leader.state, state, kind)
      t.deepEqual(rig.closed, [2], kind)
      t.regex(rig.whys[0]!, new RegExp(`sent ${message.type}.* no place .* ${stage}$`), kind)
      // It is forgotten: what still comes on the connection changes nothing, and is not answered.
      rig.say(2, message)
      t.deepEqual(rig.closed, [2], kind)
    }
  })

test('BROADCAST-57: what a learner acknowledges twice, or after it is committed, is ignored', (t) => {
  const rig = new LeaderRig(ensemble, nothing)
  rig.leader.lead()
  for (const way of serving) way(rig)
  say(2, 'ack of proposal', 'ack of proposal')(rig)
  t.deepEqual(rig.commits, ['established 1'])
  say(3, 'ack of proposal')(rig)
  t.is(rig.commits.length, 2)
  say(2, 'ack of proposal', 'ack of epoch')(rig)
  say(3, 'ack of proposal')(rig)
  t.deepEqual([rig.closed, rig.commits.length], [[], 2])
  // Committed without its word: it goes on behind.
  say(3, 'ack over a gap')(rig)
  say(2, 'ack over a gap')(rig)
  t.is(rig.commits.length, 3)
})

test('BROADCAST-57: an earlier epoch’s acknowledgement, once all of it is on the learner’s disk, is ignored before the leader is established too', (t) => {
  const txn = { zxid: Number(makeZxid(1, 1n)), request: 1 }
  const disk = { ...nothing, acceptedEpoch: 1, currentEpoch: 1, log: [txn] }
  const acks = [makeZxid(2, 0n), makeZxid(1, 1n)].map((zxid) => ({ type: 'ACK', zxid }) as const)
  for (const [order, closed] of [
    [acks, []],
    // In place of NEWLEADER's it is an error (BROADCAST-38).
    [acks.toReversed(), [2]],
  ] as const) {
    const rig = new LeaderRig(ensemble, disk)
    rig.leader.lead()
    for (const way of [connect(2), say(2, 'info'), write]) way(rig)
    rig.say(2, { type: 'ACKEPOCH', currentEpoch: 1, lastZxid: makeZxid(1, 1n) })
    for (const ack of order) rig.say(2, ack)
    t.deepEqual(rig.closed, closed)
  }
})

test('BROADCAST-67: what comes on a connection that a leader does not know, or after it left, changes nothing', (t) => {
  const rig = new LeaderRig(ensemble, nothing)
  rig.leader.lead()
  for (const way of serving) way(rig)
  rig.leader.received(99, request(1))
  rig.leader.disconnected(99)
  rig.leader.snapshotSent(99)
  rig.leader.backlog(99, 1e9)
  t.is(rig.leader.state, 'broadcast')
  rig.leader.giveUp('enough')
  const before = [...rig.whys]
  for (const message of Object.values(learnerMessages)) rig.say(2, message)
  rig.leader.logged(makeZxid(1, 9n))
  rig.leader.propose(() => t.fail('it does not lead') as never)
  rig.leader.tick(1e9)
  t.deepEqual(rig.whys, before)
  // BROADCAST-65
  rig.connect(2)
  t.is(rig.whys.at(-1), 'this server does not lead')
})

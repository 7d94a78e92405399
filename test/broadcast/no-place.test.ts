/** BROADCAST-67: each message in each state, and what comes of it where it has no place. */
import test from 'ava'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import type { DatabaseAfter } from '../../src/broadcast/leaving.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { info, LeaderRig, request } from './leader-rig.js'
import { LearnerRig } from './learner-rig.js'
import { numbered, transaction } from './transactions.js'

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

// Learners

const first = numbered(2, 1)
const leaderMessages: Readonly<Record<string, LeaderMessage>> = {
  'a later epoch': { type: 'LEADERINFO', epoch: 2, protocolVersion: 0x10000 },
  'the accepted epoch': { type: 'LEADERINFO', epoch: 1, protocolVersion: 0x10000 },
  'an earlier epoch': { type: 'LEADERINFO', epoch: 0, protocolVersion: 0x10000 },
  'an old protocol': { type: 'LEADERINFO', epoch: 2, protocolVersion: 1 },
  diff: { type: 'DIFF', zxid: 0n },
  trunc: { type: 'TRUNC', zxid: 0n },
  snap: { type: 'SNAP', zxid: 0n },
  proposal: { type: 'PROPOSAL', transaction: first },
  'proposal over a gap': { type: 'PROPOSAL', transaction: numbered(2, 3) },
  commit: { type: 'COMMIT', zxid: first.header.zxid },
  'commit of another': { type: 'COMMIT', zxid: makeZxid(2, 2n) },
  inform: { type: 'INFORM', transaction: first },
  'inform over a gap': { type: 'INFORM', transaction: numbered(2, 3) },
  newleader: { type: 'NEWLEADER', epoch: 2, config: null },
  'newleader of another epoch': { type: 'NEWLEADER', epoch: 3, config: null },
  uptodate: { type: 'UPTODATE', zxid: -1n },
  sync: { type: 'SYNC', sessionId: 1n, cxid: 3, body: Buffer.alloc(0) },
  revalidate: { type: 'REVALIDATE', sessionId: 1n, isValid: true },
  ping: { type: 'PING', zxid: 0n },
}
const waiting = ['sync', 'revalidate', 'ping']
type Path = readonly (string | 'write')[]
const toSync: Path = ['a later epoch', 'write']
const toReceiving: Path = [...toSync, 'diff']
const toUptodate: Path = [...toReceiving, 'newleader', 'write']

const learners: readonly {
  readonly state: string
  readonly path: Path
  readonly isObserver?: boolean
  readonly taken: readonly string[]
  readonly database: DatabaseAfter
}[] = [
  {
    state: 'discovery.awaitingLeaderInfo',
    path: [],
    taken: ['a later epoch', 'the accepted epoch'],
    database: 'kept',
  },
  {
    state: 'synchronization.awaitingSync',
    path: toSync,
    taken: ['diff', 'trunc', 'snap'],
    database: 'fromDisk',
  },
  {
    state: 'synchronization.receiving',
    path: toReceiving,
    taken: ['proposal', 'newleader'],
    database: 'fromDisk',
  },
  {
    state: 'synchronization.receiving',
    path: [...toReceiving, 'proposal'],
    taken: ['commit', 'newleader'],
    database: 'fromDisk',
  },
  {
    state: 'synchronization.receiving',
    path: toReceiving,
    isObserver: true,
    taken: ['proposal', 'inform', 'newleader'],
    database: 'fromDisk',
  },
  {
    state: 'synchronization.awaitingUptodate',
    path: toUptodate,
    taken: ['proposal', 'uptodate', 'ping'],
    database: 'fromDisk',
  },
  {
    state: 'synchronization.awaitingUptodate',
    path: [...toUptodate, 'proposal'],
    taken: ['commit', 'uptodate', 'ping'],
    database: 'fromDisk',
  },
  {
    state: 'broadcast',
    path: [...toUptodate, 'uptodate'],
    taken: ['proposal', ...waiting],
    database: 'withLog',
  },
  {
    state: 'broadcast',
    path: [...toUptodate, 'uptodate', 'proposal'],
    taken: ['commit', ...waiting],
    database: 'withLog',
  },
  {
    state: 'broadcast',
    path: [...toUptodate, 'uptodate'],
    isObserver: true,
    taken: ['inform', ...waiting],
    database: 'withLog',
  },
]

function learnerIn(path: Path, isObserver = false): LearnerRig {
  const rig = new LearnerRig(ensemble, { ...nothing, acceptedEpoch: 1 }, { isObserver })
  rig.learner.follow()
  for (const step of path) {
    if (step === 'write') rig.write()
    else rig.learner.received(leaderMessages[step]!)
  }
  return rig
}

for (const { state, path, isObserver, taken, database } of learners)
  test(`BROADCAST-67: ${isObserver === true ? 'an observer' : 'a follower'} in ${state} after ${path.join(', ') || 'nothing'} takes ${taken.join(', ')}`, (t) => {
    for (const [kind, message] of Object.entries(leaderMessages)) {
      const rig = learnerIn(path, isObserver)
      t.is(rig.learner.state, state)
      const sent = [...rig.sent]
      rig.learner.received(message)
      if (taken.includes(kind)) {
        t.is(rig.leaving, undefined, `${kind}: ${rig.whys.join()}`)
        continue
      }
      t.is(rig.learner.state, 'left', kind)
      t.is(rig.leaving?.database, database, kind)
      t.deepEqual(rig.sent, sent, kind)
      // The connection is closed, and both say why.
      t.is(rig.whys.length, 2, kind)
      t.regex(rig.whys[0]!, message.type === 'LEADERINFO' ? /the leader (offers|sent)/ : /no place in/, kind)
      rig.learner.received(message)
      t.is(rig.whys.length, 2, kind)
    }
  })

test('BROADCAST-67: what comes while a learner waits for its disk is taken when that is done, in order', (t) => {
  const rig = learnerIn(['a later epoch'])
  for (const kind of ['diff', 'proposal', 'commit', 'newleader', 'ping']) {
    t.false(rig.learner.isReading)
    rig.learner.received(leaderMessages[kind]!)
  }
  t.is(rig.learner.state, 'discovery.acceptingEpoch')
  rig.write()
  t.is(rig.learner.state, 'synchronization.loggingCommitted')
  t.deepEqual(rig.sent.slice(1), ['ACKEPOCH 0 0'])
  rig.write()
  rig.write()
  t.deepEqual(rig.sent.slice(2), [`ACK ${makeZxid(2, 0n)}`, 'PING'])
  t.is(rig.learner.state, 'synchronization.awaitingUptodate')
})

test('BROADCAST-67: nor does a learner go on after it left while it waited for its disk', (t) => {
  const rig = learnerIn(['a later epoch'])
  rig.learner.received(leaderMessages['diff']!)
  rig.learner.disconnected()
  const sent = [...rig.sent]
  rig.write()
  rig.learner.logged(makeZxid(2, 1n))
  rig.learner.giveUp('again')
  t.deepEqual([rig.learner.state, rig.sent, rig.whys.length], ['left', sent, 1])
  t.false(rig.learner.forward(request(1)))
})

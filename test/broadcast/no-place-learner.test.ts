/** BROADCAST-67: each message of a leader in each state of a learner, and what comes of it where it has no place. */
import test from 'ava'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import type { DatabaseAfter } from '../../src/broadcast/leaving.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import type { LeaderMessage } from '../../src/wire/peer/quorum-message.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { request } from './leader-rig.js'
import { LearnerRig } from './learner-rig.js'
import { numbered } from './transactions.js'

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
  sync: { type: 'SYNC' },
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

/** A leader beside the spec's, on random walks: the same states, packets, durable effects and commits. */
import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import type { LeaderPacket } from '../../spec/broadcast/broadcast-types.js'
import { leaderMachine } from '../../spec/broadcast/leader-machine.js'
import { leaderOf, type LeaderContext, type LeaderEvent } from '../../spec/broadcast/leader-context.js'
import { lastCounter, makeZxid } from '../../spec/broadcast/zxid.js'
import { noEffects } from '../../spec/broadcast/effects.js'
import { restore } from '../../spec/broadcast/store.js'
import { compilePure } from '../../src/machine/compile-pure.js'
import { Random } from '../../src/random/random.js'
import { abstract, concrete } from './transactions.js'
import { LeaderRig, packetText } from './leader-rig.js'
import { randomDisk } from './random-disk.js'

const spec = compilePure(leaderMachine)

/** Both, and the learners' streams so far. */
class Beside {
  value = 'elected'
  context: LeaderContext
  readonly rig: LeaderRig
  private readonly streams = new Map<number, string[]>()
  readonly rules = new Set<string>()

  constructor(random: Random) {
    const ensemble = {
      participants: [[1], [1, 2, 3], [1, 2, 3, 4, 5]][random.below(3)]!,
      observers: [9],
      forceSnapSync: random.below(5) === 0,
      committedLogLimit: [2, 500][random.below(2)]!,
      counterLimit: random.below(4) === 0 ? 4 : lastCounter,
    }
    const disk = randomDisk(random)
    const database = restore(disk, ensemble)
    this.context = leaderOf({ sid: 1, ensemble, disk, database, toLog: [], startsOver: false, ...noEffects })
    this.rig = new LeaderRig(ensemble, disk)
  }

  /** Takes an event in both, where the spec takes it. */
  take(event: LeaderEvent): boolean {
    if (!this.stepSpec(event)) return false
    this.rig.take(event, this.context)
    // What is no snapshot is sent at once.
    for (const { sid, stage, snapshot } of this.context.learners)
      if (stage === 'synchronizing' && snapshot === null)
        this.stepSpec({ type: 'SYNCHRONIZED', to: sid, fuzzy: [] })
    return true
  }

  private stepSpec(event: LeaderEvent): boolean {
    const step = spec.step(this.value, { ...this.context, ...noEffects }, event)
    if (step === null) return false
    this.value = step.value
    this.context = step.context
    for (const rule of step.transition.rules) this.rules.add(rule)
    if (event.type === 'FOLLOWERINFO' || event.type === 'OBSERVERINFO') this.streams.set(event.from, [])
    if (event.type === 'CLOSED') this.streams.delete(event.from)
    for (const closed of step.context.closes) this.streams.delete(closed)
    for (const { to, packet } of step.context.sends)
      this.streams.get(to)!.push(packetText(packet as LeaderPacket))
    this.rig.expectedClosed.push(...step.context.closes)
    for (const said of step.context.notes) {
      if (said.type === 'committed') this.rig.expectedCommits.push(concrete(said.txn))
      if (said.type === 'established') this.rig.expectedCommits.push(`established ${said.epoch}`)
    }
    return true
  }

  /** What there is of each, in the same words. */
  both(): readonly [unknown, unknown] {
    const { context, rig, value } = this
    const { server, leader } = rig
    const isLeft = value === 'left'
    const expected = {
      state: value,
      epoch: context.epoch,
      streams: [...this.streams].map(([sid, stream]) => {
        const learner = context.learners.find((each) => each.sid === sid)
        const begun = learner?.stage === 'synchronizing' ? [`SNAP ${learner.snapshot!.zxid}`] : []
        return [sid, [...stream, ...begun]]
      }),
      closed: rig.expectedClosed.toSorted(),
      commits: rig.expectedCommits,
      mayWrite: spec.can(value, context, { type: 'WRITE' }),
      toLog: context.toLog,
      disk: { ...context.disk },
      database: {
        txns: context.database.txns,
        lastProcessed: context.database.lastProcessed,
        committedLog: context.database.committedLog,
      },
    }
    const actual = {
      state: leader.state,
      epoch: leader.epoch,
      streams: [...this.streams.keys()].map((sid) => [sid, rig.streamOf(sid)]),
      closed: rig.closed.toSorted(),
      commits: rig.commits,
      mayWrite: rig.mayWrite && !isLeft,
      toLog: server.toLog.map(abstract),
      disk: rig.diskNow(),
      database: {
        txns: server.applied.map(abstract),
        lastProcessed: Number(server.lastZxid),
        committedLog: server.committedLog.toArray().map(abstract),
      },
    }
    return [expected, actual]
  }
}

function randomEvent(random: Random, { context, rig }: Beside): LeaderEvent {
  const { ensemble, learners, epoch } = context
  const others = ensemble.participants.filter((sid) => sid !== 1)
  const sid = [...others, 9][random.below(others.length + 1)]!
  const learner = learners.find((each) => each.sid === sid)
  const draw = random.below(100)
  if (draw < 2) return { type: 'CLOSED', from: learner === undefined ? -1 : sid }
  if (draw < 3 && random.below(4) === 0) return { type: 'GIVE_UP' }
  if (draw < 4 && random.below(4) === 0) return { type: 'DISK_ERROR' }
  if (draw < 20) return { type: 'WRITE' }
  if (draw < 35) return { type: 'LOG' }
  if (draw < 50) return { type: 'CLIENT', request: rig.nextRequest++ }
  if (draw < 53 && learner?.stage === 'uptodate')
    return { type: 'REQUEST', from: sid, request: rig.nextRequest++ }
  if (draw < 54 && learner?.stage === 'uptodate') return { type: 'PING', from: sid }
  if (learner === undefined)
    return {
      type: sid === 9 ? 'OBSERVERINFO' : 'FOLLOWERINFO',
      from: sid,
      acceptedEpoch: random.below(4),
    }
  if (learner.stage === 'offered') {
    const known = [
      ...context.disk.log,
      ...context.disk.snapshot.txns,
      ...context.outstanding.map(({ txn }) => txn),
    ].map(({ zxid }) => zxid)
    const zxids = [...known, context.database.lastProcessed, makeZxid(random.below(4), random.below(6))]
    return {
      type: 'ACKEPOCH',
      from: sid,
      currentEpoch: random.below(5) - 1,
      lastZxid: zxids[random.below(zxids.length)]!,
    }
  }
  if (learner.stage === 'synchronizing') return { type: 'SYNCHRONIZED', to: sid, fuzzy: [] }
  // Acknowledgements come in order, the last one sometimes twice.
  const last = Math.max(context.lastCommitted, rig.ackedBy(sid))
  const zxid =
    learner.stage === 'uptodate' ? [last + 1, last, makeZxid(epoch, 0)][random.below(3)]! : makeZxid(epoch, 0)
  return { type: 'ACK', from: sid, zxid }
}

test('BROADCAST-21 to BROADCAST-66: a leader does on random walks what the spec does', (t) => {
  const rules = new Set<string>()
  const states = new Set<string>()
  for (let seed = 1; seed <= 500; seed++) {
    const random = new Random(seed)
    const beside = new Beside(random)
    const told: string[] = []
    beside.take({ type: 'LEAD' })
    for (let step = 0; step < 150 && beside.value !== 'left'; step++) {
      const event = randomEvent(random, beside)
      const from = beside.value
      if (!beside.take(event)) continue
      told.push(`${from}: ${JSON.stringify(event)}`)
      states.add(beside.value)
      const [expected, actual] = beside.both()
      if (!isDeepStrictEqual(actual, expected))
        t.deepEqual(actual, expected, `seed ${seed}\n${told.join('\n')}`)
    }
    for (const rule of beside.rules) rules.add(rule)
  }
  t.deepEqual(
    spec.values.filter((value) => value !== 'elected' && !states.has(value)),
    [],
  )
  const carried = [21, 22, 23, 27, 28, 29, 30, 37, 38, 39, 51, 53, 54, 57, 59, 61, 62, 66]
  t.deepEqual(
    carried.map((number) => `BROADCAST-${number}`).filter((rule) => ![...rules].join().includes(rule)),
    [],
  )
})

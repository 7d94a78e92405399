/** A learner beside the spec's, on random walks: the same states, packets, durable effects and commits. */
import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import { followerMachine } from '../../spec/broadcast/follower-machine.js'
import {
  followerOf,
  type FollowerContext,
  type FollowerEvent,
} from '../../spec/broadcast/follower-actions.js'
import type { LearnerPacket, Txn } from '../../spec/broadcast/broadcast-types.js'
import { noEffects } from '../../spec/broadcast/effects.js'
import { restore } from '../../spec/broadcast/store.js'
import { counterOf, epochOf, lastCounter, makeZxid } from '../../spec/broadcast/zxid.js'
import { compilePure } from '../../src/machine/compile-pure.js'
import { Random } from '../../src/random/random.js'
import { abstract } from './transactions.js'
import { LearnerRig } from './learner-rig.js'
import { randomDisk } from './random-disk.js'

const spec = compilePure(followerMachine)
const leader = 3

function packetText(packet: LearnerPacket): string {
  const { type, ...fields } = packet
  return [type, ...Object.values(fields)].join(' ')
}

class Beside {
  value = 'elected'
  context: FollowerContext
  readonly rig: LearnerRig
  readonly sent: string[] = []
  closes = 0
  readonly rules = new Set<string>()

  constructor(random: Random) {
    const isObserver = random.below(3) === 0
    const ensemble = {
      participants: isObserver ? [1, 3] : [1, 2, 3],
      observers: isObserver ? [2] : [],
      forceSnapSync: false,
      committedLogLimit: [2, 500][random.below(2)]!,
      counterLimit: lastCounter,
    }
    const disk = randomDisk(random)
    const startsOver = disk.snapshot.zxid > 0 && random.below(3) === 0
    const store = { sid: 2, ensemble, disk, database: restore(disk, ensemble), toLog: [], startsOver }
    this.context = followerOf({ ...store, ...noEffects }, leader)
    this.rig = new LearnerRig(ensemble, disk, { isObserver, startsOver })
  }

  take(event: FollowerEvent): boolean {
    const step = spec.step(this.value, { ...this.context, ...noEffects }, event)
    if (step === null) return false
    this.value = step.value
    this.context = step.context
    for (const rule of step.transition.rules) this.rules.add(rule)
    this.sent.push(...step.context.sends.map(({ packet }) => packetText(packet as LearnerPacket)))
    this.closes += step.context.closes.length
    this.rig.take(event)
    // The spec sees at once that a cut would go through the snapshot; the server looks at its disk.
    if (event.type === 'TRUNC' && step.value === 'left') this.rig.write()
    return true
  }

  both(): readonly [unknown, unknown] {
    const { context, rig, value } = this
    const expected = {
      state: value,
      sent: this.sent,
      isClosed: this.closes > 0,
      startsOver: context.startsOver,
      mayWrite: spec.can(value, context, { type: 'WRITE' }),
      // What DIFF committed is on its way to the log there, and appended in one step here.
      toLog:
        value === 'synchronization.loggingCommitted'
          ? context.notLogged.slice(0, context.committed)
          : context.toLog,
      disk: context.disk,
      txns: context.database.txns,
      lastProcessed: context.database.lastProcessed,
      committedLog: context.database.committedLog,
    }
    const { server, learner, leaving } = rig
    const isLeft = value === 'left'
    const actual = {
      state: learner.state,
      sent: rig.sent,
      isClosed: rig.whys.length - (isLeft ? 1 : 0) > 0,
      startsOver: isLeft ? leaving?.startsOver : context.startsOver,
      mayWrite: !learner.isReading,
      toLog: server.toLog.map(abstract),
      disk: rig.diskNow(),
      txns: server.applied.map(abstract),
      lastProcessed: Number(server.lastZxid),
      committedLog: server.committedLog.toArray().map(abstract),
    }
    return [expected, actual]
  }
}

/** The last zxid that it was told of. */
function lastTold({ notLogged, pending, database }: FollowerContext): number {
  return (notLogged.at(-1) ?? pending.at(-1))?.zxid ?? database.lastProcessed
}

function nextTxn(random: Random, { context }: Beside): Txn {
  const last = lastTold(context)
  const epoch = Math.max(context.epoch, epochOf(last))
  const zxid = epoch > epochOf(last) && random.below(3) > 0 ? makeZxid(epoch, 1) : last + 1
  return { zxid, request: epochOf(zxid) * 100 + counterOf(zxid) }
}

function randomEvent(random: Random, beside: Beside): FollowerEvent {
  const { context, value } = beside
  const from = leader
  const isObserver = context.ensemble.observers.length > 0
  const draw = random.below(100)
  if (draw < 1) return { type: 'CLOSED', from }
  if (draw < 2 && random.below(2) === 0) return { type: 'GIVE_UP' }
  if (draw < 3 && random.below(2) === 0) return { type: 'DISK_ERROR' }
  if (draw < 20) return { type: 'WRITE' }
  if (draw < 40) return { type: 'LOG' }
  if (draw < 42) return { type: 'CLIENT', request: 1000 + draw }
  if (draw < 45) return { type: 'PING', from }
  if (draw < 47) return { type: 'SYNC', from }
  if (value === 'discovery.awaitingLeaderInfo')
    return { type: 'LEADERINFO', from, epoch: Math.max(0, context.disk.acceptedEpoch + random.below(5) - 1) }
  if (value === 'synchronization.awaitingSync') {
    const known = [context.disk.snapshot.zxid, ...context.disk.log.map(({ zxid }) => zxid)]
    const zxid = known[random.below(known.length)]!
    const kind = random.below(3)
    if (kind === 0) return { type: 'DIFF', from, zxid }
    if (kind === 1 && !context.startsOver)
      return {
        type: 'TRUNC',
        from,
        zxid: [zxid, makeZxid(epochOf(zxid), 0), makeZxid(context.epoch, 0)][random.below(3)]!,
      }
    const txns = [1, 2, 3].slice(random.below(4)).map((counter) => ({
      zxid: makeZxid(1, counter),
      request: 100 + counter,
    }))
    const upTo = makeZxid(context.epoch, random.below(2))
    // A snapshot may have caught what comes after its zxid.
    const caught = random.below(3) === 0 ? [{ zxid: upTo + 1, request: epochOf(upTo) * 100 + 1 }] : []
    return { type: 'SNAP', from, zxid: upTo, txns: counterOf(upTo) === 0 ? [...txns, ...caught] : txns }
  }
  if (draw < 65) {
    const txn = nextTxn(random, beside)
    const isTaken = value !== 'broadcast' || !isObserver
    // An observer that was sent a proposal without its commit is sent no INFORM.
    const isAllCommitted = context.notLogged.length === context.committed && context.pending.length === 0
    if (isObserver && isAllCommitted && (random.below(2) === 0 || !isTaken))
      return { type: 'INFORM', from, txn }
    if (isTaken) return { type: 'PROPOSAL', from, txn }
  }
  if (draw < 85) {
    const waiting = value === 'broadcast' ? context.pending[0] : context.notLogged[context.committed]
    if (waiting !== undefined) return { type: 'COMMIT', from, zxid: waiting.zxid }
  }
  if (value === 'synchronization.receiving') return { type: 'NEWLEADER', from, epoch: context.epoch }
  return { type: 'UPTODATE', from }
}

test('BROADCAST-20 to BROADCAST-66: a learner does on random walks what the spec does', (t) => {
  const rules = new Set<string>()
  const states = new Set<string>()
  for (let seed = 1; seed <= 1500; seed++) {
    const random = new Random(seed)
    const beside = new Beside(random)
    const told: string[] = []
    beside.take({ type: 'FOLLOW' })
    states.add(beside.value)
    for (let step = 0; step < 120 && beside.value !== 'left'; step++) {
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
  const carried = [20, 24, 25, 26, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 52, 55, 56, 59, 60, 63, 64, 66]
  t.deepEqual(
    carried.map((number) => `BROADCAST-${number}`).filter((rule) => !rules.has(rule)),
    [],
  )
})

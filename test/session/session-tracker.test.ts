/** The tracker of sessions: their ids, when they fall due, and what their end's decision takes away. */
import test from 'ava'
import fc from 'fast-check'
import { check, claim, type Session } from '../../spec/session/session-model.js'
import { ErrorCode } from '../../spec/vocabulary/index.js'
import { SessionTracker } from '../../src/session/session-tracker.js'
import { SessionIds } from '../../src/session/session-ids.js'

const tick = 100

function trackerAt(now: number): SessionTracker {
  return new SessionTracker(tick, new SessionIds(1, now))
}

test('SESSION-12: the first id is made of the server and the clock, the next ones count up', (t) => {
  const tracker = trackerAt(0x9923_4567_89ab)
  t.is(tracker.create(1000, 0), 0x0123_4567_89ab_0000n)
  t.is(tracker.create(1000, 0), 0x0123_4567_89ab_0001n)
})

test('SESSION-11, SESSION-13: ids are never given twice, and never the owner of containers', (t) => {
  // The server 128 with its clock at 0 would begin with -2^63.
  const tracker = new SessionTracker(tick, new SessionIds(128, 0))
  const ids = Array.from({ length: 1000 }, () => tracker.create(1000, 0))
  t.is(new Set(ids).size, ids.length)
  t.is(ids[0], -(1n << 63n) + 1n)
  t.false(ids.includes(0n))
})

test('SESSION-11, SESSION-12: an id that a session has is not given again, whatever the clock says', (t) => {
  for (const sid of [1, 128, 254]) {
    const [first, again] = [new SessionIds(sid, 5000), new SessionIds(sid, 5000)]
    const before = new SessionTracker(tick, first)
    const given = [before.create(1000, 0), before.create(1000, 0)]
    // Another role, while the clock stands still: the ids go on.
    t.is(new SessionTracker(tick, first).create(1000, 0), BigInt.asIntN(64, given[1]! + 1n))
    // Another start, by a clock that was set back: living sessions are gone behind, those of other servers not.
    const after = new SessionTracker(tick, again)
    const foreign = new SessionIds(3, 9000).give()
    for (const id of [given[1]!, given[0]!, foreign]) after.add(id, 1000, 0)
    t.is(after.create(1000, 0), BigInt.asIntN(64, given[1]! + 1n))
  }
})

test('SESSION-10: a session that is being created is no session yet: not open, not touched, not in snapshots', (t) => {
  const tracker = trackerAt(0)
  const id = tracker.create(1000, 0)
  t.false(tracker.isOpen(id))
  t.false(tracker.touch(id, 1000, 10))
  t.deepEqual(tracker.entries(), [])
  tracker.add(id, 1000, 20)
  t.true(tracker.isOpen(id))
  t.deepEqual(tracker.entries(), [[id, 1000]])
})

test('SESSION-10: a session whose creation is slow is not given up before it exists', (t) => {
  const tracker = trackerAt(0)
  const id = tracker.create(1000, 0)
  t.deepEqual(tracker.overdue(5000), [])
  tracker.add(id, 1000, 5000)
  t.deepEqual(tracker.overdue(5000 + tick), [id])
})

test('SESSION-32: an overdue session is told once, and from then on is neither open nor touched', (t) => {
  const tracker = trackerAt(0)
  tracker.add(7n, 1000, 0)
  t.deepEqual(tracker.overdue(1000 + tick), [7n])
  t.deepEqual(tracker.overdue(9000), [])
  t.false(tracker.isOpen(7n))
  t.false(tracker.touch(7n, 1000, 9000))
  t.deepEqual(tracker.entries(), [[7n, 1000]], 'it exists until its end takes effect')
  tracker.remove(7n)
  t.deepEqual(tracker.entries(), [])
})

test('SESSION-60: a session that is closing does not fall due a second time', (t) => {
  const tracker = trackerAt(0)
  tracker.add(7n, 1000, 0)
  tracker.close(7n)
  t.false(tracker.isOpen(7n))
  t.deepEqual(tracker.overdue(9000), [])
})

test('SESSION-31, SESSION-83: whatever is heard when, a session falls due after its timeout and within a tick of it', (t) => {
  const steps = fc.array(
    fc.record({ id: fc.bigInt(1n, 4n), after: fc.nat(400), timeout: fc.integer({ min: 200, max: 900 }) }),
    {
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(steps, (heard) => {
      const tracker = trackerAt(0)
      const last = new Map<bigint, number>()
      let now = 0
      for (const { id, after, timeout } of heard) {
        now += after
        for (const gone of tracker.overdue(now)) {
          const until = last.get(gone)
          if (until === undefined || now <= until) return false
          last.delete(gone)
          tracker.remove(gone)
        }
        for (const until of last.values()) if (now > until + tick) return false
        if (tracker.isOpen(id)) tracker.touch(id, timeout, now)
        else tracker.add(id, timeout, now)
        last.set(id, now + timeout)
      }
      return tracker.entries().length === last.size
    }),
  )
  t.pass()
})

test('SESSION-81: no order of events takes a session out of closing but its end, and none out of ended', (t) => {
  const event = fc.constantFrom('touch', 'close', 'overdue', 'add')
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const tracker = trackerAt(0)
      tracker.add(7n, 200, 0)
      tracker.close(7n)
      let now = 0
      for (const each of events) {
        now += 150
        if (each === 'touch') tracker.touch(7n, 200, now)
        if (each === 'close') tracker.close(7n)
        if (each === 'overdue' && tracker.overdue(now).length > 0) return false
        if (each === 'add') tracker.add(7n, 200, now)
        if (tracker.isOpen(7n)) return false
      }
      tracker.remove(7n)
      return tracker.count === 0 && tracker.byExpiry().length === 0
    }),
  )
  t.pass()
})

test('SESSION-50, SESSION-51, SESSION-54: a request counts through the server that its session was opened on or renewed through last', (t) => {
  const sids = fc.integer({ min: 1, max: 3 })
  const step = fc.oneof(
    fc.record({ does: fc.constant('claim' as const), id: fc.bigInt(1n, 3n), sid: sids }),
    fc.record({ does: fc.constant('close' as const), id: fc.bigInt(1n, 2n), sid: sids }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const tracker = trackerAt(0)
      let model: ReadonlyMap<bigint, Session> = new Map()
      for (const id of [1n, 2n]) {
        tracker.add(id, 1000, 0)
        const session = { id, timeOut: 1000, expiresAt: 1100, connection: null, owner: null, closing: false }
        model = new Map(model).set(id, session as Session)
      }
      for (const { does, id, sid } of steps) {
        if (does === 'claim') {
          tracker.claim(id, BigInt(sid))
          model = claim(model, id, sid)
        } else {
          tracker.close(id)
          model = new Map(model).set(id, { ...model.get(id)!, closing: true })
        }
      }
      for (const id of [1n, 2n, 3n])
        for (const sid of [1, 2, 3]) {
          const expected = check(model, id, sid)
          // Nobody has local sessions, so nobody else can know it either.
          const known = expected === ErrorCode.UnknownSession ? ErrorCode.SessionExpired : expected
          t.is(tracker.check(id, BigInt(sid)), known)
        }
    }),
  )
})

/** Sessions: the rules, machine and model side by side on random walks, and the invariants with what breaks them. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { initialTransition, transition, type SnapshotFrom } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import {
  sessionInvariants,
  sessionStepInvariants,
  type Heard,
} from '../../../spec/session/session-invariants.js'
import { sessionMachine, type SessionEvents } from '../../../spec/session/session-machine.js'
import * as model from '../../../spec/session/session-model.js'
import { passwordOf } from '../../../spec/session/password.js'
import { ErrorCode } from '../../../spec/vocabulary/index.js'

const settings = { tickTime: 100, minSessionTimeout: 200, maxSessionTimeout: 2000 }
const wrong = new Uint8Array(16)
const { noSessions } = model

test('SESSION-20: the timeout asked for, within the bounds', (t) => {
  t.deepEqual(
    [-5, 0, 199, 200, 777, 2000, 1e9].map((asked) => model.negotiate(asked, settings)),
    [200, 200, 200, 200, 777, 2000, 2000],
  )
  t.is(model.negotiate(5, { minSessionTimeout: 10, maxSessionTimeout: 3 }), 3)
})

test('SESSION-21: the bounds by default', (t) => {
  t.deepEqual(model.defaultBounds(2000), { minSessionTimeout: 4000, maxSessionTimeout: 40000 })
})

test('SESSION-30: overdue at the end of the tick in which the timeout passes', (t) => {
  t.deepEqual(
    [0, 1, 99, 100, 101].map((time) => model.endOfTick(time, 100)),
    [100, 100, 100, 200, 200],
  )
  const sessions = model.open(noSessions, 1n, 250, 1, 1000, settings)
  t.deepEqual(model.overdue(sessions, 1299), [])
  t.deepEqual(model.overdue(sessions, 1300), [1n])
})

test('SESSION-31: not before the timeout, and at most one tick after it', (t) => {
  t.false(model.mayBeExpired(1000, 250, 1250))
  t.true(model.mayBeExpired(1000, 250, 1251))
  t.false(model.mustBeExpired(1000, 250, 1349, settings))
  t.true(model.mustBeExpired(1000, 250, 1350, settings))
})

test('SESSION-32: a session whose end is decided is neither touched nor renewed', (t) => {
  const closing = model.giveUp(model.open(noSessions, 1n, 250, 1, 0, settings), 1n)
  t.is(model.touch(closing, 1n, 10, settings), undefined)
  t.is(model.reattach(closing, 1n, passwordOf(1n), 250, 2, 10, settings).rule, 'SESSION-42')
  t.is(model.check(closing, 1n, 0), ErrorCode.SessionExpired)
})

test('SESSION-41: a wrong password is refused, and leaves the session as it was, off its connection', (t) => {
  const sessions = model.open(noSessions, 1n, 250, 1, 0, settings)
  for (const passwd of [wrong, new Uint8Array(0), passwordOf(1n).slice(0, 15), passwordOf(2n)]) {
    const after = model.reattach(sessions, 1n, passwd, 250, 2, 10, settings)
    t.is(after.rule, 'SESSION-41')
    t.false(after.renewed)
    t.is(after.closes, 1)
    t.deepEqual(after.sessions.get(1n), { ...sessions.get(1n)!, connection: null })
  }
})

test('SESSION-42: a session that is not there is refused, id 0 and the right password included', (t) => {
  t.is(model.reattach(noSessions, 7n, passwordOf(7n), 250, 2, 10, settings).rule, 'SESSION-42')
  t.false(model.reattach(noSessions, 0n, passwordOf(0n), 250, 2, 10, settings).renewed)
})

test('SESSION-43: renewal negotiates the timeout anew and touches', (t) => {
  const sessions = model.detach(model.open(noSessions, 1n, 250, 1, 0, settings), 1)
  const after = model.reattach(sessions, 1n, passwordOf(1n), 1e6, 2, 230, settings)
  t.true(after.renewed)
  t.is(after.closes, null)
  t.like(after.sessions.get(1n), { timeOut: 2000, expiresAt: 2300, connection: 2 })
})

test('SESSION-44: a session is on one connection, and its old one is closed', (t) => {
  const sessions = model.open(noSessions, 1n, 250, 1, 0, settings)
  const after = model.reattach(sessions, 1n, passwordOf(1n), 250, 2, 10, settings)
  t.is(after.closes, 1)
  t.is(after.sessions.get(1n)?.connection, 2)
})

test('SESSION-51: a request is checked for the session, its end, its owner, in this order', (t) => {
  const sessions = model.claim(model.open(noSessions, 1n, 250, 1, 0, settings), 1n, 3)
  t.is(model.check(sessions, 2n, 3), ErrorCode.UnknownSession)
  t.is(model.check(sessions, 1n, 3), ErrorCode.Ok)
  t.is(model.check(sessions, 1n, 4), ErrorCode.SessionMoved)
  t.is(model.check(model.giveUp(sessions, 1n), 1n, 4), ErrorCode.SessionExpired)
  t.is(model.check(model.claim(sessions, 1n, 4), 1n, 4), ErrorCode.Ok)
})

/** A step of a walk over one session: what happens, and how long after the step before. */
const step = fc.record({
  wait: fc.integer({ min: 0, max: 400 }),
  what: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ type: 'TOUCH' as const }) },
    { weight: 3, arbitrary: fc.constant({ type: 'CHECK_EXPIRY' as const }) },
    { weight: 2, arbitrary: fc.constant({ type: 'DISCONNECT' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('RENEW' as const),
        right: fc.boolean(),
        asked: fc.integer({ min: -10, max: 3000 }),
        connection: fc.integer({ min: 2, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'CLOSE' as const }) },
    { weight: 1, arbitrary: fc.constant({ type: 'ENDED' as const }) },
  ),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

type Model = Pick<typeof model, 'open' | 'touch' | 'giveUp' | 'close' | 'overdue' | 'reattach' | 'detach'>

/** What the model makes of a step on session 1. */
function advance(sessions: model.Sessions, { what }: Step, now: number, by: Model): model.Sessions {
  const session = sessions.get(1n)
  switch (what.type) {
    case 'TOUCH':
      return by.touch(sessions, 1n, now, settings) ?? sessions
    case 'CHECK_EXPIRY':
      return by.overdue(sessions, now).reduce((rest, id) => by.giveUp(rest, id), sessions)
    case 'DISCONNECT':
      return typeof session?.connection === 'number' ? by.detach(sessions, session.connection) : sessions
    case 'RENEW': {
      const passwd = what.right ? passwordOf(1n) : wrong
      return by.reattach(sessions, 1n, passwd, what.asked, what.connection, now, settings).sessions
    }
    case 'CLOSE':
      return by.giveUp(sessions, 1n)
    case 'ENDED':
      return session?.closing === true ? by.close(sessions, 1n) : sessions
  }
}

function eventOf({ what }: Step, now: number): SessionEvents {
  switch (what.type) {
    case 'TOUCH':
    case 'CHECK_EXPIRY':
      return { type: what.type, now }
    case 'RENEW':
      return { ...what, passwd: what.right ? passwordOf(1n) : wrong, now }
    default:
      return { type: what.type }
  }
}

/** The machine's state in the model's terms. */
function inModel(snapshot: SnapshotFrom<typeof sessionMachine>): model.Session | undefined {
  if (snapshot.value === 'ended') return undefined
  const { id, timeOut, expiresAt, connection } = snapshot.context
  return { id, timeOut, expiresAt, connection, owner: null, closing: snapshot.value === 'closing' }
}

test('SESSION-10: machine and model agree on every walk', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -1, max: 5000 }), fc.array(step, { maxLength: 30 }), (asked, walk) => {
      let now = 12345
      let sessions = model.open(noSessions, 1n, model.negotiate(asked, settings), 1, now, settings)
      const input = { id: 1n, settings, asked, connection: 1, now }
      let [snapshot] = initialTransition(sessionMachine, input)
      ;[snapshot] = transition(sessionMachine, snapshot, { type: 'CREATED' })
      for (const each of walk) {
        now += each.wait
        sessions = advance(sessions, each, now, model)
        ;[snapshot] = transition(sessionMachine, snapshot, eventOf(each, now))
        assert.deepEqual(inModel(snapshot), sessions.get(1n))
      }
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

const show = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

const alphabet: SessionEvents[] = [
  { type: 'CREATED' },
  { type: 'TOUCH', now: 1000 },
  { type: 'DISCONNECT' },
  { type: 'RENEW', passwd: passwordOf(1n), asked: 300, connection: 2, now: 1000 },
  { type: 'RENEW', passwd: wrong, asked: 300, connection: 2, now: 1000 },
  { type: 'CHECK_EXPIRY', now: 1100 },
  { type: 'CHECK_EXPIRY', now: 9999 },
  { type: 'CLOSE' },
  { type: 'ENDED' },
]

test('SESSION-81: every state is reached, and none leads out of the end', (t) => {
  const found = getShortestPaths(sessionMachine, {
    events: alphabet,
    input: { id: 1n, settings, asked: 300, connection: 1, now: 1000 },
    serializeState: ({ value, context }) => JSON.stringify([value, context], show),
    serializeEvent: (event) => JSON.stringify(event, show),
  })
  const reached = new Set(found.map(({ state }) => state.value as string))
  t.deepEqual([...reached].sort(), ['attached', 'closing', 'detached', 'ended', 'opening'])
  for (const { state } of found) {
    for (const event of alphabet) {
      const [next] = transition(sessionMachine, state, event)
      if (state.value === 'ended') t.is(next.value, 'ended')
      if (state.value === 'closing') t.true(next.value === 'closing' || next.value === 'ended')
    }
  }
})

/** The rule of the first invariant that does not hold on a walk. */
function brokenBy(by: Model, walk: readonly Step[]): string | undefined {
  let now = 12345
  let sessions = by.open(noSessions, 1n, 500, 1, now, settings)
  sessions = by.open(sessions, 2n, 2000, 9, now, settings)
  let heard: Heard = new Map([
    [1n, now],
    [2n, now],
  ])
  for (const each of walk) {
    now += each.wait
    const before = sessions
    sessions = advance(sessions, each, now, by)
    const cause = each.what.type === 'CHECK_EXPIRY' ? 'expiry' : 'other'
    const step = sessionStepInvariants.find(
      ({ broken }) => broken(before, sessions, now, cause, heard) !== null,
    )
    if (step !== undefined) return step.rule
    const touched = each.what.type === 'TOUCH' || (each.what.type === 'RENEW' && each.what.right)
    if (touched && before.get(1n)?.closing === false) heard = new Map(heard).set(1n, now)
    const state = sessionInvariants.find(({ broken }) => broken(sessions, settings, heard) !== null)
    if (state !== undefined) return state.rule
  }
  return undefined
}

function firstBroken(by: Model): string | undefined {
  let broken: string | undefined
  fc.check(
    fc.property(fc.array(step, { maxLength: 30 }), (walk) => {
      const rule = brokenBy(by, walk)
      broken = rule ?? broken
      return rule === undefined
    }),
    { numRuns: 1000, seed: 1 },
  )
  return broken
}

test('SESSION-80: the invariants hold on every walk', (t) => {
  t.is(firstBroken(model), undefined)
})

/** A model with one mistake, and the rule that it breaks. */
const mistakes: { name: string; rule: string; by: Partial<Model> }[] = [
  {
    name: 'a renewed session takes a connection that is another one’s',
    rule: 'SESSION-80',
    by: {
      reattach: (sessions, id, passwd, asked, _connection, now, bounds) =>
        model.reattach(sessions, id, passwd, asked, 9, now, bounds),
    },
  },
  {
    name: 'a renewal takes the timeout as it is asked for',
    rule: 'SESSION-82',
    by: {
      reattach: (sessions, id, passwd, asked, connection, now) =>
        model.reattach(sessions, id, passwd, asked, connection, now, {
          ...settings,
          minSessionTimeout: -1e9,
          maxSessionTimeout: 1e9,
        }),
    },
  },
  {
    name: 'a touch rounds down to the tick',
    rule: 'SESSION-30',
    by: {
      touch: (sessions, id, now) => {
        const after = model.touch(sessions, id, now, settings)
        const session = after?.get(id)
        if (after === undefined || session === undefined) return after
        return new Map(after).set(id, { ...session, expiresAt: session.expiresAt - settings.tickTime })
      },
    },
  },
  {
    name: 'a renewal saves a session whose end is decided',
    rule: 'SESSION-81',
    by: {
      reattach: (sessions, id, passwd, asked, connection, now, bounds) => {
        const session = sessions.get(id)
        const saved =
          session === undefined ? sessions : new Map(sessions).set(id, { ...session, closing: false })
        return model.reattach(saved, id, passwd, asked, connection, now, bounds)
      },
    },
  },
  {
    name: 'a session ends with its connection',
    rule: 'SESSION-81',
    by: { detach: (sessions) => model.close(sessions, 1n) },
  },
  {
    name: 'a session expires when its connection is silent for half its timeout',
    rule: 'SESSION-83',
    by: {
      overdue: (sessions, now) =>
        [...sessions.values()]
          .filter(({ closing, expiresAt, timeOut }) => !closing && now >= expiresAt - timeOut / 2)
          .map(({ id }) => id),
    },
  },
]

for (const { name, rule, by } of mistakes) {
  test(`${rule}: its invariant fails when ${name}`, (t) => {
    t.is(firstBroken({ ...model, ...by }), rule)
  })
}

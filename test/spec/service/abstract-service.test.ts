/** The service's step: what it refuses, what it may do next; and that every invariant can fail. */
import test from 'ava'
import { invariants, stepInvariants } from '../../../spec/service/service-invariants.js'
import type { ServiceEvent, ServiceOutput } from '../../../spec/service/service-events.js'
import { service } from '../../../spec/service/standard-service.js'
import { put, type Service } from '../../../spec/service/service-state.js'
import { passwordOf } from '../../../spec/session/password.js'
import { defaultSettings } from '../../../src/conform/check-trace.js'
import { parseRequest } from '../../../src/scenario/scenario-command.js'

const now = 1_600_000_000_000

function connect(connection: number, sessionId: bigint, timeOut = 4000): ServiceEvent {
  return {
    type: 'connect',
    connection,
    address: '127.0.0.1',
    request: { protocolVersion: 0, lastZxidSeen: 0n, timeOut, sessionId: 0n, passwd: new Uint8Array(16) },
    grant: { sessionId, passwd: passwordOf(sessionId) },
    now,
  }
}

const ask = (connection: number, text: string, xid = 1): ServiceEvent => ({
  type: 'request',
  connection,
  xid,
  request: parseRequest(text),
  now,
})
const serve = (connection: number): ServiceEvent => ({ type: 'serve', connection, now })

/** The state after events that are all allowed. */
function after(...events: readonly ServiceEvent[]): Service {
  return events.reduce(
    (state, event) => {
      const step = service.step(state, event)
      if (!step.ok) throw new Error(step.why)
      return step.state
    },
    service.initial(defaultSettings, { now }),
  )
}

const owner = after(connect(1, 7n), ask(1, 'create /e mode=ephemeral'), serve(1))

function refused(state: Service, event: ServiceEvent): string | undefined {
  const step = service.step(state, event)
  return step.ok ? undefined : step.rule
}

test('SERVICE-10: a connection that has made no handshake, or has ended, is refused', (t) => {
  t.is(refused(after(), ask(1, 'exists /')), 'SERVICE-10')
  t.is(refused(after(connect(1, 7n)), { type: 'disconnect', connection: 2, now }), 'SERVICE-10')
  const gone = after(connect(1, 7n), { type: 'disconnect', connection: 1, now })
  t.is(refused(gone, ask(1, 'exists /')), 'SERVICE-10')
})

test('SERVICE-12: nothing is served that was not asked for', (t) => {
  t.is(refused(after(connect(1, 7n)), serve(1)), 'SERVICE-12')
  t.is(refused(after(), serve(3)), 'SERVICE-12')
})

test('SERVICE-55: of two connections that are gone, the earlier one is forgotten when the later one is served', (t) => {
  const renew: ServiceEvent = {
    type: 'connect',
    connection: 2,
    address: '127.0.0.1',
    request: {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut: 4000,
      sessionId: 7n,
      passwd: passwordOf(7n),
    },
    grant: { sessionId: 8n, passwd: passwordOf(8n) },
    now,
  }
  const lost = after(
    connect(1, 7n),
    ask(1, 'create /first'),
    { type: 'disconnect', connection: 1, now },
    renew,
    ask(2, 'create /second'),
    { type: 'disconnect', connection: 2, now },
  )
  t.is(refused(lost, serve(1)), undefined)
  const later = service.step(lost, serve(2))
  t.true(later.ok && later.state.tree.has('/second'))
  t.is(later.ok ? refused(later.state, serve(1)) : '', 'SERVICE-12')
})

test('SERVICE-56: a session is given up after its timeout, not before, and expired after that', (t) => {
  const giveUp = (later: number): ServiceEvent => ({ type: 'giveUp', session: 7n, now: now + later })
  t.is(refused(owner, giveUp(4000)), 'SERVICE-56')
  t.is(refused(owner, giveUp(4001)), undefined)
  t.is(refused(owner, { type: 'expire', session: 7n, now: now + 9000 }), 'SERVICE-56')
  t.is(refused(owner, { type: 'giveUp', session: 8n, now: now + 9000 }), 'SERVICE-56')
  const ended = after(connect(1, 7n), ask(1, 'create /e mode=ephemeral'), serve(1), giveUp(9000), {
    type: 'expire',
    session: 7n,
    now: now + 9000,
  })
  t.false(ended.tree.has('/e'))
  t.is(ended.sessions.size, 0)
  t.deepEqual(ended.outputs, [{ type: 'closed', connection: 1 }])
})

test('SERVICE-60: what is not due is not reaped', (t) => {
  const box = after(connect(1, 7n), ask(1, 'createContainer /box'), serve(1))
  t.is(refused(box, { type: 'reap', path: '/box', now }), 'SERVICE-60')
})

test('SERVICE-55: what a lost connection asked may be done, or forgotten, and is never answered', (t) => {
  const lost = after(connect(1, 7n), ask(1, 'create /a'), ask(1, 'create /b', 2), {
    type: 'disconnect',
    connection: 1,
    now,
  })
  t.deepEqual(
    service.allowed(lost, now).map(({ type }) => type),
    ['serve', 'abandon'],
  )
  const step = service.step(lost, serve(1))
  t.true(step.ok && step.outputs.length === 0 && step.state.tree.has('/a') && !step.state.tree.has('/b'))
})

test('allowed: what the service may do by itself, and nothing else', (t) => {
  t.deepEqual(service.allowed(owner, now), [])
  t.deepEqual(service.allowed(owner, now + 5000), [{ type: 'giveUp', session: 7n, now: now + 5000 }])
  const asked = after(connect(1, 7n), ask(1, 'getData /'))
  t.deepEqual(service.allowed(asked, now), [serve(1)])
})

// --- the invariants can fail ---

const node = owner.tree.get('/e')!
const session = owner.sessions.get(7n)!

const brokenStates: readonly (readonly [rule: string, what: string, state: Service])[] = [
  ['SERVICE-59', 'an ephemeral outlives its session', { ...owner, sessions: new Map() }],
  [
    'SERVICE-20',
    'a znode is newer than the last write',
    { ...owner, tree: put(owner.tree, '/e', { ...node, mzxid: 99n }) },
  ],
  [
    'SERVICE-21',
    'a znode has no parent',
    { ...owner, tree: put(owner.tree, '/no/parent', { ...node, ephemeralOwner: 0n }) },
  ],
  [
    'SERVICE-24',
    'a client saw more than there is',
    { ...owner, sessions: put(owner.sessions, 7n, { ...session, seen: 99n }) },
  ],
  [
    'SERVICE-53',
    'a session is on a connection that is not its own',
    { ...owner, sessions: put(owner.sessions, 7n, { ...session, connection: 5 }) },
  ],
]

for (const [rule, what, state] of brokenStates) {
  test(`${rule}: the invariant notices that ${what}`, (t) => {
    t.deepEqual(invariants(owner), [])
    t.true(invariants(state).some((broken) => broken.rule === rule))
  })
}

const before = after(connect(1, 7n), connect(2, 8n), ask(1, 'create /a'))
const done = service.step(before, serve(1))
const result = done.ok ? done.state : before
const reply = result.outputs[0]!
const told = (...outputs: readonly ServiceOutput[]): Service => ({ ...result, outputs })
const notification: ServiceOutput = {
  type: 'notification',
  connection: 1,
  notification: { zxid: -1n, event: { type: 1, state: 3, path: '/a' } },
}

const brokenSteps: readonly (readonly [rule: string, what: string, state: Service])[] = [
  ['SERVICE-20', 'a zxid is left out', { ...result, zxid: result.zxid + 1n }],
  ['SERVICE-20', 'the tree changes without a write', { ...result, zxid: before.zxid }],
  ['SERVICE-12', 'a request has no reply', told()],
  ['SERVICE-12', 'a request has two replies', told(reply, reply)],
  ['SERVICE-12', 'somebody else is answered', told({ ...reply, connection: 2 } as ServiceOutput)],
  ['SERVICE-42', 'a notification follows the reply', told(reply, notification)],
  ['SERVICE-57', 'something is said after the end', told({ type: 'closed', connection: 1 }, reply)],
  [
    'SERVICE-55',
    'a connection is told something that is not open',
    told(reply, { ...notification, connection: 9 }),
  ],
]

for (const [rule, what, state] of brokenSteps) {
  test(`${rule}: the step's invariant notices that ${what}`, (t) => {
    t.deepEqual(stepInvariants(before, serve(1), result), [])
    t.true(stepInvariants(before, serve(1), state).some((broken) => broken.rule === rule))
  })
}

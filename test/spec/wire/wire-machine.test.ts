/** The connection's machine: its rules, and its invariants with what breaks them. */
import test from 'ava'
import { transition, initialTransition } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import { wireInvariants } from '../../../spec/wire/wire-invariants.js'
import { wireMachine, type WireEvents } from '../../../spec/wire/wire-machine.js'

const handshakes = [
  'unreadable',
  'not served',
  'client ahead',
  'new',
  'to be asked for',
  'renewed',
  'refused',
] as const
const frames = [
  'no header',
  'unknown type',
  'unreadable auth',
  'failed auth',
  'auth',
  'close',
  'other',
] as const

const alphabet: WireEvents[] = [
  { type: 'BAD_LENGTH' },
  { type: 'WORD' },
  ...handshakes.map((session) => ({ type: 'HANDSHAKE' as const, session })),
  { type: 'ESTABLISHED' },
  { type: 'REVALIDATED', alive: true },
  { type: 'REVALIDATED', alive: false },
  ...frames.map((frame) => ({ type: 'REQUEST' as const, frame })),
  { type: 'REPLY' },
  { type: 'SESSION_CLOSED' },
  { type: 'NOTIFY' },
  { type: 'END' },
  { type: 'IDLE' },
  { type: 'SENT' },
  { type: 'LOST' },
]

/** What a sequence of events comes to: after each, the state and how many requests have no reply; and what was sent. */
function run(events: readonly WireEvents[]) {
  let [snapshot] = initialTransition(wireMachine)
  const trail: string[] = []
  const sent: string[] = []
  for (const event of events) {
    const [next, actions] = transition(wireMachine, snapshot, event)
    snapshot = next
    trail.push(`${snapshot.value as string} ${snapshot.context.outstanding}`)
    sent.push(...actions.map(({ type }) => type))
  }
  return { state: snapshot.value as string, trail, sent, context: snapshot.context }
}

const connect: WireEvents[] = [{ type: 'HANDSHAKE', session: 'new' }, { type: 'ESTABLISHED' }]
const request = (frame: (typeof frames)[number]): WireEvents => ({ type: 'REQUEST', frame })

/** Everything that can be reached with at most three requests at a time without a reply. */
const reachable = getShortestPaths(wireMachine, {
  events: alphabet,
  stopWhen: ({ context }) => context.outstanding > 3,
})

test('WIRE-20: every state is reached', (t) => {
  const states = new Set(reachable.map(({ state }) => state.value as string))
  t.deepEqual([...states].sort(), [
    'awaitingHandshake',
    'closed',
    'closing',
    'connected',
    'establishing',
    'finishing',
    'revalidating',
  ])
})

for (const session of ['unreadable', 'not served', 'client ahead'] as const) {
  test(`WIRE-21: a handshake that is ${session} closes the connection without an answer`, (t) => {
    t.like(run([{ type: 'HANDSHAKE', session }]), { state: 'closed', context: { answered: false } })
  })
}

test('WIRE-25: a refusal is the last thing sent', (t) => {
  const { trail, sent } = run([
    { type: 'HANDSHAKE', session: 'refused' },
    request('other'),
    { type: 'NOTIFY' },
    { type: 'SENT' },
  ])
  t.deepEqual(trail, ['closing 0', 'closing 0', 'closing 0', 'closed 0'])
  t.deepEqual(sent, [])
})

test('WIRE-24: what arrives before the session is established is not taken', (t) => {
  const { trail } = run([{ type: 'HANDSHAKE', session: 'new' }, request('other'), { type: 'ESTABLISHED' }])
  t.deepEqual(trail, ['establishing 0', 'establishing 0', 'connected 0'])
})

test('SESSION-53: a session that the leader is asked for is welcomed or refused when it has said so', (t) => {
  const ask = { type: 'HANDSHAKE', session: 'to be asked for' } as const
  const alive = run([ask, request('other'), { type: 'REVALIDATED', alive: true }])
  t.deepEqual(alive.trail, ['revalidating 0', 'revalidating 0', 'connected 0'])
  t.like(run([ask, { type: 'REVALIDATED', alive: false }]), { state: 'closing', context: { answered: true } })
  t.like(run([ask, { type: 'END' }]), { state: 'closed', context: { answered: false } })
})

test('WIRE-41: an unknown type is answered, and the connection closed behind it', (t) => {
  const { trail, sent } = run([...connect, request('other'), request('unknown type'), request('other')])
  t.deepEqual(trail.slice(2), ['connected 1', 'closing 0', 'closing 0'])
  t.deepEqual(sent, ['replyUnimplemented'])
})

test('WIRE-57: an auth that proves nothing is answered, and the connection closed behind it', (t) => {
  t.is(run([...connect, request('failed auth')]).state, 'closing')
  t.is(run([...connect, request('auth')]).state, 'connected')
})

test('WIRE-70: what comes behind closeSession is not taken, what came before is answered first', (t) => {
  const { trail } = run([
    ...connect,
    request('other'),
    request('close'),
    request('other'),
    { type: 'SESSION_CLOSED' },
    { type: 'REPLY' },
    { type: 'REPLY' },
    { type: 'SESSION_CLOSED' },
  ])
  t.deepEqual(trail.slice(2), [
    'connected 1',
    'finishing 2',
    'finishing 2',
    'finishing 2',
    'finishing 1',
    'finishing 1',
    'closing 0',
  ])
})

test('WIRE-17: a four-letter word is answered and the connection closed', (t) => {
  t.is(run([{ type: 'WORD' }]).state, 'closing')
  t.is(run([...connect, { type: 'WORD' }]).state, 'connected')
})

// WIRE-90, WIRE-91
for (const invariant of wireInvariants) {
  test(`${invariant.rule}: in every state, ${invariant.name}`, (t) => {
    for (const { state } of reachable) {
      t.is(invariant.broken(state.value as string, state.context), null, JSON.stringify(state.value))
    }
  })
}

const broken: [number, string, { answered: boolean; outstanding: number }][] = [
  [0, 'establishing', { answered: false, outstanding: 1 }],
  [1, 'establishing', { answered: true, outstanding: 0 }],
  [2, 'connected', { answered: true, outstanding: -1 }],
  [3, 'closing', { answered: true, outstanding: 1 }],
]
/** The machine with a guard or an action gone wrong, and which invariant notices. */
const mutants: [number, string, Parameters<typeof wireMachine.provide>[0]][] = [
  [2, 'replies come without a request', { guards: { hasOutstanding: () => true } }],
  [3, 'closeSession overtakes what was asked before', { guards: { isLastOutstanding: () => true } }],
]

for (const [at, state, context] of broken) {
  test(`${wireInvariants[at]!.rule}: fails for ${state} with ${JSON.stringify(context)}`, (t) => {
    t.not(wireInvariants[at]!.broken(state, context), null)
  })
}

for (const [at, name, implementations] of mutants) {
  test(`${wireInvariants[at]!.rule}: its invariant fails when ${name}`, (t) => {
    const found = getShortestPaths(wireMachine.provide(implementations), {
      events: alphabet,
      stopWhen: ({ context }) => Math.abs(context.outstanding) > 3,
    })
    t.true(
      found.some(({ state }) => wireInvariants[at]!.broken(state.value as string, state.context) !== null),
    )
  })
}

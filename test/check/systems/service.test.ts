/** The service's model: its states are counted, symmetry changes no verdict, and mistakes in the machine are found. */
import test from 'ava'
import { assign } from 'xstate'
import type { ServiceEvent } from '../../../spec/service/service-events.js'
import type { Submodels } from '../../../spec/service/submodels.js'
import { serveWrite } from '../../../spec/service/serve-requests.js'
import { expire, type On } from '../../../spec/service/serve-sessions.js'
import { serviceMachine, standardSubmodels } from '../../../spec/service/standard-service.js'
import type { Service } from '../../../spec/service/service-state.js'
import { add } from '../../../spec/variants/patch.js'
import { provide, type Change } from '../../../spec/variants/variant.js'
import { service } from '../../../src/check/systems/service-system.js'
import { attempts, eventsOf } from '../../../src/check/systems/service/service-actions.js'
import { decode } from '../../../src/check/systems/service/decode-service.js'
import { viewOf } from '../../../src/check/systems/service/plain-state.js'
import { steady, steadyByXstate } from '../../../src/check/systems/compile-steady.js'
import { explore, firstBroken, variantOf } from './explore-system.js'

const submodels = standardSubmodels as Submodels<unknown>

test('one client and two requests: every state is found, and nothing is broken', async (t) => {
  const result = await explore(service({ sessions: 1, requests: 2 }))
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  t.is(result.distinct, 2924)
  t.is(result.depth, 8)
})

test('the names of clients make no difference to the verdict, only to the count', async (t) => {
  const bounds = { sessions: 2, requests: 1 }
  const reduced = await explore(service({ ...bounds, symmetry: true }))
  const whole = await explore(service({ ...bounds, symmetry: false }))
  for (const { verdict, exhausted } of [reduced, whole]) {
    t.is(verdict, 'holds')
    t.true(exhausted)
  }
  t.is(reduced.distinct, 841)
  t.is(whole.distinct, 1649)
})

/** An action of the machine, with what a mistake makes of its outcome. */
const mistaken = <T extends ServiceEvent['type']>(
  action: (service: Service, event: On<T>, submodels: Submodels<unknown>) => Service,
  mistake: (before: Service, after: Service, event: On<T>) => Partial<Service>,
) =>
  assign(({ context, event }: { context: Service; event: ServiceEvent }) => {
    const after = action(context, event as On<T>, submodels)
    return { ...after, ...mistake(context, after, event as On<T>) }
  })

const guard = (name: string, holds: (service: Service, event: ServiceEvent) => boolean): Change =>
  provide({
    guards: {
      [name]: ({ context, event }: { context: Service; event: ServiceEvent }) => holds(context, event),
    },
  })
const action = (name: string, does: unknown): Change =>
  provide({ actions: { [name]: does } } as Parameters<typeof provide>[0])

const mistakes: readonly {
  readonly name: string
  readonly change: Change
  readonly broken: readonly [rule: string, name: string, steps: number]
}[] = [
  {
    name: 'a session can be renewed after it was given up',
    change: guard(
      'canRenew',
      ({ sessions }, event) => event.type === 'connect' && sessions.has(event.request.sessionId),
    ),
    broken: ['SERVICE-51', 'a session that is about to end is not renewed', 3],
  },
  {
    name: 'a session is given up at any time',
    change: guard(
      'isOverdue',
      ({ sessions }, event) => event.type === 'giveUp' && sessions.has(event.session),
    ),
    broken: ['SERVICE-56', 'no session is given up that was heard of within its timeout', 2],
  },
  {
    name: 'a reply comes before the notifications of its write',
    change: action(
      'serveWrite',
      mistaken<'serve'>(serveWrite, (_, { outputs }) => ({ outputs: outputs.toReversed() })),
    ),
    broken: ['SERVICE-42', 'notifications of a write come before its reply', 5],
  },
  {
    name: 'a watch stays when it has fired',
    change: action(
      'serveWrite',
      mistaken<'serve'>(serveWrite, ({ watches }) => ({ watches })),
    ),
    broken: ['SERVICE-47', 'the service watches what its clients wait for', 5],
  },
  {
    name: 'a change is told to nobody',
    change: action(
      'serveWrite',
      mistaken<'serve'>(serveWrite, (_, { outputs }) => ({
        outputs: outputs.filter(({ type }) => type !== 'notification'),
      })),
    ),
    broken: ['SERVICE-47', 'the service watches what its clients wait for', 5],
  },
  {
    name: 'an expired session leaves its ephemerals behind',
    change: action(
      'expire',
      mistaken<'expire'>(expire, ({ tree }) => ({ tree })),
    ),
    broken: ['SERVICE-59', 'what belongs to a session exists only while it does', 5],
  },
  {
    name: 'a failed write takes no zxid',
    change: action(
      'serveWrite',
      mistaken<'serve'>(serveWrite, ({ tree, zxid }, after) => (after.tree === tree ? { zxid } : {})),
    ),
    broken: ['SERVICE-24', 'no client has seen what has not happened', 5],
  },
  {
    name: 'what earlier connections waited for is served after what was sent later',
    change: action(
      'serveWrite',
      mistaken<'serve'>(serveWrite, (before, after, { connection }) => ({
        connections: new Map(before.connections).set(connection, after.connections.get(connection)!),
      })),
    ),
    broken: ['SERVICE-23', 'the writes of a session take effect in the order in which they were sent', 6],
  },
]

for (const { name, change, broken } of mistakes) {
  test(`${broken[0]} is found broken when ${name}`, async (t) => {
    const model = service({ sessions: 1, requests: 2 }, variantOf('service', change))
    t.deepEqual(await firstBroken(model), broken)
  })
}

test('a mistake is found with symmetry and without, after as many steps', async (t) => {
  const { change, broken } = mistakes.find(({ broken: [rule] }) => rule === 'SERVICE-42')!
  for (const symmetry of [true, false])
    t.deepEqual(await firstBroken(service({ requests: 2, symmetry }, variantOf('service', change))), broken)
})

test('SERVICE-56: every session can end, and one that was given up and never expires is found', async (t) => {
  const bounds = { sessions: 1, requests: 1 }
  t.is((await explore(service(bounds), { liveness: true })).verdict, 'holds')
  const never = variantOf('service', provide({ guards: { isGivenUp: () => false } }))
  const { violations } = await explore(service(bounds, never), { liveness: true })
  t.is(violations[0]?.violation.kind, 'goal')
  t.is(violations[0]?.violation.rule, 'SERVICE-56')
  t.is(violations[0]?.steps.length, 2)
})

test('the step that is compiled is that of xstate', (t) => {
  const [compiled, slow] = [steady(serviceMachine), steadyByXstate(serviceMachine)]
  const model = service({ sessions: 2, requests: 2 })
  let level = model.initial()
  for (let depth = 0; depth < 5; depth++) {
    const next = new Map<string, (typeof level)[number]>()
    for (const state of level.slice(0, 40)) {
      const view = viewOf(state)
      for (const each of attempts(view)) {
        const before = decode(view)
        const event = eventsOf(view, each)[0]!
        t.deepEqual(compiled(before, event), slow(before, event))
      }
      for (const each of model.actions(state)) {
        const after = model.next(state, each)
        next.set(JSON.stringify(after), after)
      }
    }
    level = [...next.values()]
  }
})

test('a variant that brings a state is stepped by xstate', async (t) => {
  const change = add({ states: { time: { states: { stopped: {} } } } })
  const result = await explore(service({ sessions: 1, requests: 1 }, variantOf('service', change)))
  t.is(result.verdict, 'holds')
  t.is(result.distinct, (await explore(service({ sessions: 1, requests: 1 }))).distinct)
})

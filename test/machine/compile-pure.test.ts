/** The compiled pure step is xstate's own `transition`: on random machines, on random walks. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { assign, initialTransition, setup, transition, type AnyStateMachine } from 'xstate'
import { compilePure, type PureState, type PureStep } from '../../src/machine/compile-pure.js'
import { CompileError } from '../../src/machine/structure.js'
import { letters, pathOf, randomMachines, told } from '../support/random-machines.js'

interface Context {
  readonly trail: readonly string[]
  readonly last: string
  /** How many `always` transitions may still be taken, so that none goes round for ever. */
  readonly fuel: number
}
interface Event {
  readonly type: string
  readonly flags: readonly string[]
}

const machines = randomMachines({ always: true })
const traced = (name: string) =>
  assign<Context, Event, unknown, Event, never>({
    trail: ({ context }, params) => [...context.trail, told(name, params)],
    last: name,
  })

const machineSetup = setup({
  types: {} as { context: Context; events: Event },
  guards: {
    ...Object.fromEntries(
      letters.map((name) => [name, ({ event }: { event: Event }) => (event.flags ?? []).includes(name)]),
    ),
    fuelled: ({ context }: { context: Context }, params: { by: string }) =>
      context.fuel > 0 && context.last !== params.by,
  },
  actions: {
    a: traced('a'),
    b: traced('b'),
    c: assign<Context, Event, unknown, Event, never>(({ context }, params) => ({
      trail: [...context.trail, told('c', params)],
    })),
    d: () => {}, // only a name
    burn: assign<Context, Event, undefined, Event, never>({ fuel: ({ context }) => context.fuel - 1 }),
    fill: assign<Context, Event, undefined, Event, never>({ fuel: 3 }),
  },
})

const walks = fc.array(
  fc.record({ type: fc.constantFrom('E', 'F', 'G'), flags: fc.subarray([...letters]) }),
  { minLength: 1, maxLength: 25 },
)

test("a compiled pure step equals xstate's transition: state, context and what ran, on random machines and walks", (t) => {
  let steps = 0
  let followed = 0
  fc.assert(
    fc.property(machines, walks, (definition, walk) => {
      const context: Context = { trail: [], last: '', fuel: 2 }
      const machine = machineSetup.createMachine({ ...definition, context } as Parameters<
        typeof machineSetup.createMachine
      >[0]) as AnyStateMachine
      const pure = compilePure(machine)
      let [snapshot] = initialTransition(machine)
      let state: PureState<Context> = pure.initial(context) as PureState<Context>
      assert.deepEqual(state, { value: pathOf(snapshot.value), context: snapshot.context })
      for (const event of walk) {
        if (pure.isFinal(state.value)) {
          assert.equal(pure.step(state.value, state.context, event), null)
          return // An actor that has ended takes no events; the pure transition would.
        }
        const before: PureState<Context> = structuredClone(state)
        const could = pure.can(state.value, state.context, event)
        const taken = pure.step(state.value, state.context, event)
        assert.equal(taken !== null, could)
        assert.deepEqual(state, before) // nothing was changed in place
        snapshot = transition(machine, snapshot, event)[0]
        if (taken !== null) {
          steps++
          if (taken.context.fuel < state.context.fuel) followed++
          const { value, context: after, transition: told }: PureStep<Context> = taken as PureStep<Context>
          assert.equal(told.from, state.value)
          assert.equal(told.to, value)
          const ran = told.actions.filter((name) => 'abc'.includes(name))
          const traced = after.trail.slice(state.context.trail.length).map((line) => line[0])
          assert.deepEqual(ran, traced)
          state = { value, context: after }
        }
        assert.deepEqual(state, { value: pathOf(snapshot.value), context: snapshot.context })
      }
    }),
    { numRuns: 500 },
  )
  t.true(steps > 1000)
  t.true(followed > 100)
})

const turnstile = setup({
  types: {} as {
    context: { coins: number; passed: number }
    events: { type: 'coin'; value: number } | { type: 'push' }
  },
  guards: { isPaid: ({ context }) => context.coins >= 2 },
  actions: {
    take: assign(({ context, event }) =>
      event.type === 'coin' ? { coins: context.coins + event.value } : {},
    ),
    pass: assign({ coins: 0, passed: ({ context }) => context.passed + 1 }),
    ring: () => {
      throw new Error('a name is told, not run')
    },
  },
}).createMachine({
  id: 'turnstile',
  context: { coins: 0, passed: 0 },
  initial: 'locked',
  states: {
    locked: {
      on: { coin: { actions: 'take', meta: { rule: 'GATE-1' } } },
      always: { guard: 'isPaid', target: 'open', actions: 'ring', meta: { rule: 'GATE-2' } },
    },
    open: { on: { push: { target: 'locked', actions: 'pass', meta: { rule: 'GATE-3' } } } },
  },
})

test('what was taken tells both ends, the guard, what ran and every rule', (t) => {
  const pure = compilePure(turnstile)
  t.deepEqual(pure.values, ['locked', 'open'])
  const first = pure.initial({ coins: 0, passed: 0 })
  t.is(pure.step('locked', first.context, { type: 'push' }), null)
  t.deepEqual(pure.step('locked', first.context, { type: 'coin', value: 1 })?.transition.rules, ['GATE-1'])
  const paid = pure.step('locked', first.context, { type: 'coin', value: 2 })
  t.deepEqual(paid, {
    value: 'open',
    context: { coins: 2, passed: 0 },
    transition: {
      from: 'locked',
      to: 'open',
      eventType: 'coin',
      guard: undefined,
      actions: ['take', 'ring'],
      rules: ['GATE-1', 'GATE-2'],
    },
  })
  t.deepEqual(pure.step('open', { coins: 2, passed: 0 }, { type: 'push' })?.context, { coins: 0, passed: 1 })
})

test('a machine with overridden guards and actions compiles to what they do', (t) => {
  const generous = compilePure(turnstile.provide({ guards: { isPaid: () => true } }))
  t.is(generous.initial({ coins: 0, passed: 0 }).value, 'open')
})

test('what the subset lacks is refused by name and place', (t) => {
  const refused = (config: object, pattern: RegExp) => {
    const machine = setup({ types: {} as { context: { n: number } } }).createMachine({
      id: 'm',
      context: { n: 0 },
      initial: 's',
      ...config,
    })
    const error = t.throws(() => compilePure(machine as AnyStateMachine).initial({ n: 0 }), {
      instanceOf: CompileError,
    })
    t.regex(error.message, pattern)
  }
  refused({ states: { s: { type: 'parallel', states: { a: {}, b: {} } } } }, /m\.s: parallel/)
  refused({ states: { s: { on: { E: { actions: assign({ n: 1 }) } } } } }, /m\.s: an action has no name/)
  refused({ states: { s: { on: { E: { guard: () => true } } } } }, /m\.s: a guard on E has no name/)
  refused({ states: { s: { on: { E: { actions: 'missing' } } } } }, /m\.s: no action is named missing/)
  refused({ states: { s: { always: 't' }, t: { always: 's' } } }, /m: `always` goes round/)
  t.throws(() => compilePure(turnstile).step('ajar', { coins: 0, passed: 0 }, { type: 'push' }), {
    message: 'turnstile has no leaf state ajar; it has locked, open',
  })
})

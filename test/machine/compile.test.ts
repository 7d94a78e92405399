/** The compiled step is xstate's own: on every reachable pair, on random machines, on random walks. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { assign, initialTransition, setup, transition, type AnyStateMachine } from 'xstate'
import { compile, CompileError } from '../../src/machine/compile.js'
import { letters, pathOf, randomMachines, told } from '../support/random-machines.js'

interface Context {
  flags: Record<string, boolean>
  ran: string[]
}

const machines = randomMachines({ always: false })
const machineSetup = setup({
  types: {} as { context: Context; events: { type: string } },
  guards: Object.fromEntries(
    letters.map((name) => [name, ({ context }: { context: Context }) => context.flags[name] ?? false]),
  ),
  actions: Object.fromEntries(
    letters.map((name) => [
      name,
      ({ context }: { context: Context }, params: unknown) => {
        context.ran.push(told(name, params))
      },
    ]),
  ),
})

function namesOf(actions: readonly { type: string; params?: unknown }[]): string[] {
  return actions.map(({ type, params }) => told(type, params))
}

const inputs = fc.array(
  fc.record({
    type: fc.constantFrom('E', 'F', 'G'),
    flags: fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean(), d: fc.boolean() }),
  }),
  { minLength: 1, maxLength: 25 },
)

test("a compiled step equals xstate's transition: states and actions, in order, on random machines and walks", (t) => {
  fc.assert(
    fc.property(machines, inputs, (definition, walk) => {
      const context: Context = { flags: {}, ran: [] }
      const machine = machineSetup.createMachine({ ...definition, context } as Parameters<
        typeof machineSetup.createMachine
      >[0]) as AnyStateMachine
      const compiled = compile(machine)
      let [snapshot, first] = initialTransition(machine)
      let state = compiled.start(context, { type: 'xstate.init' })
      assert.deepEqual(context.ran, namesOf(first))
      for (const { type, flags } of walk) {
        context.flags = flags
        context.ran = []
        snapshot.context.flags = flags
        if (compiled.isFinal(state)) {
          assert.equal(compiled.can(state, context, { type }), false)
          assert.equal(compiled.step(state, context, { type }), state)
          return // An actor that has ended takes no events; the pure transition would.
        }
        const could = compiled.can(state, context, { type })
        assert.deepEqual(context.ran, [])
        ;[snapshot, first] = transition(machine, snapshot, { type })
        context.ran = []
        state = compiled.step(state, context, { type })
        assert.equal(compiled.stateName(state), pathOf(snapshot.value))
        assert.deepEqual(context.ran, namesOf(first))
        assert.equal(compiled.isFinal(state), snapshot.status === 'done')
        if (context.ran.length > 0) assert.ok(could)
      }
    }),
    { numRuns: 300 },
  )
  t.pass()
})

const door = setup({
  types: {} as {
    context: { opened: number }
    events: { type: 'open' } | { type: 'close' } | { type: 'lock'; key: number }
  },
  guards: { fits: ({ event }) => event.type === 'lock' && event.key === 7 },
  actions: {
    count: ({ context }) => {
      context.opened++
    },
  },
}).createMachine({
  id: 'door',
  context: { opened: 0 },
  initial: 'closed',
  states: {
    closed: {
      on: {
        open: { target: 'open', actions: 'count', meta: { rule: 'DOOR-1' } },
        lock: { guard: 'fits', target: 'locked' },
      },
    },
    open: { on: { close: 'closed' } },
    locked: {},
  },
})

test('actions change the context in place, and unknown events change nothing', (t) => {
  const compiled = compile(door)
  const context = { opened: 0 }
  let state = compiled.start(context, { type: 'close' })
  t.is(compiled.stateName(state), 'closed')
  state = compiled.step(state, context, { type: 'close' })
  t.is(compiled.stateName(state), 'closed')
  state = compiled.step(state, context, { type: 'open' })
  t.is(compiled.stateName(state), 'open')
  t.is(context.opened, 1)
  state = compiled.step(state, context, { type: 'close' })
  t.false(compiled.can(state, context, { type: 'lock', key: 6 }))
  t.true(compiled.can(state, context, { type: 'lock', key: 7 }))
  t.is(compiled.step(state, context, { type: 'lock', key: 7 }), compiled.stateOf('locked'))
})

test('an observer sees each transition with its rule', (t) => {
  const compiled = compile(door)
  const seen: unknown[] = []
  compiled.observe((from, event, to, { rules, actions: names }) =>
    seen.push([from, event.type, to, rules, names]),
  )
  compiled.step(compiled.initial, { opened: 0 }, { type: 'open' })
  compiled.observe(undefined)
  compiled.step(compiled.initial, { opened: 0 }, { type: 'open' })
  t.deepEqual(seen, [['closed', 'open', 'open', ['DOOR-1'], ['count']]])
})

test('what the subset lacks is refused by name and place', (t) => {
  const refused = (config: object, pattern: RegExp) => {
    const machine = setup({
      types: {} as { context: { n: number } },
      actions: { set: assign({ n: 1 }) },
    }).createMachine({ id: 'm', context: { n: 0 }, initial: 's', ...config })
    const error = t.throws(() => compile(machine as AnyStateMachine), { instanceOf: CompileError })
    t.regex(error.message, pattern)
  }
  refused({ states: { s: { always: 't' }, t: {} } }, /m\.s: `always`/)
  refused({ states: { s: { after: { 10: 't' } }, t: {} } }, /m\.s: `after`.*time is an input/)
  refused({ states: { s: { type: 'parallel', states: { a: {}, b: {} } } } }, /m\.s: parallel/)
  refused({ states: { s: { on: { E: { actions: 'set' } } } } }, /m\.s: action set is one of xstate's own/)
  refused({ states: { s: { on: { E: { actions: () => undefined } } } } }, /m\.s: an action has no name/)
  refused({ states: { s: { on: { E: { guard: () => true } } } } }, /m\.s: a guard on E has no name/)
  refused({ states: { s: { on: { E: '#m' } } } }, /m\.s: a transition on E targets the whole machine/)
  refused({ states: { s: { on: { 'E.*': {} } } } }, /partial wildcards/)
})

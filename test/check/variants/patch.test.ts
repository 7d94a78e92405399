/** Changes of a machine: what they alter, what they keep, and what they say of a name that isn't there. */
import test from 'ava'
import { createActor, setup } from 'xstate'
import {
  add,
  chain,
  patch,
  provide,
  varied,
  VariantError,
  type Change,
} from '../../../spec/variants/index.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'
import { formatTransition } from '../../../src/diagram/label.js'

const noted: string[] = []
const lamp = setup({
  types: {} as { events: { type: 'PUSH' } | { type: 'BREAK' } | { type: 'MEND' } },
  guards: { hasPower: () => true, isOld: () => false },
  actions: { glow: () => void noted.push('glow'), hum: () => void noted.push('hum') },
}).createMachine({
  id: 'lamp',
  initial: 'off',
  states: {
    off: {
      on: {
        PUSH: [
          { guard: 'hasPower', target: 'on', actions: ['glow', 'hum'], meta: { rule: 'LAMP-1' } },
          { actions: 'hum' },
        ],
        BREAK: 'broken',
      },
    },
    on: { on: { PUSH: { target: 'off', actions: 'hum' } } },
    broken: {},
  },
})

function transitions(change: Change): string[] {
  return allTransitions(chartOf(change(lamp))).map(
    (each) => `${each.source}: ${formatTransition(each)} -> ${each.target ?? ''}`,
  )
}
const unchanged = transitions((machine) => machine)

test('a patch alters the one transition that it names, and leaves the machine that it is made from', (t) => {
  const made = transitions(
    patch({ states: { off: { on: { PUSH: { '#1': { guard: null, actions: 'hum' } } } } } }),
  )
  t.deepEqual(
    made.filter((each, at) => each !== unchanged[at]),
    ['off: PUSH #1 / hum (LAMP-1) -> on'],
  )
  t.deepEqual(
    transitions((machine) => machine),
    unchanged,
  )
})

test('null takes away a transition, an event, a state; an array replaces; a target as text is a transition', (t) => {
  t.deepEqual(
    transitions(
      patch({
        states: {
          off: { on: { PUSH: { '#2': null }, BREAK: { actions: 'glow' } } },
          on: { on: { PUSH: null } },
        },
      }),
    ),
    ['off: PUSH [hasPower] / glow, hum (LAMP-1) -> on', 'off: BREAK / glow -> broken'],
  )
  t.deepEqual(
    transitions(patch({ states: { off: { on: { PUSH: [{ target: 'broken' }], BREAK: null } }, on: null } })),
    ['off: PUSH -> broken'],
  )
})

test('add brings states and transitions, chained after a patch', (t) => {
  const made = transitions(
    chain(
      patch({ states: { off: { on: { BREAK: { actions: 'hum' } } } } }),
      add({ states: { broken: { on: { MEND: { target: 'mended', guard: 'isOld' } } }, mended: {} } }),
    ),
  )
  t.true(made.includes('off: BREAK / hum -> broken'))
  t.true(made.includes('broken: MEND [isOld] -> mended'))
  t.throws(() => transitions(add({ states: { off: { on: { BREAK: 'on' } } } })), {
    message: /is there already/,
  })
})

test("provide replaces guards and actions; the machine's own run elsewhere", (t) => {
  const machine = chain(
    provide<typeof lamp>({ guards: { hasPower: () => false } }),
    patch({ states: { off: { on: { PUSH: { '#2': { actions: ['hum', 'glow'] } } } } } }),
  )(lamp)
  noted.length = 0
  const actor = createActor(machine).start()
  actor.send({ type: 'PUSH' })
  t.is(actor.getSnapshot().value, 'off')
  t.deepEqual(noted, ['hum', 'glow'])
})

const wrong: readonly (readonly [change: Change, message: RegExp])[] = [
  [patch({ states: { of: {} } }), /no state of; there are off, on, broken$/],
  [patch({ states: { off: { on: { PSH: null } } } }), /no transition on PSH in off; there are PUSH, BREAK$/],
  [
    patch({ states: { off: { on: { PUSH: { '#3': null } } } } }),
    /no transition #3 in off on PUSH; there are #1, #2$/,
  ],
  [patch({ states: { off: { on: { PUSH: { guard: null } } } } }), /off on PUSH has 2 transitions; say which/],
  [
    patch({ states: { on: { on: { PUSH: { guard: 'isNew' } } } } }),
    /no guard isNew; there are hasPower, isOld$/,
  ],
  [
    patch({ states: { on: { on: { PUSH: { actions: ['hum', 'sing'] } } } } }),
    /no action sing; there are glow, hum$/,
  ],
  [
    patch({ states: { on: { on: { PUSH: { target: 'of' } } } } }),
    /'of' does not exist[^]*its states are off, on, broken$/,
  ],
  [patch({ states: { on: { onn: {} } } } as object), /no key onn of on; there are initial, /],
  [
    patch({ states: { on: { on: { PUSH: { gard: 'isOld' } } } } } as object),
    /no key gard of the transition on on PUSH/,
  ],
  [provide({ actions: { glw: () => undefined } }), /no action glw; there are glow, hum$/],
]
wrong.forEach(([change, message], at) => {
  test(`what isn't there is named, with what is (${at + 1}): ${message.source}`, (t) => {
    t.throws(() => change(lamp), { message })
  })
})

test('varied applies the change that is for the machine, and no other', (t) => {
  const variant = {
    id: 'v',
    title: 'v',
    forbidden: [],
    bounds: {},
    machines: { other: () => t.fail() as never },
  }
  t.is(varied(lamp, variant), lamp)
  t.is(varied(lamp, undefined), lamp)
  const changed = varied(lamp, {
    ...variant,
    machines: { lamp: patch({ states: { on: { on: { PUSH: null } } } }) },
  })
  t.is(allTransitions(chartOf(changed)).length, unchanged.length - 1)
  t.throws(() => varied(lamp, { ...variant, machines: { lamp: patch({ states: { x: null } }) } }), {
    instanceOf: VariantError,
  })
})

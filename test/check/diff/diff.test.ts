/** Two versions of a machine: what is told of each kind of difference, and how both are drawn in one. */
import test from 'ava'
import { assign, setup, type AnyStateMachine } from 'xstate'
import { add, chain, patch, provide, type Change } from '../../../spec/variants/index.js'
import { compareMachines } from '../../../src/check/diff/compare-machines.js'
import { mergedChart } from '../../../src/check/diff/merged-chart.js'
import { diffFiles } from '../../../src/check/diff/diff-pictures.js'
import { compareRules } from '../../../src/check/diff/rule-diff.js'
import { sameSource, sourceOf } from '../../../src/check/diff/function-source.js'
import { formatDiff } from '../../../src/check/diff/format-diff.js'
import type { Version } from '../../../src/check/diff/spec-version.js'
import { noPaint } from '../../../src/text/paint.js'
import { allStates, allTransitions } from '../../../src/diagram/chart.js'
import { formatTransition } from '../../../src/diagram/label.js'

const lamp = setup({
  types: {} as { context: { pushes: number }; events: { type: 'PUSH' } | { type: 'BREAK' } },
  guards: { hasPower: () => true },
  actions: { count: assign({ pushes: ({ context }) => context.pushes + 1 }), hum: () => undefined },
}).createMachine({
  id: 'lamp',
  context: { pushes: 0 },
  initial: 'off',
  states: {
    off: {
      on: {
        PUSH: [
          { guard: 'hasPower', target: 'on', actions: 'count', meta: { rule: 'LAMP-1' } },
          { actions: 'hum', meta: { rule: 'LAMP-2' } },
        ],
        BREAK: 'broken',
      },
    },
    on: { entry: 'hum', on: { PUSH: { target: 'off', meta: { rule: 'LAMP-3' } } } },
    broken: {},
  },
})

function version(
  name: string,
  machines: readonly AnyStateMachine[],
  rules: Readonly<Record<string, string>> = {},
): Version {
  return { name, about: 'a test', machines, rules: new Map(Object.entries(rules)) }
}

function told(change: Change): string[] {
  const [before, after] = [version('a', [lamp]), version('b', [change(lamp)])]
  const machines = compareMachines(before.machines, after.machines)
  const text = formatDiff(before, after, machines, compareRules(before, after), {
    width: 100,
    paint: noPaint,
  })
  return text.trim().split('\n').slice(3)
}

const off = (on: Parameters<typeof patch>[0]['on']) => patch({ states: { off: { on: on! } } })

const differences: readonly (readonly [what: string, change: Change, lines: readonly string[]])[] = [
  ['nothing', (machine) => machine, ['nothing differs']],
  [
    'a guard dropped',
    off({ PUSH: { '#1': { guard: null } } }),
    ['machine lamp', '  ~ off: PUSH #1 / count (LAMP-1) -> on', '      guard    hasPower -> (nothing)'],
  ],
  [
    'a target, actions and a rule',
    off({ BREAK: { target: 'on', actions: ['hum', 'count'], meta: { rule: 'LAMP-4' } } }),
    [
      'machine lamp',
      '  ~ off: BREAK / hum, count (LAMP-4) -> on',
      '      target   broken -> on',
      '      actions  (nothing) -> hum, count',
      '      rules    (nothing) -> LAMP-4',
      '',
      'rules',
      '  + LAMP-4  a machine names it now:',
    ],
  ],
  [
    'the order of two transitions',
    off({
      PUSH: [
        { actions: 'hum', meta: { rule: 'LAMP-2' } },
        { guard: 'hasPower', target: 'on', actions: 'count', meta: { rule: 'LAMP-1' } },
      ],
    }),
    [
      'machine lamp',
      '  ~ off: PUSH #1 / hum (LAMP-2)',
      '      order    #2 -> #1',
      '  ~ off: PUSH #2 [hasPower] / count (LAMP-1) -> on',
      '      order    #1 -> #2',
    ],
  ],
  [
    'a transition removed, with its rule',
    off({ PUSH: { '#2': null } }),
    [
      'machine lamp',
      '  - off: PUSH #2 [else] / hum (LAMP-2)',
      '',
      'rules',
      '  - LAMP-2  no machine names it any more:',
    ],
  ],
  [
    'a state and a transition added',
    add({ states: { broken: { on: { PUSH: 'mended' } }, mended: {} } }),
    ['machine lamp', '  + broken: PUSH -> mended', '  + state mended'],
  ],
  [
    'a state of another kind, with other entry actions',
    patch({ initial: 'on', states: { broken: { type: 'final' }, on: { entry: ['hum', 'count'] } } }),
    [
      'machine lamp',
      '  ~ state the machine',
      '      initial  off -> on',
      '  ~ state on',
      '      entry    hum -> hum, count',
      '  ~ state broken',
      '      kind     atomic -> final',
    ],
  ],
  [
    'functions behind names',
    provide<typeof lamp>({ guards: { hasPower: () => false }, actions: { count: assign({ pushes: 7 }) } }),
    [
      'machine lamp',
      '  ~ guard hasPower: implementation replaced',
      '      - () => true',
      '      + () => false',
      '  ~ action count: implementation replaced',
      '      - assign({ pushes: ({ context }) => context.pushes + 1 })',
      '      + assign({ pushes: 7 })',
    ],
  ],
]
for (const [what, change, lines] of differences) {
  test(`told: ${what}`, (t) => {
    t.deepEqual(told(change), lines)
  })
}

test('a function without a name is told by its text', (t) => {
  const guarded = (guard: () => boolean) => off({ BREAK: { guard: guard as never } })
  const [before, after] = [guarded(() => true)(lamp), guarded(() => false)(lamp)]
  const [machine] = compareMachines([before], [after])
  const fields = machine?.states.flatMap(({ transitions }) =>
    transitions.flatMap((each) => (each.kind === 'changed' ? each.fields : [])),
  )
  t.deepEqual(fields, [{ field: 'function', before: '() => true', after: '() => false' }])
})

test('machines that only one version has, and rules whose prose differs', (t) => {
  const other = setup({}).createMachine({ id: 'bell', initial: 'a', states: { a: {} } })
  const [before, after] = [
    version('a', [lamp], { 'LAMP-1': 'it MUST glow', 'LAMP-2': 'it hums' }),
    version('b', [other], { 'LAMP-1': 'it SHOULD glow', 'LAMP-5': 'it rings' }),
  ]
  t.deepEqual(
    compareMachines(before.machines, after.machines).map(({ id, kind }) => [id, kind]),
    [
      ['lamp', 'removed'],
      ['bell', 'added'],
    ],
  )
  t.deepEqual(
    compareRules(before, after)
      .slice(0, 3)
      .map(({ id, kind, text }) => `${id} ${kind}: ${text}`),
    ['LAMP-1 changed: it SHOULD glow', 'LAMP-2 removed: it hums', 'LAMP-5 added: it rings'],
  )
})

test('source text is the same when only spaces differ', (t) => {
  t.true(sameSource('(a) => { return a; }', '(a) => {\n  return a\n}'))
  t.false(sameSource('() => 1', '() => 2'))
  t.is(sourceOf(assign({ pushes: 1 })), 'assign({ pushes: 1 })')
})

const much = chain(
  off({ PUSH: { '#2': null }, BREAK: { target: 'on' } }),
  add({ states: { mended: { on: { BREAK: 'broken' } } } }),
  provide({ guards: { hasPower: () => false } }),
)

test('one chart has both: signs before what is gone, new, or the same with another function', (t) => {
  const [machine] = compareMachines([lamp], [much(lamp)])
  const chart = mergedChart(machine!)
  t.deepEqual(
    allStates(chart.root).map(({ name }) => name),
    ['lamp', 'off', 'on', 'broken', '+ mended'],
  )
  t.deepEqual(
    allTransitions(chart).map((each) => `${formatTransition(each)} -> ${each.target ?? ''}`),
    [
      '~ PUSH [hasPower] / count (LAMP-1) -> on',
      '− PUSH #2 [else] / hum (LAMP-2) -> ',
      '− BREAK -> broken',
      '+ BREAK -> on',
      'PUSH (LAMP-3) -> off',
      '+ BREAK -> broken',
    ],
  )
})

test('pictures: SVG colours what differs and dashes what is gone; Mermaid has signs and classes', async (t) => {
  const files = await diffFiles(compareMachines([lamp], [much(lamp)]))
  t.deepEqual(
    files.map(({ name }) => name),
    ['diff-lamp.svg', 'diff-lamp.md'],
  )
  const [svg, page] = files.map(({ text }) => text)
  t.regex(svg!, /<path class="arrow is-removed"/)
  t.regex(svg!, /<path class="arrow is-added"/)
  t.regex(svg!, /<rect class="atomic is-added"[^>]*>\n<text class="title"[^>]*>\+ mended</)
  t.regex(svg!, /<tspan class="event is-removed">− PUSH</)
  t.true(page!.includes('s_off --> s_broken : − BREAK\n'))
  t.true(page!.includes('class s_mended added\n'))
  t.deepEqual(await diffFiles(compareMachines([lamp], [lamp])), [])
})

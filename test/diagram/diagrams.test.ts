/** Diagrams are drawn from the machines, legible, complete, the same every time, and the committed ones are fresh. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import test from 'ava'
import { and, createMachine, not, setup, StateMachine } from 'xstate'
import { allTransitions, chartOf } from '../../src/diagram/chart.js'
import { committedFiles } from '../../src/scripts/committed-diagrams.js'
import { draw, formats, picturesOfMachine } from '../../src/diagram/draw.js'
import { jsonOf } from '../../src/diagram/json.js'
import { page, place } from '../../src/diagram/layout.js'
import { machines } from '../../src/diagram/machines.js'
import { mermaidOf } from '../../src/diagram/mermaid.js'
import { pageOf } from '../../src/scripts/subsystem-page.js'
import { picturesOf } from '../../src/diagram/pictures.js'
import { viewOf } from '../../src/diagram/view.js'

const checkout = join(import.meta.dirname, '..', '..', '..')

const lamp = setup({
  types: {} as { events: { type: 'PUSH' } | { type: 'BREAK' } | { type: 'DIM' } },
  guards: { hasPower: () => true, isOld: () => false },
  actions: { glow: () => undefined, note: () => undefined },
}).createMachine({
  id: 'lamp',
  initial: 'off',
  on: { BREAK: { target: '.broken', meta: { rule: 'LAMP-3' } } },
  states: {
    off: {
      on: {
        PUSH: [
          { guard: and(['hasPower', not('isOld')]), target: 'on.bright', meta: { rule: 'LAMP-1' } },
          { actions: 'note', meta: { rule: 'LAMP-2' } },
        ],
      },
    },
    on: {
      initial: 'bright',
      entry: 'glow',
      on: { PUSH: 'off' },
      states: { bright: { on: { DIM: 'dim' } }, dim: { after: { 100: 'bright' } } },
    },
    broken: { type: 'final' },
  },
})

test('a chart has each transition with its event, turn, guard, actions and rules', (t) => {
  const told = allTransitions(chartOf(lamp)).map(({ source, event, turn, guard, actions, target, rules }) =>
    [source, event, turn, guard, actions.join(), target, rules.join()].join(' | '),
  )
  t.deepEqual(told, [
    ' | BREAK |  |  |  | broken | LAMP-3',
    'off | PUSH | 1 | hasPower and not isOld |  | on.bright | LAMP-1',
    'off | PUSH | 2 |  | note |  | LAMP-2',
    'on | PUSH |  |  |  | off | ',
    'on.bright | DIM |  |  |  | on.dim | ',
    'on.dim | after 100 ms |  |  |  | on.bright | ',
  ])
})

for (const format of formats) {
  test(`${format} shows every state, event, guard, action and rule, and is the same each time`, async (t) => {
    const registered = { subsystem: 'test', layer: 'spec', file: 'lamp.ts', machine: lamp } as const
    const once = await draw(registered, format)
    t.deepEqual(await draw(registered, format), once)
    const text = once.map((file) => file.text).join('\n')
    const words = [
      'off',
      'bright',
      'dim',
      'broken',
      'PUSH',
      'BREAK',
      'hasPower',
      'isOld',
      'note',
      'glow',
      'LAMP-1',
      'LAMP-2',
      'LAMP-3',
    ]
    for (const word of words) t.true(text.includes(word), word)
  })
}

test('the same machine is laid out the same each time', async (t) => {
  t.deepEqual(await picturesOf(chartOf(lamp)), await picturesOf(chartOf(lamp)))
})

test('no two labels, and no label and state, overlap', async (t) => {
  for (const { machine } of [...machines, { machine: lamp }]) {
    for (const { part, drawing } of await picturesOfMachine(machine)) {
      const labels = drawing.arrows.flatMap(({ label }) => (label === undefined ? [] : [label]))
      const boxes = drawing.states.filter(({ kind }) => kind !== 'compound')
      labels.forEach((label, at) => {
        for (const other of [...labels.slice(at + 1), ...boxes]) {
          const apart =
            label.x + label.width <= other.x + 1 ||
            other.x + other.width <= label.x + 1 ||
            label.y + label.height <= other.y + 1 ||
            other.y + other.height <= label.y + 1
          t.true(apart, `${machine.id} ${part}: labels at ${label.x},${label.y} and ${other.x},${other.y}`)
        }
      })
    }
  }
})

test("every picture is legible at a page's width", async (t) => {
  for (const { machine } of machines) {
    for (const { part, drawing } of await picturesOfMachine(machine)) {
      t.true(drawing.width <= page.width, `${machine.id} ${part}: ${drawing.width} px wide`)
    }
  }
})

test('a machine too large for a page becomes several pictures, and none of its transitions is lost', async (t) => {
  const names = Array.from({ length: 16 }, (_, at) => `stage${at}`)
  const wide = createMachine({
    id: 'wide',
    initial: 'a',
    states: Object.fromEntries(
      ['a', 'b', 'c'].map((outer, at) => [
        outer,
        {
          initial: 'stage0',
          on: { LEAVE: ['b', 'c', 'a'][at]! },
          states: Object.fromEntries(
            names.map((name, number) => [name, { on: { [`${outer}${number}`]: names[(number + 1) % 16]! } }]),
          ),
        },
      ]),
    ),
  })
  const pictures = await picturesOf(chartOf(wide))
  t.deepEqual(
    pictures.map(({ part }) => part),
    ['', 'a', 'b', 'c'],
  )
  const shown = new Set(
    pictures.flatMap(({ drawing }) =>
      drawing.arrows.flatMap(({ label }) => label?.groups.flat(2).map(({ text }) => text) ?? []),
    ),
  )
  for (const { event } of allTransitions(chartOf(wide))) t.true(shown.has(event), event)
})

test('a closed state hides what happens within it, and keeps what leaves it', async (t) => {
  const chart = chartOf(lamp)
  const { arrows, states } = await place(viewOf(chart, chart.root, new Set(['on'])))
  const events = arrows.flatMap(({ label }) => label?.groups.flat(2).map(({ text }) => text) ?? [])
  t.false(events.includes('DIM'))
  t.is(events.filter((word) => word === 'PUSH').length, 2)
  t.true(states.some(({ title, kind }) => title === 'on' && kind === 'closed'))
})

test("Mermaid's special characters in labels are written as their codes", (t) => {
  t.regex(
    mermaidOf(chartOf(lamp)),
    /s_off --> s_on_bright : PUSH #35;1 \[hasPower and not isOld\] \(LAMP-1\)/,
  )
})

test('in Mermaid a state with states inside says what it does in its title: it can have no more', (t) => {
  const text = mermaidOf(chartOf(lamp))
  t.true(text.includes('state "on<br/>entry / glow" as s_on\n'))
  t.notRegex(text, /^\s*s_on : /m)
})

test('JSON is a definition that makes the same machine again', (t) => {
  const definition = JSON.parse(jsonOf(machines[0]!.machine)) as Parameters<typeof createMachine>[0]
  t.deepEqual(chartOf(createMachine(definition)), chartOf(machines[0]!.machine))
})

test('what is written by hand above the mark of a page is kept', (t) => {
  const written = pageOf('lamp', '# The lamp\n\nProse.\n', [])
  t.true(pageOf('lamp', written, []).startsWith('# The lamp\n\nProse.\n'))
  t.is(pageOf('lamp', written, []), written)
})

test('every machine of spec/ and src/ is registered to be drawn', async (t) => {
  const drawn = new Set<unknown>(machines.map(({ machine }) => machine))
  const files = new Set(machines.map(({ file }) => file))
  for (const layer of ['spec', 'src']) {
    for (const file of readdirSync(join(checkout, layer), { recursive: true, encoding: 'utf8' })) {
      if (!/(^|[/\\-])machine\.ts$/.test(file)) continue
      const path = relative(checkout, join(checkout, layer, file)).replaceAll('\\', '/')
      t.true(files.has(path), `${path} is missing in src/diagram/machines.ts`)
      const built = join(checkout, 'dist', path.replace(/\.ts$/, '.js'))
      const exported = (await import(pathToFileURL(built).href)) as Record<string, unknown>
      for (const [name, value] of Object.entries(exported)) {
        if (value instanceof StateMachine) t.true(drawn.has(value), `${name} of ${path} is missing there`)
      }
    }
  }
})

test('the committed diagrams are fresh: `npm run diagrams` renews them', async (t) => {
  const docs = join(checkout, 'docs')
  const read = (path: string) =>
    existsSync(join(docs, path)) ? readFileSync(join(docs, path), 'utf8') : undefined
  const files = await committedFiles(read)
  for (const [path, text] of files) t.true(read(path) === text, `docs/${path} is stale`)
  for (const name of readdirSync(join(docs, 'diagrams')))
    t.true(files.has(`diagrams/${name}`), `${name} is of no machine`)
})

/** A variant's file: loaded from outside of the repository, by a worker too, and refused with what is wrong with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import test, { type ExecutionContext } from 'ava'
import { loadVariant } from '../../../src/runtime/check/variant-file.js'
import { InputError } from '../../../src/check/model/input-error.js'
import { importFile } from '../../../src/runtime/check/source-file.js'
import { specMachines } from '../../../src/check/variants/spec-machines.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'

function folder(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-variant-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

const late = `import { chain, defineVariant, patch, provide } from 'zoospec/variant'
import type { sessionMachine } from 'zoospec/spec/session/session-machine'
import { assign } from 'xstate'
import { bounds } from './bounds.js'

export const variant = defineVariant({
  id: 'never-overdue',
  title: 'a session never ends by itself',
  forbidden: [['SESSION', 31].join('-')],
  bounds,
  machines: {
    session: chain(
      provide<typeof sessionMachine>({ actions: { detach: assign({ connection: null }) } }),
      patch({ states: { attached: { on: { CHECK_EXPIRY: null } } } }),
    ),
  },
})
`
const bounds = 'export const bounds: Readonly<Record<string, number>> = { sessions: 2 }\n'
const session = specMachines.find(({ id }) => id === 'session')!

test('a TypeScript file outside of the repository gets zoospec and xstate from this package', async (t) => {
  const path = folder(t, { 'late.ts': late, 'bounds.ts': bounds })
  const variant = await loadVariant(join(path, 'late.ts'))
  t.is(variant.id, 'never-overdue')
  t.deepEqual(variant.bounds, { sessions: 2 })
  const count = (machine: typeof session) => allTransitions(chartOf(machine)).length
  t.is(count(variant.machines['session']!(session)), count(session) - 1)
})

test('so does a JavaScript file', async (t) => {
  const text = `import { defineVariant } from 'zoospec/variant'
export const variant = defineVariant({ id: 'plain', title: 'as it is', forbidden: [], bounds: {}, machines: {} })\n`
  const path = folder(t, { 'plain.mjs': text, 'plain.js': text })
  t.is((await loadVariant(join(path, 'plain.mjs'))).id, 'plain')
  t.is((await loadVariant(join(path, 'plain.js'))).id, 'plain')
})

test('a worker thread loads it too', async (t) => {
  const path = folder(t, { 'late.ts': late, 'bounds.ts': bounds })
  const module = new URL('../../../src/runtime/check/variant-file.js', import.meta.url).href
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     import(${JSON.stringify(module)})
       .then(({ loadVariant }) => loadVariant(workerData))
       .then(({ id }) => parentPort.postMessage(id), (error) => parentPort.postMessage(error.message))`,
    { eval: true, workerData: join(path, 'late.ts') },
  )
  t.teardown(() => void worker.terminate())
  t.is(await new Promise((done) => worker.once('message', done)), 'never-overdue')
})

test("the spec's own sources load by their path: what they import is what is built", async (t) => {
  const own = (await importFile('spec/variants/patch.ts', 'variant')) as {
    patch: (change: object) => unknown
  }
  t.is(typeof own.patch({}), 'function')
})

const made = (machines: string, rest = '') => `import { defineVariant, patch, provide } from 'zoospec/variant'
export const variant = { id: 'x', title: 'x', forbidden: [], bounds: {}, machines: { ${machines} }, ${rest} }\n`

const broken: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ['syntax', 'const a = 1\nexport const variant = { id: = 3 }\n', /x\.ts:2:30: Expression expected\n/],
  ['enum', 'export const variant = {}\nenum A { B }\n', /x\.ts:2:1: TypeScript enum is not supported/],
  ['import', "import { a } from 'nonesuch'\nexport const variant = a\n", /Cannot find package 'nonesuch'/],
  ['name', "import { ptch } from 'zoospec/variant'\nptch()\n", /does not provide an export named 'ptch'/],
  ['throws', '\nnull.x\n', /x\.ts:2:6: TypeError: /],
  ['export', 'export const varient = {}\n', /exports no variant; .*it exports varient\)/],
  ['field', made('', 'bound: {}'), /a variant has no field bound; did you mean bounds\?/],
  ['id', made('', "id: 'Not a name'"), /id must be a name in lower case.*; it is "Not a name"/],
  ['bounds', made('', 'bounds: { servers: [] }'), /bounds\.servers must be a number.*; it is \[\]/],
  [
    'rule',
    made('', "forbidden: ['SESSION' + '-3111']"),
    /-3111, which is no rule of the spec; did you mean SESSION-/,
  ],
  ['machine', made('sesion: patch({})'), /sesion, which is no machine.*there are .*did you mean session\?/],
  ['change', made('session: {}'), /machines\.session must be a function/],
  ['result', made('session: () => 3'), /machines\.session must return a machine; it returns 3/],
  [
    'guard',
    made('session: provide({ guards: { isOverdu: () => true } })'),
    /no guard isOverdu; there are .*did you mean isOverdue\?/,
  ],
  [
    'action',
    made('session: provide({ actions: { detatch: () => {} } })'),
    /no action detatch; there are .*did you mean detach\?/,
  ],
  [
    'state',
    made('session: patch({ states: { atached: {} } })'),
    /no state atached; there are .*did you mean attached\?/,
  ],
]
for (const [what, text, message] of broken) {
  test(`a broken file is refused: ${what}`, async (t) => {
    const path = join(folder(t, { 'x.ts': text }), 'x.ts')
    const error = await t.throwsAsync(loadVariant(path), { instanceOf: InputError, message })
    t.true(error?.message.startsWith(path), error?.message)
  })
}

test('a file that is not there is refused, and the nearest named', async (t) => {
  const path = folder(t, { 'late.ts': late })
  await t.throwsAsync(loadVariant(join(path, 'lat.ts')), { message: /no such file; did you mean late\.ts\?/ })
  await t.throwsAsync(loadVariant(join(path, 'none', 'late.ts')), { message: /there is no folder/ })
  await t.throwsAsync(loadVariant(path), { message: /is a folder/ })
})

/** Two layers, never mixed: each import that would mix them is reported, and each that is allowed is not. */
import { join } from 'node:path'
import test from 'ava'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'

const checkout = join(import.meta.dirname, '..', '..', '..')
const plain = new ESLint({ cwd: checkout, overrideConfig: [tseslint.configs.disableTypeChecked] as object[] })
const typed = new ESLint({ cwd: checkout })

async function reports(eslint: ESLint, filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(checkout, filePath) })
  return (result?.messages ?? [])
    .filter(({ severity }) => severity === 2)
    .map(({ ruleId, message }) => `${ruleId ?? 'parse'}: ${message}`)
}

const use = (from: string) => `import { it } from '${from}'\nexport const uses = it\n`

const forbidden: readonly (readonly [file: string, text: string, why: RegExp])[] = [
  ['spec/tree/tree-model.ts', use('fast-check'), /xstate and nothing else/],
  ['spec/tree/tree-model.ts', use('node:crypto'), /xstate and nothing else/],
  ['spec/tree/tree-model.ts', use('../../src/tree/txn.js'), /never imports the implementation/],
  ['spec/tree/tree-model.ts', `export * from '../../src/tree/txn.js'\n`, /never imports the implementation/],
  ['spec/tree/tree-model.ts', 'export const now = () => Date.now()\n', /clock is an input/],
  ['spec/tree/tree-model.ts', 'export const now = () => new Date()\n', /clock is an input/],
  ['spec/tree/tree-model.ts', 'export const any = () => Math.random()\n', /Chance is an input/],
  ['src/tree/tree.ts', use('../../spec/tree/tree-model.js'), /never imports a spec machine/],
  [
    'src/tree/tree.ts',
    `import type { it } from '../../spec/tree/tree-types.js'\nexport type Uses = it\n`,
    /never imports a spec machine/,
  ],
  ['src/server/a/deep.ts', use('../../../spec/service/abstract-service.js'), /never imports a spec machine/],
  ['src/runtime/server.ts', use('../../spec/service/abstract-service.js'), /never imports a spec machine/],
  ...[
    'node:net',
    'node:fs',
    'node:fs/promises',
    'node:timers',
    'net',
    'fs/promises',
    'worker_threads',
    'pino',
    'pino-pretty',
  ].map((name) => ['src/server/core.ts', use(name), /only src\/runtime touches the outside/] as const),
  ['src/server/core.ts', use('../runtime/server.js'), /do not know who runs them/],
  ['src/storage/recovery.ts', use('node:fs'), /only src\/runtime touches the outside/],
  ['src/storage/recovery.ts', use('../runtime/file-disk.js'), /do not know who runs them/],
  ['src/storage/snapshot-policy.ts', 'export const any = () => Math.random()\n', /Chance is an input/],
  [
    'src/storage/log-writer.ts',
    'export const soon = () => setImmediate(() => {})\n',
    /touches the outside.*Take it as an input/,
  ],
  ['src/server/server.ts', use('node:fs'), /only src\/runtime touches the outside/],
  ['src/check/engine/explorer.ts', use('node:worker_threads'), /only src\/runtime touches the outside/],
  ['src/check/systems/systems-table.ts', use('node:fs'), /only src\/runtime touches the outside/],
  ['src/check/engine/explorer.ts', use('../../runtime/check/exploration.js'), /do not know who runs them/],
  ['src/check/engine/explorer.ts', use('../../../test/help.js'), /imports a test/],
  ['src/check/engine/explorer.ts', 'export const now = () => performance.now()\n', /touches the outside/],
  ['src/runtime/check/exploration.ts', use('../../../test/help.js'), /imports a test/],
  ['src/server/core.ts', use('../../test/help.js'), /imports a test/],
  [
    'src/server/core.ts',
    'export const later = () => setTimeout(() => undefined, 1)\n',
    /touches the outside/,
  ],
  ['src/server/core.ts', 'export const home = process.env\n', /touches the outside/],
  ['src/session/tracker.ts', 'export const now = () => Date.now()\n', /clock is an input/],
  ['src/session/tracker.ts', "export const it = () => import('node:net')\n", /hide what a layer depends on/],
  ['src/session/tracker.ts', 'export default 1\n', /No default exports/],
  ['spec/tree/tree-model.ts', 'export default 1\n', /No default exports/],
  ['src/runtime/server.ts', 'export default 1\n', /No default exports/],
  [
    'spec/broadcast/new.ts',
    use('../ensemble/ensemble-world.js'),
    /spec\/broadcast stands before spec\/ensemble/,
  ],
  ['spec/service/new.ts', use('../variants/variant.js'), /spec\/service stands before spec\/variants/],
  ['spec/ensemble/new.ts', `export * from '../variants/variant.js'\n`, /stands before spec\/variants/],
  ['src/wire/new.ts', use('../server/stats.js'), /src\/wire stands before src\/server/],
  ['src/diagram/new.ts', use('../check/model/model.js'), /src\/diagram stands before src\/check\/model/],
  [
    'src/check/engine/new.ts',
    `export type It = import('../report/format-result.js').It\n`,
    /src\/check\/engine stands before src\/check\/report/,
  ],
  ['src/attic/new.ts', 'export const it = 1\n', /src\/attic\/new.ts is in no room/],
  [
    'spec/tree/paths.ts',
    use('./tree-model.js'),
    /circle: spec\/tree\/paths.ts -> spec\/tree\/tree-model.ts -> .*paths.ts/,
  ],
  [
    'spec/tree/tree-types.ts',
    `import type { it } from './tree-model.js'\nexport type Uses = it\n`,
    /circle: spec\/tree\/tree-types.ts -> /,
  ],
  ['src/text/paint.ts', use('./paint.js'), /circle: src\/text\/paint.ts -> src\/text\/paint.ts/],
  ['src/tree/tree.ts', 'export const it = (value: any) => value\n', /no-explicit-any/],
  ['src/tree/tree.ts', `import { it } from './it.js'\nexport type Uses = it\n`, /consistent-type-imports/],
]

forbidden.forEach(([file, text, why], at) => {
  test(`reported in ${file} (${at + 1}): ${text.split('\n')[0]}`, async (t) => {
    const found = await reports(plain, file, text)
    t.true(
      found.some((message) => why.test(message)),
      found.join('\n'),
    )
  })
})

const allowed: readonly (readonly [file: string, text: string])[] = [
  ['spec/tree/tree-machine.ts', use('xstate')],
  ['spec/tree/tree-machine.ts', use('../vocabulary/index.js')],
  ['spec/service/abstract-service.ts', use('../tree/tree-model.js')],
  ['src/tree/tree.ts', use('../../spec/vocabulary/index.js')],
  ['src/server/core.ts', use('../wire/index.js')],
  ['src/runtime/server.ts', use('node:net')],
  ['src/runtime/server.ts', 'export const now = () => Date.now()\n'],
  ['src/conform/trace-validator.ts', use('../../spec/service/abstract-service.js')],
  ['src/diagram/machines.ts', use('../../spec/service/service-machine.js')],
  ['src/cli/serve-verb.ts', use('../runtime/server.js')],
  ['src/check/systems/systems-table.ts', use('../../../spec/ensemble/ensemble-network.js')],
  ['src/runtime/check/exploration.ts', use('node:fs')],
  ['src/runtime/check/load-version.ts', use('../../../spec/variants/variant.js')],
  ['src/scripts/explore-bounds.ts', use('node:fs')],
  ['src/scripts/explore-bounds.ts', use('../runtime/check/explore-space.js')],
]

allowed.forEach(([file, text]) => {
  test(`allowed in ${file}: ${text.split('\n')[0]}`, async (t) => {
    t.deepEqual(await reports(plain, file, text), [])
  })
})

test('a promise that nobody waits for, and a case that a switch forgets, are reported', async (t) => {
  const floating = 'export function start() {\n  Promise.resolve(1)\n}\n'
  t.regex((await reports(typed, 'src/index.ts', floating)).join(), /no-floating-promises/)
  const misused = 'export const all = [1].filter(async () => true)\n'
  t.regex((await reports(typed, 'src/index.ts', misused)).join(), /no-misused-promises/)
  const forgetful =
    "export function f(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n  return 2\n}\n"
  t.regex((await reports(typed, 'src/index.ts', forgetful)).join(), /switch-exhaustiveness-check/)
})

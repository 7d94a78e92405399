/** What the compiler tells the author of a variant: right ones compile, and a name or a value that is wrong is marked. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test from 'ava'

const head = `import { add, chain, defineVariant, patch, provide } from 'zoospec/variant'
import type { sessionMachine } from 'zoospec/spec/session/session-machine'
`
const variant = (machines: string, rest = "forbidden: [], bounds: { servers: 3, fast: true, mode: 'x' }") =>
  `${head}export const variant = defineVariant({ id: 'x', title: 'x', ${rest}, machines: { ${machines} } })
void [add, chain, patch, provide]
export type Uses = typeof sessionMachine\n`

const files: Readonly<Record<string, string>> = {
  'right.ts': variant(`session: chain(
    provide<typeof sessionMachine>({ guards: { passwordIsRight: ({ context }) => context.connection === null } }),
    provide({ actions: { detach: ({ context }) => void context } }),
    patch({ states: { attached: { on: { RENEW: { '#2': null }, CLOSE: { guard: null, actions: ['detach'] }, TOUCH: null } } } }),
    add({ states: { gone: { on: { CLOSE: 'ended' } } } }),
  )`),
  'guard.ts': variant('session: provide<typeof sessionMachine>({ guards: { passwordIsWrong: () => true } })'),
  'context.ts': variant(
    'session: provide<typeof sessionMachine>({ guards: { isOverdue: ({ context }) => context.expired } })',
  ),
  'patch.ts': variant('session: patch({ states: { attached: { on: { CLOSE: { gard: null } } } } })'),
  'shape.ts': variant('', "forbidden: 'SOME-RULE', bounds: {}"),
  'machines.ts': variant('session: { guards: {} }'),
}

test("the compiler marks what is wrong in a variant's file, and nothing in one that is right", (t) => {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-types-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(path, 'node_modules'))
  symlinkSync(resolve('.'), join(path, 'node_modules/zoospec'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  const options = '--noEmit --strict --module nodenext --target es2023 --skipLibCheck --pretty false'.split(
    ' ',
  )
  const compiler = resolve('node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, ...options, ...Object.keys(files)], {
    cwd: path,
    encoding: 'utf8',
  })
  const said = (file: string) => stdout.split('\n').filter((line) => line.startsWith(`${file}(`))
  t.deepEqual(said('right.ts'), [])
  for (const [file, message] of [
    ['guard.ts', /'passwordIsWrong' does not exist/],
    ['context.ts', /Property 'expired' does not exist on type 'SessionContext'/],
    ['patch.ts', /'gard' does not exist/],
    ['shape.ts', /Type 'string' is not assignable to type 'readonly string\[\]'/],
    ['machines.ts', /'guards' does not exist in type 'Change'/],
  ] as const)
    t.regex(said(file).join('\n'), message, `${file}: ${stdout}`)
})

/** `zoospec diff`: versions by name, file and folder; pictures; what the checker says of each. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { InputError } from '../../src/check/model/input-error.js'
import { diffWith } from '../../src/cli/diff-verb.js'
import { UsageError } from '../../src/cli/usage.js'
import { kept, smallEngine } from '../support/small-engine.js'

const never = new AbortController().signal

function variantFile(t: ExecutionContext, bounds = '{}'): string {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-diff-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  const file = join(path, 'change.ts')
  writeFileSync(
    file,
    `import { defineVariant, patch } from 'zoospec/variant'
export const variant = defineVariant({
  id: 'never-overdue', title: 'no session ends by itself', forbidden: [], bounds: ${bounds},
  machines: { session: patch({ states: { attached: { on: { CHECK_EXPIRY: null } } } }) },
})\n`,
  )
  return file
}

async function diff(...args: string[]) {
  const output = kept()
  const code = await diffWith(smallEngine(), args, output, never)
  return { code, text: output.text() }
}

test('the spec and a variant: what the variant changes, and no more', async (t) => {
  const file = variantFile(t)
  const { code, text } = await diff('spec', file)
  t.is(code, 0)
  t.true(
    text.startsWith(
      `- spec  the spec as it is\n+ ${file}  never-overdue: no session ends by itself\n\nmachine session\n  - attached: CHECK_EXPIRY [isOverdue] / orderCloseSession`,
    ),
    text,
  )
  t.is(text.match(/^ {2}[-+~] /gm)?.length, 1)
})

test('a built checkout is a version: this one is the spec', async (t) => {
  for (const folder of ['.', 'dist']) t.regex((await diff('spec', folder)).text, /nothing differs/)
  const { text } = await diff(variantFile(t), resolve('.'))
  t.regex(text, /\n {2}\+ attached: CHECK_EXPIRY /)
})

test('--out draws both in one, for each machine that differs', async (t) => {
  const file = variantFile(t)
  const out = join(file, '..', 'drawn')
  const { text } = await diff('spec', file, '--out', out)
  t.deepEqual(readdirSync(out).sort(), ['diff-session.md', 'diff-session.svg'])
  t.regex(text, /2 files in /)
})

test('--check says what the checker says of each, at the bounds that the variant names, and exits with 1', async (t) => {
  const file = variantFile(t, '{ lease: true }')
  const { code, text } = await diff('spec', file, '--check')
  t.is(code, 1)
  t.regex(
    text,
    /what the checker says {2}lease, lease, servers 1\n {2}spec +violated in 7 steps: LEASE-9 at most one/,
  )
  const holds = await diff('spec', variantFile(t), '--check')
  t.is(holds.code, 0)
  t.regex(holds.text, /change\.ts {2}holds, \d+ distinct states, depth \d+/)
  const none = await diff('spec', 'spec', '--check')
  t.regex(none.text, /no model runs a machine that differs/)
})

test('what is no version is refused', async (t) => {
  await t.throwsAsync(diff('spec'), { instanceOf: UsageError, message: /needs two versions/ })
  await t.throwsAsync(diff('spec', 'spce'), {
    instanceOf: InputError,
    message: /a version is spec, a variant's file, or/,
  })
  await t.throwsAsync(diff('spec', 'test'), {
    instanceOf: InputError,
    message: /test holds no built zoospec/,
  })
  await t.throwsAsync(diff('spec', './none.ts'), { instanceOf: InputError, message: /there is no such file/ })
})

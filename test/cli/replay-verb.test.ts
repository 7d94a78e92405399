/** `zoospec replay`: exit codes, files in both forms, and the test that it writes: run by ava, it fails and then passes. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { counterexampleFiles } from '../../src/runtime/check/counterexample-files.js'
import { bothWork } from '../support/lease-paths.js'

const command = resolve('dist/src/cli/main.js')
const modelText = readFileSync('test/support/lease-model.ts', 'utf8')
const file = 'lease-model-lease-9'

/** A project of somebody else's, with ava, zoospec, a model and its counterexample in it. */
function project(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-replay-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(path, 'node_modules'))
  symlinkSync(resolve('node_modules/ava'), join(path, 'node_modules/ava'))
  symlinkSync(resolve('node_modules/@types'), join(path, 'node_modules/@types'))
  symlinkSync(resolve('.'), join(path, 'node_modules/zoospec'))
  writeFileSync(join(path, 'lease-model.ts'), modelText)
  for (const { name, text } of counterexampleFiles(bothWork('./lease-model.ts')))
    writeFileSync(join(path, name), text)
  return path
}

function run(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, AVA_FORCE_CI: 'not-ci' },
  })
  return { status, stdout, stderr }
}

/** The model's lease no longer ends while its holder works. */
function mend(path: string) {
  const mended = modelText.replace("bounds['lease'] === true || ", '')
  if (mended === modelText) throw new Error('there is nothing to mend')
  writeFileSync(join(path, 'lease-model.ts'), mended)
}

for (const form of ['json', 'txt']) {
  test(`a ${form} file replays: 1 while the violation is there, 0 when it is gone`, (t) => {
    const path = project(t)
    const broken = run(path, command, 'replay', `${file}.${form}`)
    t.is(broken.status, 1, broken.stderr)
    t.regex(broken.stdout, /still there\nbroken after step 7: LEASE-9 at most one client works\n/)
    mend(path)
    const gone = run(resolve('.'), command, 'replay', join(path, `${file}.${form}`), '--sequence')
    t.is(gone.status, 0, gone.stderr)
    t.regex(gone.stdout, /step 4 is not allowed any more: the lease ends/)
    t.regex(gone.stdout, /^gone: /m)
  })
}

for (const out of [undefined, 'gone.test.ts']) {
  test(`the test that is written (${out ?? 'beside the file'}) ${out === undefined ? 'fails under ava, and passes when the violation is gone' : 'compiles'}`, (t) => {
    const path = project(t)
    const written = run(
      path,
      command,
      'replay',
      `${file}.txt`,
      '--as-test',
      ...(out === undefined ? [] : [out]),
    )
    t.is(written.status, 0, written.stderr)
    const test = out ?? `${file}.test.js`
    if (out !== undefined) {
      // A project that tests in TypeScript compiles it first.
      const options = '--noEmit --strict --module nodenext --target es2023 --skipLibCheck --types node'.split(
        ' ',
      )
      const compiled = run(path, resolve('node_modules/typescript/bin/tsc'), ...options, test)
      t.is(compiled.status, 0, compiled.stdout)
      return
    }
    const ava = resolve('node_modules/ava/entrypoints/cli.mjs')
    const fails = run(path, ava, test)
    t.is(fails.status, 1, fails.stdout)
    t.regex(fails.stdout, /1 test failed/)
    t.regex(fails.stdout, /broken after step 7: LEASE-9/)
    mend(path)
    const passes = run(path, ava, test)
    t.is(passes.status, 0, passes.stdout)
    t.regex(passes.stdout, /1 test passed/)
  })
}

test('what can not be replayed exits with 2 and says why', (t) => {
  const path = project(t)
  const says = (pattern: RegExp, ...args: string[]) => {
    const { status, stderr } = run(path, command, 'replay', ...args)
    t.is(status, 2, stderr)
    t.regex(stderr, pattern)
  }
  says(/^zoospec replay needs a FILE/)
  says(/^none\.json: there is no such file/, 'none.json')
  says(/is one argument too many/, `${file}.json`, 'out.js')
  writeFileSync(join(path, 'odd.json'), '{"format":"zoospec-trace/1"}')
  says(/^odd\.json: format must be "zoospec-counterexample\/1"/, 'odd.json')
  writeFileSync(join(path, 'lease-model.ts'), 'export const modle = {}\n')
  says(/it exports no model \(it exports modle\)/, `${file}.json`)
  rmSync(join(path, 'lease-model.ts'))
  says(/lease-model\.ts: there is no such file/, `${file}.json`)
})

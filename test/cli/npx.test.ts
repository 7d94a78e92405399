/** `npx zoospec` in a fresh clone: it starts at once, and builds nothing that is built. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test from 'ava'

test('npx zoospec in a fresh clone rebuilds nothing, at the first call and at the next', (t) => {
  t.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-clone-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const clone = join(folder, 'zoospec')
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${resolve('.')}`, clone])
  // What npm ci brings, and what it does at its end.
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'))
  // Not what the npm or npx around this test says of its own call: its package is another one.
  const ours = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'))
  const env = {
    ...Object.fromEntries(ours),
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
  }
  const npm = (...args: string[]) => spawnSync(args[0]!, args.slice(1), { cwd: clone, env, encoding: 'utf8' })
  t.is(npm('npm', 'run', 'prepare').status, 0)
  const built = (): number => statSync(join(clone, 'dist/src/cli/main.js')).mtimeMs
  const before = built()
  for (const call of ['first', 'second']) {
    const { status, stdout, stderr } = npm('npx', 'zoospec', '--help')
    t.is(status, 0, stderr)
    t.true(stdout.startsWith('usage: zoospec'), call)
    t.is(built(), before, `the ${call} call has built anew`)
  }
})

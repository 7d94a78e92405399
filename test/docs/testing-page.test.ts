/**
 * `docs/testing.md`, tried as its reader would: the packed package in an empty project, its examples run, its types checked.
 * The packages that it depends on are the checkout's: nothing is fetched.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import test from 'ava'

const page = readFileSync('docs/testing.md', 'utf8')
const examples = [...page.matchAll(/^```js file=(\S+)\n([^]*?)^```$/gm)].map(([, name = '', text = '']) => ({ name, text }))

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
}

const project = mkdtempSync(join(tmpdir(), 'zoospec-project-'))
test.after.always(() => rmSync(project, { recursive: true, force: true }))
const installed = join(project, 'node_modules/zoospec')

/** An empty project that has installed the packed package, the packages that it needs, and what the examples need. */
test.before(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], { encoding: 'utf8' }),
  ) as { filename: string }[]
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(project, packed!.filename), '-C', installed, '--strip-components=1'])
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  for (const name of [...Object.keys(dependencies), 'ava', '@types/node']) {
    const link = join(project, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(resolve('node_modules', name), link)
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }))
  for (const { name, text } of examples) writeFileSync(join(project, name), text)
})

/** Runs a program in the project. */
function run(...args: string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')))
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env })
  return status === 0 ? 'passed' : `${stdout}${stderr}`
}

test('the example for ava passes in an empty project', (t) => {
  t.is(run(resolve('node_modules/ava/entrypoints/cli.mjs'), 'lock.test.mjs'), 'passed')
})

test('the example for node:test passes in an empty project', (t) => {
  t.is(run('--test', 'crash.test.mjs'), 'passed')
})

test('the types are there, for a strict program', (t) => {
  writeFileSync(
    join(project, 'typed.ts'),
    `import { startServer, type EmbeddedServer } from 'zoospec/server'
const server: EmbeddedServer = await startServer({ port: 0, config: { tickTime: 200 } })
const address: string = server.address
await server.stop()
export { address }
`,
  )
  const flags = '--noEmit --strict --module nodenext --moduleResolution nodenext --target es2023 --lib es2023,ESNext.Disposable --types node'
  t.is(run(resolve('node_modules/typescript/bin/tsc'), ...flags.split(' '), 'typed.ts'), 'passed')
})

test('the command runs, and what is installed is small and needs no script', (t) => {
  t.is(run(join(installed, 'dist/src/cli/main.js'), '--help'), 'passed')
  const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest
  for (const hook of ['preinstall', 'install', 'postinstall']) t.is(scripts[hook], undefined, hook)
  const sizeOf = (path: string): number =>
    statSync(path).isDirectory()
      ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
      : statSync(path).size
  t.true(sizeOf(installed) < 5_000_000, `${sizeOf(installed)} bytes`)
})

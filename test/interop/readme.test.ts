/** The README's first screen does what it says: its commands run, on a free port in place of 2181. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { verbs } from '../../src/cli/verbs.js'
import { assertAllowed, python, run, serverFor, zkCli } from './stock.js'

const readme = readFileSync('README.md', 'utf8')

/** The code blocks of a language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1]!,
  )
}

test('the README starts a server with npm ci and npm start, which package.json knows, on its first screen', (t) => {
  t.is(blocks('sh')[0], 'npm ci && npm start\n')
  t.true(readme.indexOf('npm ci && npm start') < 500)
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  for (const [, script] of readme.matchAll(/^npm (?:run )?(\w+)/gm)) {
    if (script !== 'ci') t.true(script! in scripts, `npm run ${script!}`)
  }
  for (const [, verb] of readme.matchAll(/^npx zoospec ([a-z]+(?: check)?)/gm)) {
    t.true(
      verbs.some(({ name }) => name === verb),
      `zoospec ${verb!}`,
    )
  }
})

const shell = zkCli === undefined ? test.skip : test
shell("the README's zkCli session creates, reads, and sees its watch fire", async (t) => {
  const server = await serverFor(t)
  const [call, ...lines] = blocks('sh')[1]!.trim().split('\n')
  t.is(call, '/usr/share/zookeeper/bin/zkCli.sh -server 127.0.0.1:2181')
  const { output } = await run(zkCli!, ['-server', `127.0.0.1:${server.port}`], lines)
  for (const expected of ['Created /hello', 'world', 'Created /here-while-connected']) {
    t.true(output.split('\n').includes(expected), output)
  }
  const watch = /`(WatchedEvent [^`]*)`/.exec(readme)![1]!
  t.true(output.includes(watch), output)
  await assertAllowed(t, server)
})

const script = python === undefined ? test.skip : test
script("the README's kazoo script reads what it wrote, and sees the ephemeral vanish", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-readme-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const server = await serverFor(t)
  const file = join(folder, 'readme.py')
  writeFileSync(file, blocks('python')[0]!.replaceAll('127.0.0.1:2181', `127.0.0.1:${server.port}`))
  const { code, output } = await run(python!, [file])
  t.is(code, 0, output)
  t.regex(output, /^\(b'hello', ZnodeStat\(/m)
  t.regex(output, /WatchedEvent\(type='DELETED', state='CONNECTED', path='\/here'\)/)
  t.regex(output, /^None$/m)
  await assertAllowed(t, server)
})

/** The guide to checking does what it says: its files are written, its commands run, and print what stands there. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test from 'ava'

const page = readFileSync('docs/check.md', 'utf8')

interface Fence {
  readonly info: string
  readonly text: string
}
const fences: Fence[] = [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, info = '', text = '']) => ({ info, text }))

/** What a command prints, both streams, and its exit code where that isn't 0. */
function output(cwd: string, command: string): string {
  const [, , ...args] = command.split(' ')
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('dist/src/cli/main.js'), ...args], {
    cwd,
    encoding: 'utf8',
  })
  const text = stdout + stderr
  return text + (status === 0 ? '' : `(exit code ${status})\n`)
}

test('docs/check.md: each command prints what the page says', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-page-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const { info, text } of fences) {
    const name = / file=(\S+)/.exec(info)?.[1]
    if (name !== undefined) writeFileSync(join(folder, name), text)
  }
  const sessions = fences.filter(({ info }) => info === 'console')
  t.true(sessions.length >= 5)
  for (const { text } of sessions) {
    const [first = '', ...printed] = text.split('\n')
    t.is(output(folder, first.slice(2)), printed.join('\n'), first)
  }
  for (const made of ['drawn/diff-session.svg', 'lost-update-count-1.test.js'])
    t.true(existsSync(join(folder, made)), made)
})

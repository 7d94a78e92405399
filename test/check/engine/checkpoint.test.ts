import test from 'ava'
import { fork } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { longSystem } from '../systems/long-run.js'
import { sourceOf, type System } from '../systems/spaces.js'

const request = requestOf('long')
const system: System = {
  system: 'links',
  bounds: { processes: 3, messages: 0, crashes: 2, cuts: 0, opens: 2 },
}

function directoryOf(t: { teardown(clean: () => void): void }): string {
  const directory = fs.mkdtempSync(join(tmpdir(), 'zoospec-checkpoint-'))
  t.teardown(() => fs.rmSync(directory, { recursive: true }))
  return directory
}

test('a run that goes on from its checkpoint counts what an uninterrupted one does', async (t) => {
  const whole = await check(sourceOf(system), { request, liveness: true })
  for (const workers of [1, 2]) {
    const directory = directoryOf(t)
    const controller = new AbortController()
    const cut = await check(sourceOf(system), {
      request,
      liveness: true,
      workers,
      checkpoint: { directory, every: 0.02 },
      signal: controller.signal,
      // From depth 5 on there are ten levels to come: a look falls between two of them, however slow the machine.
      progressEvery: 0.001,
      progress: ({ depth }) => depth > 4 && controller.abort(),
    })
    t.is(cut.verdict, 'unfinished')
    t.is(cut.stopped, 'interrupted')
    t.true(cut.distinct < whole.distinct)
    const resumed = await check(sourceOf(system), {
      request,
      liveness: true,
      workers: 3 - workers,
      resume: directory,
    })
    t.is(resumed.verdict, 'holds')
    t.deepEqual(resumed.levels, whole.levels)
    t.is(resumed.generated, whole.generated)
    t.is(resumed.distinct, whole.distinct)
  }
})

test('a run that is killed goes on from its last checkpoint', async (t) => {
  const directory = directoryOf(t)
  const child = fork(fileURLToPath(new URL('../systems/long-run.js', import.meta.url)), [directory])
  while (!fs.existsSync(join(directory, 'checkpoint.json')))
    await new Promise((resolve) => setTimeout(resolve, 10))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  const whole = await check(sourceOf(longSystem), { request, maxDepth: 9 })
  const resumed = await check(sourceOf(longSystem), { request, maxDepth: 9, resume: directory })
  t.deepEqual(resumed.levels, whole.levels)
})

test('a violation found after the checkpoint is shown from the start', async (t) => {
  const directory = directoryOf(t)
  const broken: System = {
    system: 'links',
    bounds: { processes: 2, messages: 2, crashes: 0, cuts: 0, opens: 2, forbidden: 4 },
  }
  const shallow = await check(sourceOf(broken), { request, maxDepth: 3, checkpoint: { directory } })
  t.deepEqual(shallow.bounds, ['depth 3'])
  const resumed = await check(sourceOf(broken), { request, resume: directory })
  const whole = await check(sourceOf(broken), { request })
  t.true(whole.violations.length === 1)
  t.deepEqual(resumed.violations, whole.violations)
})

test('a checkpoint of something else is refused', async (t) => {
  const directory = directoryOf(t)
  await check(sourceOf({ system: 'bits' }), { request, checkpoint: { directory } })
  const refused = (options: Parameters<typeof check>[1], from: System = { system: 'bits' }) =>
    t.throwsAsync(check(sourceOf(from), { ...options, resume: directory }), { name: 'CheckpointError' })
  t.regex(
    (await refused({ request: { model: 'long', bounds: { servers: 4 } } }))!.message,
    /request .*servers/,
  )
  t.regex((await refused({ request }, { system: 'commit', managers: 3 }))!.message, /has space/)
  t.regex((await refused({ request, liveness: true }))!.message, /liveness false; this run has true/)
  fs.truncateSync(join(directory, 'table.1'), 100)
  t.regex((await refused({ request }))!.message, /damaged: 100 bytes/)
  fs.writeFileSync(join(directory, 'checkpoint.json'), '{')
  t.regex((await refused({ request }))!.message, /not JSON/)
  fs.rmSync(join(directory, 'checkpoint.json'))
  t.regex((await refused({ request }))!.message, /holds no checkpoint/)
})

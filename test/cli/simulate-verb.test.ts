/** `zoospec simulate`: runs, a schedule from a file, and what it says of mistakes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { simulate } from '../../src/cli/simulate-verb.js'
import { UsageError } from '../../src/cli/usage.js'
import { drawSchedule } from '../../src/simulate/ensemble/draw-schedule.js'
import { scheduleText } from '../../src/simulate/ensemble/schedule-file.js'
import { paintFor } from '../../src/text/paint.js'

/** What a run of the verb prints, and its exit code. */
async function run(...args: readonly string[]): Promise<{ text: string; code: number }> {
  let text = ''
  const code = await simulate(args, {
    write: (more) => void (text += more),
    aside: { write: () => true },
    look: { width: 100, paint: paintFor({ isTTY: false }, {}) },
  })
  return { text, code }
}

test('seeds are run one after the other, and added up', async (t) => {
  const { text, code } = await run('--seed', '5', '--seeds', '2', '--minutes', '1')
  t.is(code, 0)
  const lines = text.trim().split('\n')
  t.is(lines.length, 3)
  t.regex(
    lines[0]!,
    /^seed 5: no rule broken; \d+ faults, \d+ elections, \d+ writes, \d+ answers, \d+ reads judged/,
  )
  t.regex(lines[2]!, /^2 runs, no rule broken: 0\.0\d simulated hours in \d/)
})

test('a schedule is run from its file, with what the servers log, or as JSON', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-schedule-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 's.json')
  writeFileSync(
    file,
    scheduleText(drawSchedule(3, { servers: 3, observers: 0, clients: 2, duration: 10_000 })),
  )
  const logged = await run('--schedule', file, '--log')
  t.is(logged.code, 0)
  t.regex(logged.text, /server \d info: leading: a quorum follows/)
  const { text } = await run('--schedule', file, '--json')
  t.like(JSON.parse(text), { seed: 3, violation: null })
})

test('a mistake is said with its place', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-schedule-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 's.json')
  writeFileSync(file, '{"seed":1,"servers":3,"observers":0,"clients":1,"duration":1000,"faults":[{"at":-1}]}')
  const said = async (...args: readonly string[]) =>
    (await t.throwsAsync(() => run(...args), { instanceOf: UsageError })).message
  t.regex(
    await said('--schedule', file),
    /s\.json: faults\[0\]\.at is -1; expected milliseconds of 0 or more$/,
  )
  t.regex(await said('--schedule', join(folder, 'none.json')), /none\.json: ENOENT/)
  t.regex(await said('--seeds', '2', '--log'), /^--log is for one run/)
  t.regex(await said('--schedule', file, '--seed', '2'), /^--seed is nothing beside --schedule/)
  t.regex(await said('--faults', 'crash,flood'), /^--faults has "flood"; expected names of crash, powerLoss/)
  t.is(await said('--servers', '0'), '--servers is "0"; expected a whole number of 1 to 9')
  t.is(await said('--minutes', '1.5'), '--minutes is "1.5"; expected a whole number of 1 to 100000')
})

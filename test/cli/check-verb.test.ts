/** `zoospec check`: what a command line asks the engine for, what it prints, and its exit codes. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { engine } from '../../src/runtime/check/engine.js'
import { showing } from '../../src/check/model/model-options.js'
import { InputError } from '../../src/check/model/input-error.js'
import { checkWith } from '../../src/cli/check-verb.js'
import { replayWith } from '../../src/cli/replay-verb.js'
import { UsageError } from '../../src/cli/usage.js'
import { kept, smallEngine, smallModels, type Asked } from '../support/small-engine.js'

const never = new AbortController().signal

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-check-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function variantFile(t: ExecutionContext, bounds: string, machines = 'session: patch({})'): string {
  const path = join(folder(t), 'change.ts')
  writeFileSync(
    path,
    `import { defineVariant, patch } from 'zoospec/variant'
export const variant = defineVariant({ id: 'change', title: 'a change', forbidden: [], bounds: ${bounds}, machines: { ${machines} } })\n`,
  )
  return path
}

async function ask(...args: string[]): Promise<Asked> {
  const asked: Asked = []
  await checkWith(smallEngine(asked), args, kept(), never)
  return asked
}

test('without arguments every model is checked at its default bounds', async (t) => {
  const asked = await ask()
  t.deepEqual(
    asked.map(({ request }) => request),
    [
      { model: 'lease', bounds: { lease: false, servers: 1 } },
      { model: 'quiet', bounds: { servers: 1 } },
    ],
  )
  const { options } = asked[0]!
  t.true(options.workers >= 1)
  t.deepEqual(
    { ...options, workers: 0 },
    { walk: false, seed: 1, workers: 0, resume: false, maxViolations: 1 },
  )
})

test('flags give bounds to the models that have them, and say how to explore', async (t) => {
  const asked = await ask(
    ...'--lease --servers 5 --walk --seed 7 --workers 2 --depth 30 --states 1000 --max-violations 3'.split(
      ' ',
    ),
    ...'--checkpoint /tmp/kept --resume --model lease'.split(' '),
  )
  t.deepEqual(asked, [
    {
      request: { model: 'lease', bounds: { lease: true, servers: 5 } },
      options: {
        walk: true,
        seed: 7,
        workers: 2,
        depth: 30,
        states: 1000,
        maxViolations: 3,
        checkpoint: '/tmp/kept/lease',
        resume: true,
      },
    },
  ])
  t.is((await ask('--no-lease', '--model=lease'))[0]?.request.bounds['lease'], false)
})

test('a variant is checked by the models that run its machines, at its bounds unless flags say otherwise', async (t) => {
  const file = variantFile(t, '{ servers: 4, lease: true }')
  t.deepEqual(
    (await ask('--variant', file)).map(({ request }) => request),
    [{ model: 'lease', bounds: { lease: true, servers: 4 }, variant: file }],
  )
  t.is((await ask('--variant', file, '--servers', '2'))[0]?.request.bounds['servers'], 2)
  const named = variantFile(t, "{ model: 'quiet', servers: 2 }")
  t.deepEqual((await ask('--variant', named))[0]?.request, {
    model: 'quiet',
    bounds: { servers: 2 },
    variant: named,
  })
})

test('of models that run its machines, those are asked that have all bounds which a variant names', (t) => {
  const models = [
    { name: 'one', about: '', machines: ['leader'], bounds: { crashes: { default: 1, about: '' } } },
    {
      name: 'two',
      about: '',
      machines: ['leader', 'session'],
      bounds: { epochs: { default: 1, about: '' } },
    },
    { name: 'three', about: '', machines: ['tree'], bounds: { epochs: { default: 1, about: '' } } },
  ]
  const names = (...bounds: string[]) => showing(models, ['leader'], bounds).map(({ name }) => name)
  t.deepEqual(names(), ['one', 'two'])
  t.deepEqual(names('epochs'), ['two'])
  t.deepEqual(names('epochs', 'crashes'), ['one', 'two'])
})

test('a model of your own is named by its file, its bounds are whatever it takes', async (t) => {
  const [{ request } = { request: null }] = await ask(
    '--model',
    './mine.ts',
    '--bounds',
    'lease=true,size=3,mode=x',
  )
  t.deepEqual(request, { model: './mine.ts', bounds: { lease: true, size: 3, mode: 'x' } })
})

const wrong: readonly (readonly [args: string, message: RegExp])[] = [
  ['--sevrers 3', /^--sevrers is not a flag here; did you mean --servers\?/],
  ['--servers three', /^--servers is "three"; expected a whole number from 1/],
  ['--model lease --servers 0', /^--servers is "0"; expected a whole number from 1/],
  ['--model lese', /^there is no model lese; there are lease, quiet; did you mean lease\?/],
  ['--model quiet --lease', /^quiet has no bound lease; it has servers/],
  ['--resume', /^--resume needs --checkpoint DIR/],
  ['--seed 3', /^--seed is for --walk/],
  ['--bounds a=1', /^--bounds is for a model of your own/],
  ['--model ./a.ts --bounds a', /^--bounds takes name=value,name=value; found "a"/],
  ['extra', /"extra" is one argument too many/],
]
for (const [args, message] of wrong) {
  test(`refused: check ${args}`, async (t) => {
    await t.throwsAsync(ask(...args.split(' ')), { instanceOf: UsageError, message })
  })
}

test('a variant that no model shows, or with a bound that no model has, is refused', async (t) => {
  await t.throwsAsync(ask('--variant', variantFile(t, '{}', 'acl: patch({})')), {
    message: /no model runs acl/,
  })
  await t.throwsAsync(ask('--variant', variantFile(t, '{ server: 3 }')), {
    message: /the variant change names the bound server; .*did you mean servers\?/,
  })
})

test('what holds exits with 0, and says what was covered; progress goes aside', async (t) => {
  const output = kept()
  t.is(await checkWith(smallEngine(), [], output, never), 0)
  t.regex(
    output.text(),
    /^holds: lease, no lease, servers 1\n {2}states +\d+ generated, \d+ distinct, depth \d+/,
  )
  t.regex(output.text(), /covered +every reachable state within the bounds/)
  t.regex(output.text(), /\n2 models: 2 hold; 2\.0 s\n$/)
})

test('walks that find nothing prove nothing: they say so, and exit with 0, as they did what was asked', async (t) => {
  const args = '--model session --walk --states 2000 --depth 20 --workers 1'.split(' ')
  const output = kept()
  t.is(await checkWith(engine, args, output, never), 0)
  t.regex(output.text(), /^found nothing: session, sessions 2/)
  t.regex(output.text(), /states +[\d,]+ generated\n/)
  t.regex(output.text(), /covered +100 random walks of 20 steps, seed 1; what they missed may be broken\n/)
  const json = kept()
  await checkWith(engine, [...args, '--json'], json, never)
  t.is((JSON.parse(json.text()) as { verdict: string }).verdict, 'found nothing')
})

test('of several models that are walked, none is said to hold', async (t) => {
  const walked = smallEngine()
  const runCheck: typeof walked.runCheck = async (...args) => ({
    ...(await walked.runCheck(...args)),
    verdict: 'found nothing',
  })
  const output = kept()
  t.is(await checkWith({ ...walked, runCheck }, ['--walk'], output, never), 0)
  t.regex(output.text(), /\n2 models: 2 found nothing; 2\.0 s\n$/)
})

test('what is broken exits with 1, is shown, kept in files, and replays', async (t) => {
  const out = join(folder(t), 'found')
  const output = kept()
  t.is(await checkWith(smallEngine(), ['--model', 'lease', '--lease', '--out', out], output, never), 1)
  t.regex(output.text(), /^violated: lease, lease, servers 1/)
  t.regex(
    output.text(),
    /broken after step 7: LEASE-9 at most one client works\n {2}client 1 and client 2 both work/,
  )
  t.regex(output.text(), /●◀─+grant/)
  t.deepEqual(
    readdirSync(out).sort(),
    ['json', 'md', 'svg', 'txt'].map((form) => `lease-lease-9.${form}`),
  )
  t.regex(output.text(), /\nkept: npx zoospec replay .*lease-lease-9\.txt\n$/)
  for (const form of ['json', 'txt'])
    t.is(await replayWith(smallEngine(), [join(out, `lease-lease-9.${form}`)], kept()), 1)
})

test('for programs: one line of JSON a model, and nothing else', async (t) => {
  const output = kept()
  t.is(await checkWith(smallEngine(), ['--json', '--lease', '--out', folder(t)], output, never), 1)
  const results = output
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { format: string; verdict: string })
  t.deepEqual(
    results.map(({ format, verdict }) => [format, verdict]),
    [
      ['zoospec-check/1', 'violated'],
      ['zoospec-check/1', 'holds'],
    ],
  )
})

test('Ctrl-C: a summary of what was seen, what was not checked, and 3', async (t) => {
  const stop = new AbortController()
  const engine = smallEngine()
  const output = kept()
  const code = await checkWith(
    { ...engine, runCheck: (...args) => (stop.abort(), engine.runCheck(...args)) },
    [],
    output,
    stop.signal,
  )
  t.is(code, 3)
  t.regex(output.text(), /^unfinished: lease[^]*a part of the reachable states: it was interrupted/)
  t.regex(output.text(), /not checked: quiet\n2 models: 0 hold, 1 unfinished/)
})

test('--resume goes on with a variant as it was, not with one that has changed since', async (t) => {
  const path = folder(t)
  const [file, beside, saved] = [join(path, 'change.ts'), join(path, 'beside.ts'), join(path, 'kept')]
  writeFileSync(beside, `export const title = 'a change'\n`)
  writeFileSync(
    file,
    `import { defineVariant, patch } from 'zoospec/variant'
import { title } from './beside.js'
export const variant = defineVariant({ id: 'change', title, forbidden: [], bounds: {}, machines: { wire: patch({}) } })\n`,
  )
  const args = ['--variant', file, '--workers', '1', '--checkpoint', saved]
  const run = (...more: string[]) => checkWith(engine, [...args, ...more], kept(), never)
  t.is(await run('--depth', '2'), 0)
  t.is(await run('--resume'), 0)
  writeFileSync(beside, `export const title = 'another change'\n`)
  const error = await t.throwsAsync(run('--resume'), { name: 'CheckpointError', instanceOf: InputError })
  t.regex(error.message, /kept\/wire is of other contents of \S*beside\.ts: .*begin anew: without --resume/)
  t.is(await run(), 0)
})

test('every bound of the models is a flag of the help', (t) => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [resolve('dist/src/cli/main.js'), 'check', '--help'],
    {
      encoding: 'utf8',
    },
  )
  t.is(status, 0)
  for (const flag of ['--servers N', '--variant FILE', '--walk', '--max-violations N', '--checkpoint DIR'])
    t.true(stdout.includes(flag), flag)
  t.is(new Set(smallModels.map(({ name }) => name)).size, smallModels.length)
})

test('a broken variant is said in one message, with 2', (t) => {
  const file = variantFile(t, '{}', 'session: patch({ states: { atached: {} } })')
  const { status, stderr } = spawnSync(
    process.execPath,
    [resolve('dist/src/cli/main.js'), 'check', '--variant', file],
    { encoding: 'utf8' },
  )
  t.is(status, 2)
  t.regex(stderr, /change\.ts: machine session: there is no state atached; .*did you mean attached\?\n$/)
})

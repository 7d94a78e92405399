import test from 'ava'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { walk } from '../../../src/runtime/check/walk-space.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { sourceOf, type System } from '../systems/spaces.js'
import { twoPhase } from '../systems/two-phase.js'

const request = requestOf('test')
const bounds = { processes: 3, messages: 1, crashes: 1, cuts: 1, opens: 2 }
const systems: readonly System[] = [
  { system: 'commit', managers: 5 },
  { system: 'bits' },
  { system: 'links', bounds: { ...bounds, messages: 0, opens: 1 } },
  { system: 'links', bounds: { ...bounds, messages: 0, opens: 1 }, symmetry: true },
]

test('two threads find the states that one finds', async (t) => {
  for (const system of systems) {
    const options = { request, liveness: true, maxDepth: 10 }
    const alone = await check(sourceOf(system), options)
    const together = await check(sourceOf(system), { ...options, workers: 2 })
    t.deepEqual(together.levels, alone.levels)
    t.is(together.distinct, alone.distinct)
    t.is(together.verdict, alone.verdict)
    if (system.system !== 'links' || !system.symmetry) t.is(together.generated, alone.generated)
    t.log(`${system.system}: ${alone.distinct}`)
  }
})

test('two threads find violations as near as one does', async (t) => {
  const broken: readonly System[] = [
    { system: 'commit', managers: 3, mutant: 'hasty' },
    { system: 'commit', managers: 3, mutant: 'patient' },
    { system: 'philosophers', count: 4 },
    { system: 'bits', mutant: 'deaf' },
    { system: 'bits', mutant: 'mute' },
    { system: 'links', bounds: { ...bounds, forbidden: 4 } },
  ]
  for (const system of broken) {
    const [alone] = (await check(sourceOf(system), { request, liveness: true })).violations
    const [together] = (await check(sourceOf(system), { request, liveness: true, workers: 2 })).violations
    t.is(together?.violation.name, alone!.violation.name)
    t.is(together?.steps.length, alone!.steps.length)
  }
})

test('threads share the walks', async (t) => {
  const options = { request, seed: 3, walks: 100, depth: 100, workers: 2 }
  const none = await walk(sourceOf({ system: 'links', bounds }), options)
  t.is(none.walks, 100)
  const met = await walk(sourceOf({ system: 'philosophers', count: 4 }), options)
  t.is(met.violations[0]?.counterexample.steps.length, 4)
})

test('several threads need to be told where the space comes from', async (t) => {
  await t.throwsAsync(check(modelSpace(twoPhase(3)), { request, workers: 2 }), { message: /source/ })
})

test('a source that does not exist is an error, in a thread too', async (t) => {
  const source = { ...sourceOf({ system: 'bits' }), export: 'nothing' }
  await t.throwsAsync(check(source, { request }), { message: /exports no nothing/ })
})

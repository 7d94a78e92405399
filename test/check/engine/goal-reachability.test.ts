import test from 'ava'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import type { Model } from '../../../src/check/model/model.js'
import { networkModel } from '../../../src/check/spaces/network-model.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { sourceOf } from '../systems/spaces.js'
import { alternatingBit } from '../systems/alternating-bit.js'
import { twoPhase } from '../systems/two-phase.js'

const request = requestOf('test')

test('the goal stays possible where it does', async (t) => {
  const bits = await check(networkSpace(alternatingBit(3, 2)), { request, liveness: true })
  t.is(bits.verdict, 'holds')
  t.true(bits.exhausted)
  const commit = await check(modelSpace(twoPhase(3)), { request, liveness: true })
  t.is(commit.verdict, 'holds')
})

test('a receiver that acknowledges nothing leaves no way to the goal from the start', async (t) => {
  const network = alternatingBit(3, 2, 'mute')
  for (const space of [networkSpace(network), modelSpace(networkModel(network))]) {
    const { violations } = await check(space, { request, liveness: true })
    t.is(violations[0]?.violation.kind, 'goal')
    t.is(violations[0]?.violation.rule, 'BIT-2')
    t.is(violations[0]?.steps.length, 0)
  }
})

test('the shallowest state without a way to the goal is shown, and faults are no way', async (t) => {
  const { violations } = await check(modelSpace(twoPhase(3, 'patient')), { request, liveness: true })
  t.is(violations[0]?.violation.kind, 'goal')
  t.deepEqual(
    violations[0]?.steps.map(({ text }) => text),
    ['give up'],
  )
})

test('a run that saw only some states says nothing of the goal', async (t) => {
  const result = await check(modelSpace(twoPhase(3, 'patient')), { request, liveness: true, maxDepth: 3 })
  t.is(result.verdict, 'holds')
  t.false(result.exhausted)
})

test('a receiver that does not look at the bit takes a message twice', async (t) => {
  const { violations } = await check(networkSpace(alternatingBit(3, 2, 'deaf')), { request })
  t.is(violations[0]?.violation.rule, 'BIT-1')
  t.deepEqual(
    violations[0]?.steps.map(({ text }) => text),
    ['send', 'send', 'data', 'data'],
  )
  const arrival = violations[0]!.steps[2]!
  t.deepEqual(arrival.messages, [
    { from: 0, to: 1, text: 'data 0, bit 0', as: 'taken' },
    { from: 1, to: 0, text: 'ack 0, bit 0', as: 'sent' },
  ])
})

test('what was logged follows the table when it grows', async (t) => {
  for (const options of [{ room: 10 }, { room: 10, workers: 2 }]) {
    const holds = await check(sourceOf({ system: 'commit', managers: 5 }), {
      request,
      liveness: true,
      ...options,
    })
    t.is(holds.distinct, 8832)
    t.is(holds.generated, (await check(modelSpace(twoPhase(5)), { request })).generated)
    t.is(holds.verdict, 'holds')
    const patient = sourceOf({ system: 'commit', managers: 4, mutant: 'patient' })
    const { violations } = await check(patient, { request, liveness: true, ...options })
    t.is(violations[0]?.steps.length, 1)
    const hasty = sourceOf({ system: 'commit', managers: 4, mutant: 'hasty' })
    const far = (await check(hasty, { request, ...options })).violations[0]
    t.is(far?.steps.length, (await check(hasty, { request })).violations[0]!.steps.length)
  }
})

/** Tries, of which each may be lost; one that is lost without another left is over. A `doomed` one can only be lost. */
function tries(isDoomed: boolean): Model<string, string> {
  const steps: Readonly<Record<string, readonly string[]>> = {
    'two left': ['trying, one left'],
    'trying, one left': ['one left', ...(isDoomed ? [] : ['done'])],
    'one left': ['trying, none left'],
    'trying, none left': ['none left', ...(isDoomed ? [] : ['done'])],
  }
  return {
    name: 'tries',
    processes: ['it'],
    initial: () => ['two left'],
    actions: (state) => steps[state] ?? [],
    next: (_, action) => action,
    invariants: [],
    mayEnd: () => true,
    goal: {
      rule: 'TRY-1',
      name: 'it can be done',
      holds: (state): boolean => state === 'done',
      excuse: (state) => (state === 'none left' ? 'over' : state.endsWith('none left') ? 'last try' : null),
      isFault: () => false,
    },
    tell: (_, action) => ({ text: action, rules: [] }),
    show: (state) => ({ state }),
  }
}

test('what the bounds cut off is excused for the last try alone', async (t) => {
  const able = await check(modelSpace(tries(false)), { request, liveness: true })
  t.is(able.verdict, 'holds')
  const { violations } = await check(modelSpace(tries(true)), { request, liveness: true })
  t.is(violations[0]?.violation.kind, 'goal')
  t.is(violations[0]?.steps.length, 0)
})

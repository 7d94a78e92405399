import test from 'ava'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { dieHard } from '../systems/die-hard.js'
import { philosophers } from '../systems/philosophers.js'
import { twoPhase } from '../systems/two-phase.js'

const request = requestOf('test')

test('the jugs have 16 states', async (t) => {
  const result = await check(modelSpace(dieHard()), { request })
  t.is(result.verdict, 'holds')
  t.is(result.distinct, 16)
  t.is(result.generated, 97)
  t.true(result.exhausted)
  t.is(
    result.levels.reduce((sum, size) => sum + size, 0),
    16,
  )
})

test('the shortest way to 4 gallons has 6 steps', async (t) => {
  const result = await check(modelSpace(dieHard('solvable')), { request })
  t.is(result.verdict, 'violated')
  const [violation] = result.violations
  t.is(violation!.violation.rule, 'JUGS-2')
  t.is(violation!.violation.found, '4 in the big jug')
  t.deepEqual(
    violation!.steps.map(({ text }) => text),
    ['fill big', 'big to small', 'empty small', 'big to small', 'fill big', 'big to small'],
  )
  t.deepEqual(violation!.start, { small: '0', big: '0' })
  t.deepEqual(violation!.steps[0]!.changes, [{ what: 'big', before: '0', after: '5' }])
})

test('two-phase commit has the states that TLC counts', async (t) => {
  const result = await check(modelSpace(twoPhase(3)), { request })
  t.is(result.distinct, 288)
  t.is(result.generated, 1146)
  t.is(result.verdict, 'holds')
  const five = await check(modelSpace(twoPhase(5)), { request })
  t.is(five.distinct, 8832)
})

test('a coordinator that commits before all have prepared is caught', async (t) => {
  const result = await check(modelSpace(twoPhase(3, 'hasty')), { request })
  t.is(result.violations[0]?.violation.rule, 'COMMIT-1')
})

test('philosophers who all reach for the same side starve after as many steps as they are', async (t) => {
  for (const count of [2, 3, 4]) {
    const result = await check(modelSpace(philosophers(count, false)), { request })
    t.is(result.violations[0]?.violation.kind, 'deadlock')
    t.is(result.violations[0]?.steps.length, count)
  }
})

test('one left-handed philosopher keeps all of them fed', async (t) => {
  const result = await check(modelSpace(philosophers(4, true)), { request })
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
})

test('bounds end a run, which says so', async (t) => {
  const shallow = await check(modelSpace(dieHard('solvable')), { request, maxDepth: 5 })
  t.is(shallow.verdict, 'holds')
  t.false(shallow.exhausted)
  t.deepEqual(shallow.bounds, ['depth 5'])
  const few = await check(modelSpace(twoPhase(5)), { request, maxStates: 1000 })
  t.deepEqual(few.bounds, ['1000 states'])
  t.true(few.distinct >= 1000 && few.distinct < 8832)
})

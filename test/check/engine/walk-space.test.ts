import test from 'ava'
import { links } from '../../../src/bench/links.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkModel } from '../../../src/check/spaces/network-model.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { ModelWalk } from '../../../src/check/replay/model-walk.js'
import { walk } from '../../../src/runtime/check/walk-space.js'
import { alternatingBit } from '../systems/alternating-bit.js'
import { dieHard } from '../systems/die-hard.js'
import { philosophers } from '../systems/philosophers.js'

const options = { request: requestOf('test'), seed: 7, walks: 200, depth: 200 }

test('what a walk meets is made as short as what the exhaustive run finds', async (t) => {
  const jugs = await walk(modelSpace(dieHard('solvable')), options)
  t.is(jugs.violations[0]?.counterexample.steps.length, 6)
  const starving = await walk(modelSpace(philosophers(4, false)), options)
  t.is(starving.violations[0]?.counterexample.violation.kind, 'deadlock')
  t.is(starving.violations[0]?.counterexample.steps.length, 4)
  const bits = await walk(networkSpace(alternatingBit(3, 3, 'deaf')), options)
  t.is(bits.violations[0]?.counterexample.steps.length, 4)
})

test('a long walk through a network is made short', async (t) => {
  const bounds = { processes: 3, messages: 4, crashes: 2, cuts: 2, opens: 3, forbidden: 6 }
  const met = (await walk(networkSpace(links(bounds)), options)).violations[0]!
  const shortest = (await check(networkSpace(links(bounds)), { request: options.request })).violations[0]!
  t.is(met.counterexample.violation.rule, 'LINKS-2')
  t.true(met.walked > met.counterexample.steps.length, `${met.walked} steps`)
  t.true(met.counterexample.steps.length <= shortest.steps.length + 2)
  const actions = met.counterexample.steps.map(({ action }) => action)
  const again = new ModelWalk(networkModel(links(bounds)))
  t.is(again.take(actions).refusal, null)
  t.true(again.broken().some(({ rule }) => rule === 'LINKS-2'))
})

test('a walk depends on its seed and number alone', async (t) => {
  const bounds = { processes: 3, messages: 4, crashes: 2, cuts: 2, opens: 3, forbidden: 6 }
  const first = (await walk(networkSpace(links(bounds)), options)).violations[0]!
  const again = await walk(networkSpace(links(bounds)), { ...options, first: first.walk, walks: 1 })
  t.deepEqual(again.violations[0], first)
  const other = (await walk(networkSpace(links(bounds)), { ...options, seed: 8 })).violations[0]!
  t.notDeepEqual(other.counterexample.steps, first.counterexample.steps)
})

test('walks that meet nothing say so, and a signal ends them', async (t) => {
  const none = await walk(modelSpace(philosophers(4, true)), { ...options, walks: 20 })
  t.is(none.verdict, 'found nothing')
  t.is(none.walks, 20)
  const signal = AbortSignal.timeout(50)
  const ended = await walk(modelSpace(philosophers(4, true)), { ...options, walks: 1e9, signal })
  t.is(ended.verdict, 'unfinished')
})

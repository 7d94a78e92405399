import test from 'ava'
import { links, type LinksBounds } from '../../../src/bench/links.js'
import { transfersOf } from '../../../src/check/engine/balance-workers.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import type { Model } from '../../../src/check/model/model.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import type { Progress } from '../../../src/check/engine/check-result.js'
import { sourceOf } from '../systems/spaces.js'

const request = requestOf('test')
const small: LinksBounds = { processes: 3, messages: 0, crashes: 1, cuts: 0, opens: 1 }
const large: LinksBounds = { processes: 3, messages: 4, crashes: 2, cuts: 2, opens: 4 }

/** Counts up in steps of 1 or 2. */
function counter(broken: (count: number) => string | null): Model<number, number> {
  return {
    name: 'counter',
    processes: [],
    initial: () => [0],
    actions: () => [1, 2],
    next: (count, by) => Math.min(1000, count + by),
    invariants: [{ rule: 'COUNT-1', name: 'it stays low', broken }],
    tell: (_, by) => ({ text: `adds ${by}`, rules: [] }),
    show: (count) => ({ count: String(count) }),
  }
}

test('with symmetry the verdict is the same, of fewer states', async (t) => {
  const all = await check(networkSpace(links(small), { symmetry: false }), { request, liveness: true })
  const reduced = await check(networkSpace(links(small)), { request, liveness: true })
  t.is(reduced.verdict, all.verdict)
  t.true(all.exhausted && reduced.exhausted)
  t.is(reduced.depth, all.depth)
  t.true(reduced.distinct < all.distinct / 4 && reduced.distinct >= all.distinct / 6)
  t.deepEqual([all.reductions, reduced.reductions], [[], ['symmetry']])
  const bounds = { ...small, messages: 1, forbidden: 3 }
  const [found] = (await check(networkSpace(links(bounds), { symmetry: false }), { request })).violations
  const [less] = (await check(networkSpace(links(bounds)), { request })).violations
  t.is(less?.violation.name, found!.violation.name)
  t.is(less?.steps.length, found!.steps.length)
})

test('an invariant that breaks at 37 is found after 19 steps', async (t) => {
  const space = modelSpace(counter((count) => (count === 37 ? 'it is 37' : null)))
  const { violations, depth } = await check(space, { request })
  t.is(violations[0]?.steps.length, 19)
  t.is(depth, 19)
})

test('different violations are collected, each once', async (t) => {
  const model = counter((count) => (count > 5 ? `it is ${count}` : null))
  const other = { rule: 'COUNT-2', name: 'it is even', broken: (count: number) => (count % 2 ? 'odd' : null) }
  const both = { ...model, invariants: [...model.invariants, other] }
  const { violations } = await check(modelSpace(both), { request, maxViolations: 5 })
  t.deepEqual(
    violations.map(({ violation, steps }) => [violation.rule, steps.length]),
    [
      ['COUNT-2', 1],
      ['COUNT-1', 3],
    ],
  )
})

test('an initial state may break something', async (t) => {
  const { violations } = await check(modelSpace(counter(() => 'always')), { request })
  t.is(violations[0]?.steps.length, 0)
})

test('what the model throws is a violation, with the path to where it throws', async (t) => {
  const model = counter(() => null)
  const throwing = {
    ...model,
    next: (count: number, by: number) => {
      if (count > 3) throw new TypeError('no such count')
      return model.next(count, by)
    },
  }
  const { violations, verdict } = await check(modelSpace(throwing), { request })
  t.is(verdict, 'violated')
  t.is(violations[0]?.violation.found, 'TypeError: no such count')
  t.is(violations[0]?.steps.length, 2)
})

test('a signal ends a run, which sums up what it did', async (t) => {
  for (const workers of [1, 2]) {
    const seen: Progress[] = []
    const source = sourceOf({ system: 'links', bounds: large })
    const controller = new AbortController()
    const result = await check(source, {
      request,
      workers,
      signal: controller.signal,
      progressEvery: 0.05,
      progress: (progress) => {
        seen.push(progress)
        if (progress.distinct > 1000) controller.abort()
      },
    })
    t.is(result.verdict, 'unfinished')
    t.is(result.stopped, 'interrupted')
    t.true(result.distinct > 100 && result.generated > result.distinct)
    const last = seen.at(-1)!
    t.true(last.distinct > 0 && last.queue > 0 && last.memoryBytes > 0 && last.ratePerSecond >= 0)
  }
})

test('a run for which the table cannot grow says so', async (t) => {
  const result = await check(networkSpace(links(large)), { request, room: 10_000, memoryLimit: 1 })
  t.is(result.verdict, 'unfinished')
  t.regex(result.stopped!, /^the memory is full: a larger table/)
  t.true(result.distinct >= 10_000)
})

test('those with most give to those with least', (t) => {
  t.deepEqual(transfersOf([9000, 1000, 2000]), [
    { from: 0, to: 1, count: 3000 },
    { from: 0, to: 2, count: 2000 },
  ])
  t.deepEqual(transfersOf([100, 0]), [])
  t.deepEqual(transfersOf([5000]), [])
})

/** A walk by given actions tells what the checker told, whatever is broken, and says where an action is not allowed. */
import test from 'ava'
import type { Model } from '../../../src/check/model/model.js'
import { networkModel } from '../../../src/check/spaces/network-model.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { readScenario, writeScenario } from '../../../src/check/files/counterexample-scenario.js'
import { ModelWalk } from '../../../src/check/replay/model-walk.js'
import { replay } from '../../../src/check/replay/replay-counterexample.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { alternatingBit } from '../systems/alternating-bit.js'

const network = alternatingBit(2, 2, 'deaf')

test('a counterexample replays from its file', async (t) => {
  const { violations } = await check(networkSpace(network), { request: requestOf('bits') })
  const { steps, start, violation } = JSON.parse(JSON.stringify(violations[0])) as (typeof violations)[0]
  const walk = new ModelWalk(networkModel(network))
  t.deepEqual(walk.start(start), start)
  t.deepEqual(walk.take(steps.map(({ action }) => action)), { steps, refusal: null })
  t.true(walk.broken().some(({ found }) => found === violation.found))
})

test('a walk says where an action is not allowed, and what is', (t) => {
  const send = { kind: 'local', process: 0, event: { type: 'send' } }
  const { steps, refusal } = new ModelWalk(networkModel(network)).take([send, send, send])
  t.like(refusal, {
    action: send,
    allowed: [{ action: { kind: 'deliver', from: 0, to: 1, lane: 1 }, text: 'data' }],
  })
  t.is(steps.length, 2)
})

/** Counts to 3, and shows a lamp that goes out at 2; what happens at 3 is given. */
function countdown(at3: Partial<Model<number, number>>): Model<number, number> {
  return {
    name: 'countdown',
    processes: [],
    initial: () => [0],
    actions: (state) => (state < 3 ? [1] : []),
    next: (state, action) => state + action,
    invariants: [],
    mayEnd: () => true,
    tell: (before, action) => ({ text: `${before} + ${action}`, rules: [] }),
    show: (state): Record<string, string> =>
      state < 2 ? { count: `${state}`, lamp: 'on' } : { count: `${state}` },
    ...at3,
  }
}

const ends: readonly (readonly [what: string, model: Model<number, number>])[] = [
  ['nothing can happen', countdown({ mayEnd: () => false })],
  [
    'a step throws',
    countdown({
      actions: () => [1],
      next: (state) => {
        if (state === 3) throw new Error('four is too many')
        return state + 1
      },
    }),
  ],
  [
    'an invariant is broken',
    countdown({
      invariants: [{ rule: 'COUNT-3', name: 'below 3', broken: (state) => (state === 3 ? 'it is 3' : null) }],
    }),
  ],
]

for (const [what, model] of ends) {
  test(`what the checker finds is still there when its scenario is replayed: ${what}`, async (t) => {
    const { violations } = await check(modelSpace(model), { request: requestOf('countdown') })
    const found = violations[0]!
    const read = readScenario(writeScenario(found), 'countdown.txt')
    t.deepEqual(read.violation, found.violation)
    const { violation, diverged, differs } = replay(read, new ModelWalk(model))
    t.deepEqual([violation, diverged, differs], [found.violation, null, null])
  })
}

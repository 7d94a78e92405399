import test from 'ava'
import { check, requestOf } from '../../src/runtime/check/check.js'
import { networkModel } from '../../src/check/network-model.js'
import { networkSpace } from '../../src/check/network-space.js'
import { replay } from '../../src/check/replay.js'
import { alternatingBit } from './systems/alternating-bit.js'

const network = alternatingBit(2, 2, 'deaf')

test('a counterexample replays from its file', async (t) => {
  const { violations } = await check(networkSpace(network), { request: requestOf('bits') })
  const { steps, start, violation } = JSON.parse(JSON.stringify(violations[0])) as (typeof violations)[0]
  const replayed = replay(
    networkModel(network),
    steps.map(({ action }) => action),
    start,
  )
  t.true(replayed.allowed)
  t.deepEqual(replayed.steps, steps)
  t.true(replayed.allowed && replayed.broken.some(({ found }) => found === violation.found))
})

test('a replay says where an action is not allowed, and what is', (t) => {
  const send = { kind: 'local', process: 0, event: { type: 'send' } }
  const refused = replay(networkModel(network), [send, send, send])
  t.false(refused.allowed)
  t.like(refused, { at: 2, action: send })
  t.deepEqual(refused.allowed || refused.instead, [
    { action: { kind: 'deliver', from: 0, to: 1, lane: 1 }, text: 'data' },
  ])
  t.is(refused.steps.length, 2)
})

import test from 'ava'
import { links, type LinksBounds } from '../../src/bench/links.js'
import { check, requestOf } from '../../src/check/check.js'
import { modelSpace } from '../../src/check/model-space.js'
import { networkModel } from '../../src/check/network-model.js'
import { networkSpace } from '../../src/check/network-space.js'

const request = requestOf('test')
const small: LinksBounds = { processes: 2, messages: 1, crashes: 1, cuts: 1, opens: 2 }

test('the fast form and the plain one have the same states at each depth', async (t) => {
  for (const bounds of [small, { ...small, processes: 3, opens: 1, crashes: 1, cuts: 0, messages: 0 }]) {
    const options = { request, maxDepth: 9 }
    const fast = await check(networkSpace(links(bounds), { symmetry: false }), options)
    const plain = await check(modelSpace(networkModel(links(bounds))), options)
    t.deepEqual(fast.levels, plain.levels)
    t.is(fast.generated, plain.generated)
  }
})

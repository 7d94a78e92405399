/** The simulated network: whoever asked for a connection hears of its end, whenever it came. */
import test from 'ava'
import { Random } from '../../src/random/random.js'
import { EventQueue } from '../../src/simulate/ensemble/event-queue.js'
import { SimulatedNetwork } from '../../src/simulate/ensemble/network.js'

const deaf = { received: () => {}, drained: () => {} }

test('a connection that is reset before its program has it has ended for that program', async (t) => {
  const queue = new EventQueue()
  const network = new SimulatedNetwork(queue, new Random(1))
  network.join('a')
  network.join('b')
  const ended: string[] = []
  await network.of('b').listen({ host: 'b', port: 1 }, () => {
    network.reset('a', 'b')
    return { ...deaf, ended: () => ended.push('b') }
  })
  const link = network
    .of('a')
    .connect({ host: 'b', port: 1 }, 1000, () => ({ ...deaf, ended: () => ended.push('a') }))
  await queue.runUntil(100, () => false)
  t.is((await link).peer, 'b')
  t.deepEqual(ended, ['b', 'a'])
})

/**
 * The server and the spec side by side: random commands over real sockets, several clients, pipelined, with losses of
 * connections, time that passes, restarts. Replies, Stats, times, notifications and their order must be the same, the
 * spec's invariants hold, and the server's trace be accepted. A counterexample is printed as a scenario.
 */
import test from 'ava'
import fc from 'fast-check'
import { Coverage } from '../../src/conform/rule-coverage.js'
import { service } from '../../spec/service/standard-service.js'
import { run } from './commands.js'
import { sideBySide } from './side-by-side.js'

const numRuns = Number(process.env.COMPARE_RUNS ?? 60)
const seed = process.env.COMPARE_SEED

test('SERVICE-11, SERVICE-23, SERVICE-40: the server says what the spec says, in the same order', async (t) => {
  t.timeout(300_000)
  const coverage = new Coverage()
  await fc.assert(
    fc.asyncProperty(run, async (blocks) => {
      const { difference } = await sideBySide(blocks, coverage)
      if (difference !== undefined) throw new Error(difference)
    }),
    { numRuns, includeErrorInReport: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  )
  t.log(coverage.summary(service.machine))
  t.pass()
})

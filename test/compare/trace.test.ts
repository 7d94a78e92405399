/**
 * Traces that the server records under random load are accepted (`damage.test.ts`: what isn't).
 */
import test from 'ava'
import { service } from '../../spec/service/standard-service.js'
import { validateTrace } from '../../src/conform/check-trace.js'
import { explain } from '../../src/conform/format-rejection.js'
import { traceOfLoad } from './load.js'

const seeds = [1, 2, 3, 4]

for (const seed of seeds) {
  test(`SERVICE-20, SERVICE-25, SERVICE-55: a trace of random load is accepted (seed ${seed})`, async (t) => {
    t.timeout(120_000)
    const trace = await traceOfLoad(seed)
    const { rejection, events, coverage } = await validateTrace(service, trace)
    t.is(rejection === undefined ? undefined : explain(rejection), undefined)
    t.true(events > 200)
    t.log(coverage.summary(service.machine))
  })
}

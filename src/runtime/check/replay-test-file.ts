/** Writes an ava test that replays a counterexample: it fails until the violation is gone. */
import { dirname, relative, resolve, sep } from 'node:path'
import type { Counterexample } from '../../check/model/counterexample.js'
import { formatRequest } from '../../check/report/format-counterexample.js'
import { isModelFile } from './counterexample-files.js'

/**
 * The test's text. It imports ava and `zoospec/replay`, so it runs where both are installed.
 * @param out where it will stand: files that it names are given from there
 */
export function formatReplayTest(counterexample: Counterexample, out: string): string {
  const { violation, request } = counterexample
  const near = (path: string) => {
    const found = relative(dirname(resolve(out)), resolve(path))
      .split(sep)
      .join('/')
    return found.startsWith('.') ? found : `./${found}`
  }
  const kept: Counterexample = {
    ...counterexample,
    request: {
      ...request,
      model: isModelFile(request.model) ? near(request.model) : request.model,
      ...(request.variant === undefined ? {} : { variant: near(request.variant) }),
    },
  }
  const isTyped = /\.[mc]?ts$/.test(out)
  const title = `${violation.rule}: ${violation.name} (${formatRequest(request)})`
  return `/** Replays a counterexample: fails until the violation is gone. Written by \`zoospec replay --as-test\`. */
import test from 'ava'
import { replayCounterexample${isTyped ? ', type Counterexample' : ''} } from 'zoospec/replay'

const counterexample${isTyped ? ': Counterexample' : ''} = ${JSON.stringify(kept, null, 2)}

test(${JSON.stringify(title)}, async (t) => {
  const { violation, told } = await replayCounterexample(counterexample, import.meta.url)
  t.is(violation, null, told)
})
`
}

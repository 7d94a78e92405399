/** `zoospec replay`: walks a counterexample's steps on the spec, and says whether they still break what they broke. */
import { writeFileSync } from 'node:fs'
import { engine, type Engine } from '../runtime/check/engine.js'
import type { Counterexample } from '../check/model/counterexample.js'
import { readCounterexampleFile } from '../runtime/check/counterexample-files.js'
import { formatReplayTest } from '../runtime/check/replay-test-file.js'
import { sequenceOf } from '../diagram/sequence/sequence.js'
import { formatSequence } from '../diagram/sequence/sequence-text.js'
import { replay as replayOn } from '../check/replay/replay-counterexample.js'
import { formatReplay } from '../check/report/format-replay.js'
import { terminal, type Output } from './output.js'
import { replayFlags, replayHelp } from './replay-help.js'
import { parseArguments, UsageError } from './usage.js'

export function replay(args: readonly string[]): Promise<number> {
  return replayWith(engine, args, terminal())
}

export async function replayWith(on: Engine, args: readonly string[], output: Output): Promise<number> {
  const { positional, flags } = parseArguments(args, replayFlags, 2, replayHelp)
  const [file, out] = positional
  if (file === undefined) throw new UsageError('zoospec replay needs a FILE', replayHelp)
  if (out !== undefined && !flags.has('as-test'))
    throw new UsageError(`"${out}" is one argument too many (it is where --as-test writes)`, replayHelp)
  const counterexample = varied(readCounterexampleFile(file), flags.get('variant'))
  if (flags.has('as-test')) {
    const test = out ?? file.replace(/(\.json|\.txt)?$/, '.test.js')
    writeFileSync(test, formatReplayTest(counterexample, test))
    output.write(`${test}: fails until ${counterexample.violation.rule} holds on this path\n`)
    return 0
  }
  const replayed = replayOn(counterexample, await on.replayable(counterexample.request))
  output.write(formatReplay(counterexample, replayed, output.look))
  if (flags.has('sequence')) {
    const shown = {
      ...counterexample,
      steps: replayed.steps,
      violation: replayed.violation ?? counterexample.violation,
    }
    output.write(`\n${formatSequence(sequenceOf(shown), output.look)}`)
  }
  return replayed.violation === null ? 0 : 1
}

/** The counterexample with the variant that was asked for. */
function varied(counterexample: Counterexample, variant: string | true | undefined): Counterexample {
  if (typeof variant !== 'string') return counterexample
  const { variant: recorded, ...request } = counterexample.request
  void recorded
  return { ...counterexample, request: variant === 'none' ? request : { ...request, variant } }
}

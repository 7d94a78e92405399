/** Every scenario of the ensemble, on the spec's machines. With `--update`, or UPDATE=1, rewrites what is recorded. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { Variant } from '../../spec/variants/variant.js'
import { knownBugs } from '../../src/scripts/known-bugs.js'
import { variantFile } from '../../src/scripts/checkout.js'
import { InputError } from '../../src/check/model/input-error.js'
import { runEnsembleScenario } from '../../src/check/scenario/play-ensemble.js'
import { loadVariant } from '../../src/runtime/check/variant-file.js'
import { findRoot } from '../../src/conform/rule-texts.js'
import { parseScenario, formatScenario } from '../../src/scenario/scenario-file.js'
import { firstDifference } from '../../src/scenario/run-scenario.js'

const folder = join(findRoot(), 'spec', 'ensemble', 'scenarios')
const isUpdate = process.argv.includes('--update') || process.env.UPDATE === '1'

const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))

for (const file of files) {
  test(`ensemble/${file}: the machines do what is recorded, and nothing that must hold is broken`, (t) => {
    const path = join(folder, file)
    const scenario = parseScenario(readFileSync(path, 'utf8'))
    const followed = runEnsembleScenario(scenario, file)
    if (isUpdate) writeFileSync(path, formatScenario(scenario, followed))
    t.is(isUpdate ? undefined : firstDifference(scenario, followed), undefined)
    t.deepEqual(
      followed.flat().filter((line) => line.startsWith('  broken: ')),
      [],
    )
  })
}

const run = (text: string) => runEnsembleScenario(parseScenario(text), 'some.txt')

test('a recorded line that is not what happens is shown', (t) => {
  const scenario = parseScenario('servers 1\n----\n\nelect 1 by 1\n----\nserver 1 leads\n')
  const difference = firstDifference(scenario, runEnsembleScenario(scenario, 'some.txt'))
  t.regex(difference ?? '', /line 4:\n.*elect 1 by 1\nrecorded:\n- server 1 leads\nnow:\n\+ servers 1 elect/s)
})

test('a line that is no command is told with its file and number', (t) => {
  t.throws(() => run('servers 2\n----\n\nelect 2 by 1 2\nelects 2\n----\n'), {
    message: 'some.txt: line 5: "elects 2" is no command of an ensemble',
  })
  t.throws(() => run('servers 1\n----\n\nelect 1 by 1\nobservers 1\n----\n'), {
    message: 'some.txt: line 5: what there is must be said before anything happens',
  })
})

test('a command that can’t happen is told with what can', (t) => {
  t.throws(() => run('servers 2\n----\n\nelect 2 by 1 2\ndeliver 2 to 1\n----\n'), {
    message:
      'some.txt: line 5: "deliver 2 to 1" can\'t happen here; what can: deliver 1 to 2, crash 1, crash 2, cut 1 2',
  })
})

/** What a scenario shows of a variant; null where it shows none of it. */
function shown(file: string, variant: Variant): string | null {
  const scenario = parseScenario(readFileSync(join(folder, file), 'utf8'))
  try {
    return firstDifference(scenario, runEnsembleScenario(scenario, file, variant)) ?? null
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.message
  }
}

test('each known bug shows in some scenario', async (t) => {
  for (const id of knownBugs()) {
    const variant = await loadVariant(join(findRoot(), variantFile(id)))
    t.true(
      files.some((file) => shown(file, variant) !== null),
      id,
    )
  }
})

test('what must hold and does not is told below the step that breaks it', async (t) => {
  const variant = await loadVariant(join(findRoot(), variantFile('zookeeper-4925')))
  t.regex(shown('committed-log.txt', variant) ?? '', /^\+ {3}broken: BROADCAST-76: it serves /m)
})

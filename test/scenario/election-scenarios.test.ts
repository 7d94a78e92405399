/** Every scenario of the election, on the spec's machines. With `--update`, or UPDATE=1, rewrites what is recorded. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { runElectionScenario } from '../../src/check/scenario/play-election.js'
import { findRoot } from '../../src/conform/rule-texts.js'
import { parseScenario, formatScenario } from '../../src/scenario/scenario-file.js'
import { firstDifference } from '../../src/scenario/run-scenario.js'

const folder = join(findRoot(), 'spec', 'election', 'scenarios')
const isUpdate = process.argv.includes('--update') || process.env.UPDATE === '1'

for (const file of readdirSync(folder)) {
  test(`election/${file}: the machines do what is recorded`, (t) => {
    const path = join(folder, file)
    const scenario = parseScenario(readFileSync(path, 'utf8'))
    const followed = runElectionScenario(scenario)
    if (isUpdate) writeFileSync(path, formatScenario(scenario, followed))
    t.is(isUpdate ? undefined : firstDifference(scenario, followed), undefined)
  })
}

test('a recorded line that is not what happens is shown', (t) => {
  const scenario = parseScenario('ensemble 1\n----\n\nstart 1\n----\n1: leading\n')
  const difference = firstDifference(scenario, runElectionScenario(scenario))
  t.regex(difference ?? '', /line 4:\n.*start 1\nrecorded:\n- 1: leading\nnow:\n\+ 1: looking\.settling/s)
})

test('a line that is no command is told with its number', (t) => {
  const run = () => runElectionScenario(parseScenario('ensemble 1 2\n----\n\nstart 3\n----\n'))
  t.throws(run, { message: 'line 4: there is no server 3' })
  t.throws(() => runElectionScenario(parseScenario('elect 1\n----\n')), {
    message: /line 1: "elect 1" is no/,
  })
})

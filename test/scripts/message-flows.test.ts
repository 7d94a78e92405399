/** The ensemble's message flow is drawn from its scenarios: a picture for each phase, of whole exchanges. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { playEnsemble } from '../../src/check/scenario/play-ensemble.js'
import { drawFlows, flowOf } from '../../src/scripts/message-flows.js'
import { findRoot } from '../../src/conform/rule-texts.js'
import { parseScenario } from '../../src/scenario/scenario-file.js'

const pictures = [
  'broadcast',
  'discovery',
  'recovery',
  'synchronization-by-diff',
  'synchronization-by-snap',
  'synchronization-by-trunc',
]

test('each phase has a picture, as SVG and as Mermaid', (t) => {
  const names = drawFlows().map(({ name }) => name)
  t.deepEqual(
    names.sort(),
    pictures.flatMap((name) => [`flow-${name}.md`, `flow-${name}.svg`]),
  )
})

test('a picture begins and ends where nothing that it shows is under way', (t) => {
  const folder = join(findRoot(), 'spec', 'ensemble', 'scenarios')
  for (const file of readdirSync(folder)) {
    const played = playEnsemble(parseScenario(readFileSync(join(folder, file), 'utf8')), file)
    for (const name of pictures) {
      for (const { text, sent, ends } of flowOf(played, name).messages) {
        t.true(sent > 0, `${name}: ${text} was sent before`)
        t.not(ends, undefined, `${name}: ${text} does not arrive`)
      }
    }
  }
})

test('only those who have a part in it are drawn, and an election marks all that it changes', (t) => {
  const played = playEnsemble(
    parseScenario('servers 3\n----\n\npicture some\nelect 3 by 2 3\ndeliver 2 to 3\n----\n'),
    'some.txt',
  )
  const { lifelines, steps, messages } = flowOf(played, 'some')
  t.deepEqual(lifelines, ['server 2', 'server 3'])
  t.deepEqual(
    steps.map(({ at, text }) => [text, ...at]),
    [
      ['servers 2, 3 elect server 3', 0, 1],
      ['server 3 takes FOLLOWERINFO', 1],
    ],
  )
  t.deepEqual(
    messages.map(({ from, to, text, sent, ends }) => [from, to, text, sent, ends]),
    [[0, 1, 'FOLLOWERINFO accepted 0', 1, 2]],
  )
})

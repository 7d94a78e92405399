/** Counterexamples in files: written and read again, and refused with the place where they are wrong. */
import test from 'ava'
import type { Counterexample } from '../../../src/check/model/counterexample.js'
import { counterexampleFiles } from '../../../src/runtime/check/counterexample-files.js'
import { readJson, writeJson } from '../../../src/check/files/counterexample-json.js'
import { readScenario, writeScenario } from '../../../src/check/files/counterexample-scenario.js'
import { InputError } from '../../../src/check/model/input-error.js'
import { changedPart } from '../../../src/text/changed-part.js'
import { bothWork, withCrash } from '../../support/lease-paths.js'

test('JSON: what is written is read again', (t) => {
  for (const counterexample of [bothWork(), withCrash()])
    t.deepEqual(readJson(writeJson(counterexample), 'x.json'), counterexample)
})

test('a scenario: what is written is read again, without the messages, and of each change what differs', (t) => {
  const request = {
    model: 'ensemble',
    bounds: { servers: 3, lease: true, mode: 'fast' },
    variant: './a b.ts',
  }
  const counterexample: Counterexample = { ...bothWork(), request }
  const { steps, ...rest } = readScenario(writeScenario(counterexample), 'x.txt')
  const { steps: written, ...same } = counterexample
  t.deepEqual(rest, same)
  t.deepEqual(
    steps,
    written.map(({ action, text, rules, changes }) => ({
      action,
      text,
      rules,
      messages: [],
      changes: changes.map((change) => ({ what: change.what, ...changedPart(change) })),
    })),
  )
})

test('a scenario reads as prose: a header, a step a block, what it changed, what is broken', (t) => {
  t.is(
    writeScenario(withCrash()).split('\n\n').slice(0, 2).join('\n\n') + '\n',
    `# LEASE-9: at most one client works: broken in 6 steps.
model lease
bounds lease=true
processes client 1, client 2, lock
----
client 1: idle
client 2: idle
lock: holder=nobody asks=[] grants=[]

client 1 asks for the lock  {"kind":"ask","client":0}
----
by LEASE-1
client 1: idle -> waits
lock: asks=[] -> asks=[client 1]
`,
  )
  t.true(
    writeScenario(withCrash()).endsWith(
      'broken invariant LEASE-9: at most one client works\n----\nclient 1 crashes and client 2 is given the lock\n',
    ),
  )
})

test('a text with two spaces in it is still parted from its action', (t) => {
  const counterexample = bothWork()
  const odd = { ...counterexample.steps[0]!, text: 'a  {b}', action: { kind: 'a  b', of: ['  {}'] } }
  const [step] = readScenario(writeScenario({ ...counterexample, steps: [odd] }), 'x.txt').steps
  t.deepEqual([step?.text, step?.action], ['a {b}', odd.action])
})

const scenario = writeScenario(bothWork())
const wrongScenarios: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ['no header', '', /^x\.txt: line 1: there is no header/],
  [
    'a header without a model',
    scenario.replace('model lease', 'processes a'),
    /line 2: the header names no model/,
  ],
  [
    'an unknown header',
    scenario.replace('bounds ', 'bonds '),
    /line 3: the header has model, bounds.*found bonds/,
  ],
  [
    'a bound without a value',
    scenario.replace('lease=true', 'lease'),
    /line 2: a bound is written name=value/,
  ],
  [
    'a step without an action',
    scenario.replace('  {"kind":"expire"}', ''),
    /line \d+: a step ends with two spaces.*found the lease ends/,
  ],
  [
    'no violation',
    scenario.slice(0, scenario.lastIndexOf('broken ')),
    /the last block must say what is broken/,
  ],
]
for (const [what, text, message] of wrongScenarios) {
  test(`a scenario is refused: ${what}`, (t) => {
    t.throws(() => readScenario(text, 'x.txt'), { instanceOf: InputError, message })
  })
}

const wrongJson: readonly (readonly [what: string, change: object | string, message: RegExp])[] = [
  ['no JSON', '{', /^x\.json: .*JSON/],
  [
    'another format',
    { format: 'zoospec-counterexample/2' },
    /format must be "zoospec-counterexample\/1" \(it is "/,
  ],
  ['no model', { request: { bounds: {} } }, /request\.model must be text/],
  ['no steps', { steps: 3 }, /steps must be a list/],
  ['a step without an action', { steps: [{ text: 'a' }] }, /steps\[0\]\.action must be given/],
  [
    'a violation of no kind',
    { violation: { ...bothWork().violation, kind: 'odd' } },
    /violation\.kind must be/,
  ],
]
for (const [what, change, message] of wrongJson) {
  test(`JSON is refused: ${what}`, (t) => {
    const text = typeof change === 'string' ? change : JSON.stringify({ ...bothWork(), ...change })
    t.throws(() => readJson(text, 'x.json'), { instanceOf: InputError, message })
  })
}

test('a counterexample becomes four files, named by its model and rule', (t) => {
  t.deepEqual(
    counterexampleFiles(bothWork('./models/lease.ts'), 2).map(({ name }) => name),
    ['lease-lease-9-2.json', 'lease-lease-9-2.txt', 'lease-lease-9-2.svg', 'lease-lease-9-2.md'],
  )
})

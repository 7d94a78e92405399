/** A counterexample as a sequence diagram: messages go from the step that sends to the step that takes, or are lost. */
import test from 'ava'
import { noPaint } from '../../src/text/paint.js'
import { widthOf } from '../../src/text/wrap-lines.js'
import { downTimes, sequenceOf } from '../../src/diagram/sequence/sequence.js'
import { sequenceMermaid } from '../../src/diagram/sequence/sequence-mermaid.js'
import { sequenceSvg } from '../../src/diagram/sequence/sequence-svg.js'
import { formatSequence } from '../../src/diagram/sequence/sequence-text.js'
import { bothWork, withCrash } from '../support/lease-paths.js'

test('each arrival is paired with its sending; what is lost or under way is told apart', (t) => {
  const told = (messages: ReturnType<typeof sequenceOf>['messages']) =>
    messages.map(({ from, to, text, sent, ends, lost }) =>
      [from, to, text, sent, ends ?? '-', lost].join(' '),
    )
  t.deepEqual(told(sequenceOf(bothWork()).messages), [
    '0 2 ask 1 3 false',
    '1 2 ask 2 5 false',
    '2 0 grant 3 6 false',
    '2 1 grant 5 7 false',
  ])
  t.deepEqual(told(sequenceOf(withCrash()).messages), [
    '0 2 ask 1 2 false',
    '2 0 grant 2 4 true',
    '1 2 ask 3 6 false',
    '2 1 grant 6 - false',
  ])
})

test('two messages alike on one channel arrive in the order in which they were sent', (t) => {
  const counterexample = bothWork()
  const step = (as: 'sent' | 'taken') => ({
    ...counterexample.steps[0]!,
    messages: [{ from: 0, to: 2, text: 'ask', as }],
  })
  const { messages } = sequenceOf({
    ...counterexample,
    steps: [step('sent'), step('sent'), step('taken'), step('taken')],
  })
  t.deepEqual(
    messages.map(({ sent, ends }) => [sent, ends]),
    [
      [1, 3],
      [2, 4],
    ],
  )
})

test('a process is down from its crash to its restart, or to the end', (t) => {
  const sequence = sequenceOf(withCrash())
  t.deepEqual(downTimes(sequence), [[[4, 7]], [], []])
  const restart = { ...sequence.steps[5]!, kind: 'restart' as const, at: [0] }
  t.deepEqual(downTimes({ ...sequence, steps: [...sequence.steps.slice(0, 5), restart] }), [[[4, 6]], [], []])
})

test('in the terminal: lifelines, marks, arrows, the steps beside them', (t) => {
  t.is(
    formatSequence(sequenceOf(withCrash()), { width: 110, paint: noPaint }),
    `        client 1      client 2        lock
            │             │             │
  1         ●             │             │      client 1 asks for the lock  LEASE-1
  2         │───────────ask────────────▶●      the lock is given to client 1  LEASE-2
  3         │             ●             │      client 2 asks for the lock  LEASE-1
  4         ✗             │             │      client 1 crashes
            ╎             ✗─────────────│      grant is lost
  5         ╎             │             ●      the lease ends  LEASE-3
  6         ╎             │──ask (3)───▶●      the lock is given to client 2  LEASE-2
            ╎             │      …╌╌╌╌╌╌│      grant under way since 6
  ✗  LEASE-9 at most one client works
     client 1 crashes and client 2 is given the lock
`,
  )
})

test('no row is wider than the terminal, and no step is lost in a narrow one', (t) => {
  for (const width of [50, 60, 80, 120]) {
    const text = formatSequence(sequenceOf(bothWork()), { width, paint: noPaint })
    for (const line of text.split('\n')) t.true(widthOf(line) <= width, `${width}: ${line}`)
    for (let number = 1; number <= 7; number++) t.regex(text, new RegExp(`^ {2}${number} `, 'm'))
  }
})

test('Mermaid: participants, arrows where messages arrive, notes for steps', (t) => {
  t.is(
    sequenceMermaid(sequenceOf(withCrash())),
    `sequenceDiagram
  participant p0 as client 1
  participant p1 as client 2
  participant p2 as lock
  Note over p0: 1. client 1 asks for the lock (LEASE-1)
  p0->>p2: ask
  Note over p2: 2. the lock is given to client 1 (LEASE-2)
  Note over p1: 3. client 2 asks for the lock (LEASE-1)
  p2-xp0: grant (lost)
  Note over p0: 4. ✗ client 1 crashes
  Note over p2: 5. the lease ends (LEASE-3)
  p1->>p2: ask (sent in 3)
  Note over p2: 6. the lock is given to client 2 (LEASE-2)
  p2--)p1: grant (under way since 6)
  Note over p0,p2: ✗ LEASE-9: at most one client works. client 1 crashes and client 2 is given the lock
`,
  )
})

test("Mermaid's special characters are written as their codes", (t) => {
  const sequence = sequenceOf(bothWork())
  const odd = { ...sequence, messages: [{ ...sequence.messages[0]!, text: 'a; b # <c>' }] }
  t.true(sequenceMermaid(odd).includes(': a#59; b #35; #60;c#62;'))
})

test('SVG: a slanted line for each message, a cross for what is lost and for a crash, the verdict', (t) => {
  const svg = sequenceSvg(sequenceOf(withCrash()), 'a lease')
  const count = (pattern: RegExp) => [...svg.matchAll(pattern)].length
  t.is(count(/class="message"/g), 2)
  t.is(count(/class="lost"/g), 1)
  t.is(count(/class="underway"/g), 1)
  t.is(count(/class="cross"/g), 2)
  t.is(count(/class="down"/g), 1)
  for (const word of [
    'client 1 crashes',
    'grant (lost)',
    'LEASE-9: at most one client works',
    'holder=nobody',
  ])
    t.true(svg.includes(word), word)
  t.is(sequenceSvg(sequenceOf(withCrash()), 'a lease'), svg)
})

test('what breaks nothing is drawn without a verdict', (t) => {
  const fine = sequenceOf({ ...withCrash(), violation: null })
  t.false(sequenceSvg(fine, 'a lease').includes('class="broken"'))
  t.false(sequenceMermaid(fine).includes('LEASE-9'))
  t.false(formatSequence(fine, { width: 110, paint: noPaint }).includes('LEASE-9'))
})

test('the end of a connection, which nobody sent, is no arrow', (t) => {
  const { steps } = withCrash()
  const closed = { from: 0, to: 2, text: 'end of the connection', as: 'ended' as const }
  const met = { ...steps[4]!, messages: [closed] }
  t.deepEqual(sequenceOf({ ...withCrash(), steps: [...steps.slice(0, 4), met] }).messages.length, 3)
})

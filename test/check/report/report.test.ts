/** What a reader of a run sees: steps in words, only what changed, the verdict and what it covers. */
import test from 'ava'
import { changedPart } from '../../../src/text/changed-part.js'
import { formatCounterexample } from '../../../src/check/report/format-counterexample.js'
import { widthOf, wrapWords } from '../../../src/text/wrap-lines.js'
import { noPaint, paintFor } from '../../../src/text/paint.js'
import { progressLine } from '../../../src/check/report/progress-line.js'
import { summaryJson, formatResult } from '../../../src/check/report/format-result.js'
import type { CheckResult } from '../../../src/check/engine/check-result.js'
import { bothWork, withCrash } from '../../support/lease-paths.js'

const wide = { width: 100, paint: noPaint }

test('a counterexample: the start, numbered steps with their rules, what each changed, what is broken', (t) => {
  t.is(
    formatCounterexample(bothWork(), wide),
    `7 steps that break LEASE-9  lease, lease

start
  client 1  idle
  client 2  idle
  lock      holder=nobody asks=[] grants=[]

  1  client 1 asks for the lock  LEASE-1
       client 1  idle -> waits
       lock      asks=[] -> asks=[client 1]
  2  client 2 asks for the lock  LEASE-1
       client 2  idle -> waits
       lock      asks=[client 1] -> asks=[client 1, client 2]
  3  the lock is given to client 1  LEASE-2
       lock     holder=nobody asks=[client 1, client 2] grants=[]
             -> holder=client 1 asks=[client 2] grants=[client 1]
  4  the lease ends  LEASE-3
       lock  holder=client 1 … -> holder=nobody …
  5  the lock is given to client 2  LEASE-2
       lock     holder=nobody asks=[client 2] grants=[client 1]
             -> holder=client 2 asks=[] grants=[client 1, client 2]
  6  client 1 works  LEASE-1
       client 1  waits -> works
       lock      grants=[client 1, client 2] -> grants=[client 2]
  7  client 2 works  LEASE-1
       client 2  waits -> works
       lock      grants=[client 2] -> grants=[]

broken after step 7: LEASE-9 at most one client works
  client 1 and client 2 both work
`,
  )
})

test('no line is wider than the terminal', (t) => {
  for (const width of [40, 60, 80])
    for (const counterexample of [bothWork(), withCrash()])
      for (const line of formatCounterexample(counterexample, { width, paint: noPaint }).split('\n').slice(1))
        t.true(widthOf(line) <= width, `${width}: ${line}`)
})

test('colours: on a terminal only, and not where NO_COLOR is set; without them the text is the same', (t) => {
  const coloured = formatCounterexample(bothWork(), { width: 100, paint: paintFor({ isTTY: true }, {}) })
  t.true(coloured.includes('\u001b[31mbroken after step 7:\u001b[39m'))

  t.is(coloured.replace(/\u001b\[\d+m/g, ''), formatCounterexample(bothWork(), wide))
  t.is(paintFor({ isTTY: true }, { NO_COLOR: '1' }), noPaint)
  t.not(paintFor({ isTTY: true }, { NO_COLOR: '' }), noPaint)
  t.is(paintFor({}, {}), noPaint)
})

test('of a value only the fields that differ are shown, or what stands between what is the same', (t) => {
  const part = (before: string, after: string) => Object.values(changedPart({ before, after })).join(' -> ')
  t.is(part('LEADING epoch=1 log=[1 2]', 'LEADING epoch=2 log=[1 2]'), 'epoch=1 -> epoch=2')
  t.is(part('LOOKING epoch=1 log=[1 2]', 'LEADING epoch=1 log=[1 2]'), 'LOOKING … -> LEADING …')
  t.is(part('a b c', 'a c'), '… b … -> … (nothing) …')
  t.is(part('idle', 'waits'), 'idle -> waits')
})

test('words are wrapped, and one that is too wide is cut', (t) => {
  t.deepEqual(wrapWords('one two three', 8), ['one two', 'three'])
  t.deepEqual(wrapWords('abcdefghijkl', 8), ['abcdefgh', 'ijkl'])
  t.deepEqual(wrapWords('', 8), [''])
})

const progress = {
  generated: 1234567,
  distinct: 456789,
  queue: 12345,
  depth: 23,
  ratePerSecond: 210000.4,
  memoryBytes: 812 * 2 ** 20,
  left: 30000,
}

test('progress is one line that is written over on a terminal', (t) => {
  const written: string[] = []
  const line = progressLine(
    'ensemble',
    { isTTY: true, columns: 200, write: (text) => written.push(text) },
    () => 0,
  )
  line.show(progress)
  line.clear()
  t.deepEqual(written, [
    '\r\u001b[2Kensemble: 1,234,567 states, 456,789 distinct, 12,345 queued, depth 23, 210,000/s, 812 MiB, about 30,000 to come',
    '\r\u001b[2K',
  ])
})

test('progress is a line every ten seconds where it is kept', (t) => {
  const written: string[] = []
  let now = 0
  const line = progressLine('ensemble', { write: (text) => written.push(text) }, () => now)
  for (now = 1000; now <= 25_000; now += 1000) line.show(progress)
  line.clear()
  t.is(written.length, 2)
  t.true(written.every((text) => text.endsWith('to come\n')))
})

const request = { model: 'ensemble', bounds: { servers: 3, observers: false }, variant: './late.ts' }
const result: CheckResult = {
  verdict: 'holds',
  generated: 1000000,
  distinct: 400000,
  depth: 36,
  seconds: 141,
  exhausted: true,
  reductions: ['servers are alike (symmetry)'],
  bounds: [],
  stopped: null,
  collision: 2.6e-9,
  levels: [],
  memoryBytes: 2 ** 30,
  violations: [],
}

test('the summary says what was covered', (t) => {
  t.is(
    formatResult(request, result, wide),
    `holds: ensemble, servers 3, no observers, variant ./late.ts
  states      1,000,000 generated, 400,000 distinct, depth 36
  time        2 min 21 s, 7,092 states a second, 1.0 GiB
  covered     every reachable state within the bounds
  reductions  servers are alike (symmetry)
  collisions  below 3e-9 (two states taken for one)
`,
  )
  const of = (change: Partial<CheckResult>) => formatResult(request, { ...result, ...change }, wide)
  t.regex(of({ exhausted: false, bounds: ['walks'] }), /covered +not every reachable state \(limits: walks\)/)
  t.regex(
    of({ verdict: 'unfinished', exhausted: false, stopped: 'no memory' }),
    /^unfinished: [^]*a part of the reachable states: no memory/,
  )
  t.regex(
    of({ verdict: 'violated', exhausted: false, violations: [bothWork()] }),
    /^violated: [^]*up to 1 violation/,
  )
})

test('a program gets the whole result as JSON', (t) => {
  const told = JSON.parse(summaryJson(request, { ...result, violations: [bothWork()] })) as CheckResult
  t.is(told.distinct, 400000)
  t.deepEqual(told.violations, [bothWork()])
})

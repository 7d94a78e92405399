/** What the bench measures with: its percentiles, its frames, its ratios. */
import test from 'ava'
import { Histogram, median } from '../../src/bench/histogram.js'
import { loads } from '../../src/bench/loads.js'
import { rows, table } from '../../src/bench/report.js'
import type { Plan, Results } from '../../src/bench/rounds.js'
import { requestOf, Traffic } from '../../src/bench/traffic.js'
import { OpCode } from '../../spec/vocabulary/index.js'
import { FrameSplitter, JuteReader, readRequest } from '../../src/wire/index.js'

test('percentiles and medians are exact, also of histograms put together', (t) => {
  const [a, b] = [new Histogram(), new Histogram()]
  for (let ms = 1; ms <= 50; ms++) a.add(ms)
  for (let ms = 51; ms <= 100; ms++) b.add(ms)
  a.merge(b.sparse())
  t.is(a.total, 100)
  t.is(a.percentile(0.5), 50)
  t.is(a.percentile(0.99), 99)
  t.is(a.percentile(1), 100)
  t.is(new Histogram().percentile(0.5), Number.NaN)
  t.is(median([5, 1, 3]), 3)
  t.is(median([4, 1, 3, 2]), 2.5)
})

test('frames are requests with xids in order, around the ring, and creates have paths of their own', (t) => {
  const traffic = new Traffic('create', 'c', 3)
  const seen: [number, string][] = []
  const splitter = new FrameSplitter()
  for (const count of [2, 3, 3, 1]) {
    traffic.next(count, (bytes) =>
      splitter.push(Buffer.from(bytes), (chunk, start, end) => {
        const reader = new JuteReader(chunk, start, end)
        const xid = reader.int()
        t.is(reader.int(), 1)
        const request = readRequest('create', reader)
        t.is(reader.remaining, 0)
        t.like(request, { ...requestOf('create', 'c'), path: (request as { path: string }).path })
        seen.push([xid, (request as { path: string }).path])
      }),
    )
  }
  t.deepEqual(
    seen,
    Array.from({ length: 9 }, (_, i) => [i + 1, `/bench/c-000000000${i + 1}`]),
  )
})

test('of mixed frames, three of 32 write, and each goes out whole', (t) => {
  const traffic = new Traffic('mixed', 'm', 32)
  const writes: number[] = []
  const splitter = new FrameSplitter()
  for (const count of [32, 7, 20, 5])
    traffic.next(count, (bytes) =>
      splitter.push(Buffer.from(bytes), (chunk, start, end) => {
        const reader = new JuteReader(chunk, start, end)
        const xid = reader.int()
        const type = reader.int()
        const request = readRequest(type === OpCode.setData ? 'setData' : 'getData', reader)
        t.is(reader.remaining, 0)
        t.is((request as { path: string }).path, '/bench/node')
        if (type === OpCode.setData) writes.push(xid)
      }),
    )
  t.deepEqual(writes, [1, 11, 21, 33, 43, 53])
})

test('the table sets medians side by side, and says what is met and what is missed', (t) => {
  const measured = (throughput: number, p99: number) => ({ throughput, p50: 1, p99, generatorCpu: 0.5 })
  const plan: Plan = {
    contenders: ['apache', 'zoospec'],
    loads: loads.filter(({ name }) => name === 'setData 32x1'),
    rounds: 3,
    warmUpMs: 0,
    measureMs: 0,
    processes: 1,
    scale: 1,
    measures: { memory: true, startup: true },
    progress: () => {},
  }
  const results: Results = {
    loads: new Map([
      [
        'setData 32x1',
        new Map([
          ['apache', [measured(100, 2), measured(90, 9), measured(110, 1)]],
          ['zoospec', [measured(160, 3), measured(10, 3), measured(170, 3)]],
        ]),
      ],
    ]),
    memory: new Map([
      ['apache', [{ growth: 300e6, total: 400e6 }]],
      ['zoospec', [{ growth: 50e6, total: 90e6 }]],
    ]),
    startup: new Map([['apache', [900]]]),
    ceiling: new Map([['32x1', measured(1e6, 1)]]),
  }
  const lines = rows(plan, results)
  t.deepEqual(
    lines.map(({ ratio, isMet }) => [ratio, isMet]),
    [
      [1.6, true],
      [2 / 3, false],
      [6, true],
      [null, null],
    ],
  )
  const text = table(lines, results)
  t.regex(text, /setData 32x1 +100\/s +160\/s +1\.60x +1\.5x +met/)
  t.regex(text, /setData 32x1 p99 +2\.00 ms +3\.00 ms +0\.67x +no worse +MISSED/)
  t.regex(text, /the generator reaches 1,000,000\/s on an echo with 32x1/)
})

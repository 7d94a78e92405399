import test from 'ava'
import fc from 'fast-check'
import { links, type LinksBounds } from '../../../src/bench/links.js'
import { canonical } from '../../../src/check/values/canonical.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { hashText, mix } from '../../../src/check/values/fingerprint.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { BatchPacker, BatchUnpacker } from '../../../src/check/engine/state-batch.js'
import { collisionProbability, statesLeft } from '../../../src/check/engine/check-result.js'
import type { Space } from '../../../src/check/model/space.js'
import { Visited } from '../../../src/check/engine/visited.js'
import { twoPhase } from '../systems/two-phase.js'

const request = requestOf('test')
const bounds: LinksBounds = { processes: 3, messages: 1, crashes: 1, cuts: 1, opens: 1 }

/** Some rows of a space, breadth-first, the successors of each in order or in reverse. */
function someRows(space: Space, count: number, reverse: boolean): Int32Array[] {
  const rows: Int32Array[] = []
  const seen = new Set<string>()
  const keep = (row: Int32Array) => {
    if (!seen.has(row.join())) rows.push(row)
    seen.add(row.join())
  }
  space.initial(() => keep(space.next.slice()))
  for (let at = 0; at < rows.length && rows.length < count; at++) {
    const found: Int32Array[] = []
    space.load(rows[at]!, 0)
    space.expand(() => found.push(space.next.slice()))
    for (const row of reverse ? found.reverse() : found) keep(row)
  }
  return rows
}

function fingerprints(space: Space, rows: readonly Int32Array[]): string[] {
  return rows.map((row) => {
    space.load(row, 0)
    return `${space.high} ${space.low}`
  })
}

test('a fingerprint does not depend on who interned what when', (t) => {
  for (const symmetry of [false, true]) {
    const [first, second] = [
      networkSpace(links(bounds), { symmetry }),
      networkSpace(links(bounds), { symmetry }),
    ]
    someRows(second, 500, true)
    const rows = someRows(first, 300, false)
    const flat = Int32Array.from(rows.flatMap((row) => [...row]))
    const sent = new BatchUnpacker(second).unpack(new BatchPacker(first).pack(flat))
    const received = rows.map((_, at) => sent.slice(at * first.slots, (at + 1) * first.slots))
    t.notDeepEqual(received, rows, 'the numbers differ')
    t.deepEqual(
      received.map((row) => canonical(second.decode(row))),
      rows.map((row) => canonical(first.decode(row))),
    )
    t.deepEqual(fingerprints(second, received), fingerprints(first, rows))
  }
})

test('the fingerprint that follows a step is that of the state it leads to', (t) => {
  const spaces = [
    networkSpace(links(bounds), { symmetry: true }),
    networkSpace(links(bounds), { symmetry: false }),
    modelSpace(twoPhase(3)),
  ]
  for (const space of spaces) {
    for (const row of someRows(space, 100, false)) {
      const found: { readonly row: Int32Array; readonly fingerprint: string }[] = []
      space.load(row, 0)
      space.expand(() => found.push({ row: space.next.slice(), fingerprint: `${space.high} ${space.low}` }))
      const again = fingerprints(
        space,
        found.map(({ row }) => row),
      )
      t.deepEqual(
        again,
        found.map(({ fingerprint }) => fingerprint),
      )
    }
  }
})

test('fingerprints that are too narrow lose states, and the result says how likely that is', async (t) => {
  const whole = await check(modelSpace(twoPhase(5)), { request })
  const narrow = await check(modelSpace(twoPhase(5)), { request, fingerprintBits: 6 })
  t.is(whole.distinct, 8832)
  t.true(whole.collision < 1e-10)
  t.true(narrow.distinct < 4096 && narrow.distinct > 1000, `${narrow.distinct}`)
  t.is(narrow.collision, 1)
})

test('the two halves of a hash are independent of each other and of the text', (t) => {
  const bits = new Float64Array(64)
  const count = 4096
  for (let at = 0; at < count; at++) {
    const { low, high } = mix(at % 7, hashText(`${at}`).low, hashText(`${at}`).high)
    for (let bit = 0; bit < 32; bit++) {
      bits[bit]! += (low >>> bit) & 1
      bits[bit + 32]! += (high >>> bit) & 1
    }
  }
  for (const ones of bits) t.true(Math.abs(ones / count - 0.5) < 0.05)
})

test('the table tells new fingerprints from those it holds, through growth', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 20, maxLength: 200, size: 'max' }),
      (pairs) => {
        let visited = Visited.make(8, false)
        const expected = new Set<string>()
        for (const [a, b] of pairs) {
          const [low, high] = [a || 1, b || 1]
          const place = visited.insert(low, high, expected.size === 0 ? -1 : visited.find(...first(pairs)))
          t.is(place < 0, !expected.has(`${low} ${high}`))
          expected.add(`${low} ${high}`)
          t.true(visited.find(low, high) >= 0)
          if (expected.size >= visited.room) visited = visited.grow().visited
        }
        for (const [a, b] of pairs) {
          const place = visited.find(a || 1, b || 1)
          const parent = visited.parent(place)
          t.is(parent, place === visited.find(...first(pairs)) ? -1 : visited.find(...first(pairs)))
        }
      },
    ),
  )
})

function first(pairs: readonly (readonly [number, number])[]): [number, number] {
  return [pairs[0]![0] || 1, pairs[0]![1] || 1]
}

test('canonical texts do not depend on the order of keys, and what is no plain data is refused', (t) => {
  t.is(canonical({ b: 1, a: [null, 'x', { d: true, c: undefined }] }), '{"a":[null,"x",{"d":true}],"b":1}')
  t.is(canonical(-0), canonical(0))
  for (const value of [new Map(), new Set(), Number.NaN, () => 1, Symbol('x')])
    t.throws(() => canonical({ value }), { message: /not plain data/ })
})

test('collisions and what is left are reckoned', (t) => {
  t.true(
    Math.abs(collisionProbability(2 ** 20, 2 ** 22, 64) - (2 ** 20 * (2 ** 22 - 2 ** 20)) / 2 ** 64) < 1e-12,
  )
  t.is(statesLeft([1, 2, 4]), null)
  t.is(statesLeft([1, 5]), null)
  t.true(statesLeft([100, 50, 25])! <= 25)
})

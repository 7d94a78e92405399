/** Zxids: an epoch and a counter, their order, and what may follow what. */
import test from 'ava'
import { counterOf, epochOf, follows, makeZxid, formatZxid } from '../../../spec/broadcast/zxid.js'

const last = 0xffff_ffff

test('BROADCAST-10: a zxid is an epoch above 32 bits of counter', (t) => {
  for (const [epoch, counter] of [
    [0, 0],
    [0, last],
    [1, 0],
    [1, 1],
    [7, last],
    [2 ** 20, 12],
  ] as const) {
    const zxid = makeZxid(epoch, counter)
    t.deepEqual([epochOf(zxid), counterOf(zxid)], [epoch, counter])
    t.is(BigInt(zxid), (BigInt(epoch) << 32n) | BigInt(counter))
  }
  t.is(formatZxid(makeZxid(1, 1)), '0x100000001')
})

test('BROADCAST-10: zxids are ordered by epoch, then by counter', (t) => {
  const inOrder = [makeZxid(0, 5), makeZxid(1, 0), makeZxid(1, 1), makeZxid(1, last), makeZxid(2, 0)]
  t.deepEqual(
    [...inOrder].reverse().sort((a, b) => a - b),
    inOrder,
  )
})

test('BROADCAST-43: what follows a zxid is the next counter, or counter 1 of a later epoch', (t) => {
  const table: [previous: [number, number], next: [number, number], follows: boolean][] = [
    [[0, 0], [1, 1], true],
    [[1, 0], [1, 1], true],
    [[1, 1], [1, 2], true],
    [[1, 1], [1, 3], false],
    [[1, 2], [1, 2], false],
    [[1, 2], [1, 1], false],
    [[1, 2], [2, 1], true],
    [[1, 2], [3, 1], true],
    [[1, 2], [2, 2], false],
    [[1, 2], [2, 0], false],
    [[2, 0], [1, 3], false],
    [[2, 5], [1, 1], false],
  ]
  for (const [previous, next, expected] of table)
    t.is(
      follows(makeZxid(...next), makeZxid(...previous)),
      expected,
      `${next.join()} after ${previous.join()}`,
    )
})

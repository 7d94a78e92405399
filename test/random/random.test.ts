/** Seeded chance: the same everywhere, different by seed and stream, and even. */
import test from 'ava'
import { Random } from '../../src/random/random.js'

const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.below(1000))

test('a seed and a stream draw the same numbers again, and others draw others', (t) => {
  t.deepEqual(draw(new Random(9)), draw(new Random(9)))
  t.notDeepEqual(draw(new Random(9)), draw(new Random(10)))
  t.notDeepEqual(draw(new Random(9, 1)), draw(new Random(9, 2)))
})

test('below a limit every number is drawn, about as often', (t) => {
  const random = new Random(1)
  const counts = [0, 0, 0, 0, 0, 0, 0]
  for (let drawn = 0; drawn < 70_000; drawn++) counts[random.below(7)]!++
  for (const count of counts) t.true(Math.abs(count - 10_000) < 500, counts.join(' '))
})

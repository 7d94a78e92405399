/** Timers of any length: Node's fire at once above 2^31 - 1 ms, which is less than 25 days. */
import { mock } from 'node:test'
import test from 'ava'
import { SystemClock } from '../../src/runtime/system-clock.js'

const hour = 3_600_000

test.beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }))
test.afterEach.always(() => mock.timers.reset())

for (const hours of [1, 596, 597, 720, 8760]) {
  test.serial(`an interval of ${hours} hours comes every ${hours} hours, and not before`, (t) => {
    let count = 0
    const cancel = new SystemClock().every(hours * hour, () => count++)
    for (let turn = 0; turn < 3; turn++) {
      for (let passed = 1; passed < hours; passed++) mock.timers.tick(hour)
      mock.timers.tick(hour - 1)
      t.is(count, turn)
      mock.timers.tick(1)
      t.is(count, turn + 1)
    }
    cancel()
    for (let passed = 0; passed < 2 * hours; passed++) mock.timers.tick(hour)
    t.is(count, 3)
  })
}

test.serial('an interval that is cancelled by what it runs does not come again', (t) => {
  let count = 0
  const cancel = new SystemClock().every(700 * hour, () => {
    count++
    cancel()
  })
  for (let passed = 0; passed < 2000; passed++) mock.timers.tick(hour)
  t.is(count, 1)
})

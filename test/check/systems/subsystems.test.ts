/** Every subsystem at its default bounds: all of its states are found, and nothing is broken in any. */
import test from 'ava'
import { subsystems } from '../../../src/check/systems/subsystems.js'
import { explore } from './explore-system.js'

/** Distinct states at the default bounds. */
const counts: Readonly<Record<string, number>> = {
  service: 26_065,
  session: 10_627,
  watcher: 697,
  tree: 1025,
  acl: 550,
  wire: 20,
}

for (const { name, about, bounds, machines, make } of subsystems) {
  test(`${name}: ${about}`, async (t) => {
    t.timeout(300_000)
    const defaults = Object.fromEntries(Object.entries(bounds).map(([key, bound]) => [key, bound.default]))
    const model = make(defaults)
    t.is(model.name, name)
    t.deepEqual(model.initial(), make({}).initial())
    t.deepEqual(machines, [name])
    const result = await explore(model)
    t.is(result.verdict, 'holds')
    t.true(result.exhausted)
    t.is(result.distinct, counts[name]!)
  })
}

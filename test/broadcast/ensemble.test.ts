/** Ensembles of leaders and learners, in which anything fails at any time: what was committed stays, and all come to the same. */
import test from 'ava'
import { Random } from '../../src/random/random.js'
import { type Shape, SimulatedEnsemble } from './simulated-ensemble.js'

const shapes: readonly Shape[] = [
  { participants: 3, observers: 0, committedLogLimit: 500, forceSnapSync: false },
  { participants: 3, observers: 1, committedLogLimit: 2, forceSnapSync: false },
  { participants: 3, observers: 1, committedLogLimit: 500, forceSnapSync: true },
  { participants: 5, observers: 0, committedLogLimit: 4, forceSnapSync: false },
  { participants: 5, observers: 1, committedLogLimit: 500, forceSnapSync: false },
]

/** Plays a seed. @returns the ensemble at rest, and whether it came to rest */
function play(seed: number, shape: Shape, steps: number) {
  const ensemble = new SimulatedEnsemble(new Random(seed), shape)
  for (let step = 0; step < steps && ensemble.problems.length === 0; step++) ensemble.anything()
  const isSettled = ensemble.problems.length === 0 && ensemble.settle()
  return { ensemble, isSettled }
}

for (const [number, shape] of shapes.entries()) {
  const { participants, observers, committedLogLimit, forceSnapSync } = shape
  const title = `${participants} participants, ${observers} observers, a committed log of ${committedLogLimit}${forceSnapSync ? ', snapshots' : ''}`
  test(`BROADCAST-70 to BROADCAST-79, BROADCAST-85: ${title}: nothing that was committed is lost, and all come to the same`, (t) => {
    const counts = new Map<string, number>()
    for (let seed = 1; seed <= 120; seed++) {
      const { ensemble, isSettled } = play(number * 10_000 + seed, shape, 1500)
      const told = `seed ${number * 10_000 + seed}: ${ensemble.told.join('\n')}`
      if (ensemble.problems.length > 0) t.deepEqual(ensemble.problems, [], told)
      if (!isSettled) t.fail(`no rest: ${told}`)
      const committed = ensemble.committed.map(({ header }) => header.cxid)
      for (const { memory, sid } of ensemble.servers) {
        const applied = memory.applied.map(({ header }) => header.cxid)
        if (applied.join() !== committed.join()) t.deepEqual(applied, committed, `${sid}, ${told}`)
      }
      for (const [what, times] of ensemble.counts) counts.set(what, (counts.get(what) ?? 0) + times)
    }
    // It is no test of what never happened.
    t.log([...counts].map(([what, times]) => `${what}: ${times}`).join(', '))
    const expected = ['crashes', 'established', 'committed', 'sends a snapshot', 'loses its log']
    for (const what of forceSnapSync ? expected : [...expected, 'truncates'])
      t.true((counts.get(what) ?? 0) > 0, what)
  })
}

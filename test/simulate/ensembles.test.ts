/**
 * Whole ensembles of the real server, simulated, with faults: no rule is broken. SIMULATED_ENSEMBLES=n takes n seeds.
 * A run that fails says its schedule: `zoospec simulate --schedule FILE` shows it again.
 */
import test from 'ava'
import type { Size } from '../../src/simulate/ensemble/draw-schedule.js'
import type { Fault } from '../../src/simulate/ensemble/fault.js'
import { scheduleText } from '../../src/simulate/ensemble/schedule-file.js'
import { search } from '../../src/simulate/ensemble/search.js'

const seeds = Number(process.env['SIMULATED_ENSEMBLES'] ?? 200)
const duration = 40_000

interface Searched extends Size {
  /** The kinds of faults; all where it is not said. */
  readonly only?: readonly Fault['type'][]
}

const searches: readonly Searched[] = [
  { servers: 3, observers: 1, clients: 4, duration },
  { servers: 5, observers: 0, clients: 4, duration },
  { servers: 3, observers: 0, clients: 3, duration },
  { servers: 4, observers: 2, clients: 5, duration },
  { servers: 3, observers: 0, clients: 6, duration, only: ['powerLoss', 'slowDisk'] },
  { servers: 3, observers: 0, clients: 6, duration, only: ['setClock', 'isolate', 'reset', 'loseClient'] },
]
/** What a run is judged by, in short; docs/simulation.md has it whole. */
const rules =
  'SERVICE-20, SERVICE-22, SERVICE-24, SERVICE-26, SERVICE-33, SERVICE-40, SERVICE-47, SERVICE-56, BROADCAST-70, BROADCAST-71, BROADCAST-74, BROADCAST-85'

for (const [at, { only, ...size }] of searches.entries())
  test.serial(
    `${size.servers} voters and ${size.observers} observers keep the rules, ${only?.join(', ') ?? 'whatever goes wrong'} (${rules})`,
    async (t) => {
      t.timeout(1_200_000)
      const count = Math.ceil(seeds / searches.length)
      let judged = 0
      let unjudged = 0
      let elections = 0
      let reached = 0
      for await (const run of search(size, 1 + at * 100_000, count, { only })) {
        const { violation } = run.result
        if (violation !== undefined)
          return t.fail(`${violation.rule}: ${violation.message}\nschedule:\n${scheduleText(run.schedule)}`)
        judged += run.result.judged
        unjudged += run.result.unjudged
        elections += run.result.elections
        reached = run.reached
      }
      t.log(
        `${count} runs, ${elections} elections, ${judged} reads judged, ${reached} turns with faults reached`,
      )
      t.true(
        elections > count && judged > 50 * count && unjudged < judged / 20,
        `${elections} ${judged} ${unjudged}`,
      )
    },
  )

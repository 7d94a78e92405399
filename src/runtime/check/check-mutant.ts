/** Whether the checker tells a mutant from the spec: at small bounds, one after the other, until something is broken. */
import type { Variant } from '../../../spec/variants/variant.js'
import { check } from './check.js'
import { shows } from '../../check/model-options.js'
import { systems } from '../../check/systems/table.js'
import type { MutantVerdict } from '../../check/mutate/run.js'

type Bounds = Readonly<Record<string, number | boolean>>

/** What mutants are tried at, by system: from the cheapest on, so that most die soon. */
const bounds: Readonly<Record<string, readonly Bounds[]>> = {
  ensemble: [
    { servers: 1, epochs: 2, transactions: 2, crashes: 1, snapshots: 1, errors: 1 },
    { servers: 2, observers: 1, history: 1, epochs: 2, transactions: 1, crashes: 0 },
    { servers: 1, observers: 1, history: 1, epochs: 1, transactions: 2, crashes: 0, snap: true },
    { servers: 4, epochs: 2, transactions: 0, crashes: 0 },
    { servers: 1, observers: 1, history: 1, epochs: 2, transactions: 1, forwarded: 1, crashes: 1 },
    { servers: 2, epochs: 2, transactions: 1, forwarded: 1, crashes: 1 },
    { servers: 2, epochs: 2, transactions: 1, crashes: 1, snapshots: 1, snap: true },
    { servers: 3, epochs: 3, transactions: 0, crashes: 0, partitions: 1 },
    { servers: 4, epochs: 1, transactions: 1, crashes: 0 },
    { servers: 2, observers: 1, history: 1, epochs: 2, transactions: 1, crashes: 0, partitions: 1 },
    { servers: 2, history: 1, epochs: 3, transactions: 1, crashes: 1, partitions: 1, errors: 1 },
    { servers: 3, history: 1, epochs: 2, transactions: 1, crashes: 1 },
    { servers: 3, history: 1, epochs: 2, transactions: 1, crashes: 0, partitions: 1 },
    { servers: 3, epochs: 2, transactions: 0, crashes: 1, partitions: 1 },
  ],
  broadcast: [{ servers: 2, transactions: 0 }, { servers: 2, observers: 1 }, { transactions: 0 }],
  election: [
    { servers: 2, rounds: 2, crashes: 1, lapses: 1, epochs: 1, repeats: true },
    { servers: 2, observers: 1, rounds: 2, crashes: 0, lapses: 1, epochs: 1 },
    { servers: 3, rounds: 1 },
  ],
}

/** Distinct states after which bounds are given up. */
const most = 300_000

/** Checks the spec with a mutant in place. `states` and `seconds` are those of all its checks. */
export async function checkMutant(variant: Variant, signal: AbortSignal): Promise<MutantVerdict> {
  const changed = Object.keys(variant.machines)
  const showing = systems.filter((system) => shows(system, changed))
  let states = 0
  let seconds = 0
  for (const system of showing) {
    const usual = Object.fromEntries(
      Object.entries(system.bounds).map(([name, bound]) => [name, bound.default]),
    )
    for (const tried of bounds[system.name] ?? [{}]) {
      const all = { ...usual, ...tried }
      const space = system.make(all, variant)
      const request = { model: system.name, bounds: all }
      const liveness = space.plain.goal !== undefined
      const result = await check(space, { request, signal, liveness, maxStates: most })
      states += result.distinct
      seconds += result.seconds
      const [found] = result.violations
      if (found !== undefined)
        return { killedBy: found.violation.rule || found.violation.kind, states, seconds }
      if (signal.aborted) break
    }
  }
  return { killedBy: null, states, seconds }
}

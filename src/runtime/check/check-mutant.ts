/** Whether the checker tells a mutant from the spec: at small bounds, one after the other, until something is broken. */
import type { Variant } from '../../../spec/variants/variant.js'
import { check } from './explore-space.js'
import { farBounds, usualBounds } from '../../check/mutate/mutation-bounds.js'
import { type System, systems } from '../../check/systems/systems-table.js'
import type { MutantVerdict } from '../../check/mutate/run-mutants.js'

/** Distinct states after which bounds are given up. */
const most = 300_000

/** Steps, far beyond those of the spec: a mutant may send without end. */
const deepest = 150

/** Milliseconds after which bounds are given up: the usual ones, and those of one mutant alone. */
const longest = 120_000
const longestAlone = 1_800_000

/** Checks the spec with a mutant in place. `states` and `seconds` are those of all its checks. */
export async function checkMutant(variant: Variant, signal: AbortSignal, id: string): Promise<MutantVerdict> {
  let states = 0
  let seconds = 0
  for (const { system, bounds, maxStates } of triesOf(id, Object.keys(variant.machines))) {
    const usual = Object.fromEntries(
      Object.entries(system.bounds).map(([name, bound]) => [name, bound.default]),
    )
    const all = { ...usual, ...bounds }
    const space = system.make(all, variant)
    const request = { model: system.name, bounds: all }
    const liveness = space.plain.goal !== undefined
    const ends = AbortSignal.any([
      signal,
      AbortSignal.timeout(maxStates === Infinity ? longestAlone : longest),
    ])
    const result = await check(space, { request, signal: ends, liveness, maxStates, maxDepth: deepest })
    states += result.distinct
    seconds += result.seconds
    const [found] = result.violations
    if (found !== undefined)
      return { killedBy: found.violation.rule || found.violation.kind, states, seconds }
    if (signal.aborted) break
  }
  return { killedBy: null, states, seconds }
}

interface Try {
  readonly system: System
  readonly bounds: Readonly<Record<string, number | boolean>>
  readonly maxStates: number
}

/** What a mutant of some machines is tried at, in this order. */
function triesOf(id: string, changed: readonly string[]): readonly Try[] {
  const far = farBounds(id)
  const showing = systems.filter(({ machines }) => machines.some((machine) => changed.includes(machine)))
  const alone = showing.filter(({ name }) => name === far?.system)
  return [
    ...alone.map((system) => ({ system, bounds: far!.bounds, maxStates: Infinity })),
    ...showing.flatMap((system) =>
      (usualBounds[system.name] ?? [{}]).map((bounds) => ({ system, bounds, maxStates: most })),
    ),
  ]
}

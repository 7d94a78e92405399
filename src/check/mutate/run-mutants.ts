/** Runs the checker on mutants, and holds what survives against the committed list of survivors. */
import type { Variant } from '../../../spec/variants/variant.js'
import type { Survivor } from './survivors.js'
import { InputError } from '../model/input-error.js'
import type { SpecMutant } from './mutants.js'

/** What the checker makes of one mutant. */
export interface MutantVerdict {
  /** The rule that it broke, or what went wrong as it ran; null when nothing told it from the spec. */
  readonly killedBy: string | null
  readonly states: number
  readonly seconds: number
}

/** Checks the spec with a mutant in place. */
export type CheckMutant = (variant: Variant, signal: AbortSignal, id: string) => Promise<MutantVerdict>

export interface MutantRow {
  readonly mutant: SpecMutant
  readonly verdict: MutantVerdict
  /** Why it may survive; absent when it is not on the list. */
  readonly survivor?: Survivor
}

export interface MutationReport {
  readonly rows: readonly MutantRow[]
  /** Mutants that survive and aren't excused. */
  readonly unexcused: readonly MutantRow[]
  /** Entries of the list that excuse nothing, with why. */
  readonly stale: readonly { readonly survivor: Survivor; readonly why: string }[]
  /** Whether every mutant was checked. */
  readonly isWhole: boolean
}

/**
 * @param mutants those to check
 * @param all every mutant that can be made: an entry of the list that is none of them is stale
 */
export async function runMutants(
  mutants: readonly SpecMutant[],
  all: readonly SpecMutant[],
  survivors: readonly Survivor[],
  check: CheckMutant,
  onRow: (row: MutantRow, left: number) => void,
  signal: AbortSignal,
): Promise<MutationReport> {
  const excuses = new Map(survivors.map((survivor) => [survivor.mutant, survivor]))
  const rows: MutantRow[] = []
  for (const mutant of mutants) {
    if (signal.aborted) break
    const verdict = await verdictOf(mutant, check, signal)
    const survivor = excuses.get(mutant.id)
    const row = { mutant, verdict, ...(survivor === undefined ? {} : { survivor }) }
    rows.push(row)
    onRow(row, mutants.length - rows.length)
  }
  const known = new Set(all.map(({ id }) => id))
  const killed = new Map(
    rows.flatMap(({ mutant, verdict }) => (verdict.killedBy === null ? [] : [[mutant.id, verdict.killedBy]])),
  )
  const stale = survivors.flatMap((survivor) => {
    const by = killed.get(survivor.mutant)
    if (by !== undefined) return [{ survivor, why: `it is killed by ${by}` }]
    return known.has(survivor.mutant) ? [] : [{ survivor, why: 'there is no such mutant' }]
  })
  return {
    rows,
    unexcused: rows.filter(({ verdict, survivor }) => verdict.killedBy === null && survivor === undefined),
    stale,
    isWhole: rows.length === mutants.length,
  }
}

/** A mutant that can't run counts as killed: it could not pass for the spec. */
async function verdictOf(
  { id, variant }: SpecMutant,
  check: CheckMutant,
  signal: AbortSignal,
): Promise<MutantVerdict> {
  try {
    return await check(variant, signal, id)
  } catch (error) {
    if (signal.aborted || error instanceof InputError) throw error
    const message = error instanceof Error ? error.message : String(error)
    return { killedBy: `error: ${message.split('\n')[0] ?? ''}`, states: 0, seconds: 0 }
  }
}

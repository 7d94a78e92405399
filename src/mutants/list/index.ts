/**
 * Every mutant, by the subsystem that it breaks.
 */
import type { Mutant } from '../mutant.js'

/** All of them, in the order in which they are tried. */
export const mutants: readonly Mutant[] = []

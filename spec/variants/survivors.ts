/**
 * Mutants of the spec that no invariant tells from the spec, each with the reason why that is right. `zoospec mutate`
 * makes them, and fails on one that survives and isn't here, and on one that is here and doesn't.
 */

export interface Survivor {
  /** Its id, as `zoospec mutate --list` prints it. */
  readonly mutant: string
  /** `equivalent`: it allows what the spec allows. `liveness only`: it allows less, and nothing that is wrong. */
  readonly kind: 'equivalent' | 'liveness only'
  readonly reason: string
}

export const survivors: readonly Survivor[] = []

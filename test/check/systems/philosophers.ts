/** Dining philosophers as a plain model: each takes the fork on one side, then the other, eats, and puts both back. */
import type { Model } from '../../../src/check/model/model.js'

export interface Table {
  /** Who has each fork; -1 is nobody. Fork f lies between philosopher f and f + 1. */
  readonly forks: readonly number[]
}

export interface Take {
  readonly kind: 'take first' | 'take second' | 'put back'
  readonly philosopher: number
}

/** `leftHanded`: the last philosopher takes the forks in the other order. */
export function philosophers(count: number, leftHanded: boolean): Model<Table, Take> {
  const all = Array.from({ length: count }, (_, at) => at)
  const forksOf = (at: number): readonly [number, number] => {
    const [own, next] = [at, (at + 1) % count] as const
    return leftHanded && at === count - 1 ? [next, own] : [own, next]
  }
  const allowed = ({ forks }: Table, { kind, philosopher }: Take): boolean => {
    const [first, second] = forksOf(philosopher).map((fork) => forks[fork])
    if (kind === 'take first') return first === -1 && second !== philosopher
    if (kind === 'take second') return first === philosopher && second === -1
    return first === philosopher && second === philosopher
  }
  return {
    name: `${count} philosophers`,
    processes: all.map((at) => `philosopher ${at + 1}`),
    initial: () => [{ forks: all.map(() => -1) }],
    actions: (state) =>
      all
        .flatMap((philosopher) =>
          (['take first', 'take second', 'put back'] as const).map((kind) => ({ kind, philosopher })),
        )
        .filter((action) => allowed(state, action)),
    next({ forks }, { kind, philosopher }) {
      const [first, second] = forksOf(philosopher)
      if (kind === 'take first') return { forks: forks.with(first, philosopher) }
      if (kind === 'take second') return { forks: forks.with(second, philosopher) }
      return { forks: forks.with(first, -1).with(second, -1) }
    },
    invariants: [],
    tell: (_, { kind, philosopher }) => ({ text: kind, rules: [], process: philosopher }),
    show: ({ forks }) => ({ forks: forks.join(' ') }),
  }
}

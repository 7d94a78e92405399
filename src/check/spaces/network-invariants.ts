/** A network's invariants as invariants of its whole states. */
import type { Invariant } from '../model/model.js'
import type { NetworkInvariants, NetworkState } from '../model/network.js'

/** Each invariant of a network, asked of every process or pair of a state; the first that breaks it is what was found. */
export function allInvariants<Local, Message, World>(
  invariants: NetworkInvariants<Local, World>,
): Invariant<NetworkState<Local, Message, World>>[] {
  type State = NetworkState<Local, Message, World>
  const whole = <Subject>(
    kind: readonly Invariant<Subject>[],
    subjects: (state: State) => Subject[],
  ): Invariant<State>[] =>
    kind.map((invariant) => ({
      rule: invariant.rule,
      name: invariant.name,
      broken: (state) => firstBroken(invariant, subjects(state)),
    }))
  return [
    ...whole(invariants.world, ({ world }) => [world]),
    ...whole(invariants.each, ({ locals }) => locals.map((local, process) => ({ process, local }))),
    ...whole(invariants.pair, ({ locals }) => pairsOf(locals)),
    ...whole(invariants.known, ({ locals, world }) =>
      locals.map((local, process) => ({ process, local, world })),
    ),
    ...whole(invariants.all, (state) => [state]),
  ]
}

function firstBroken<Subject>(invariant: Invariant<Subject>, subjects: readonly Subject[]): string | null {
  for (const subject of subjects) {
    const found = invariant.broken(subject)
    if (found !== null) return found
  }
  return null
}

function pairsOf<Local>(locals: readonly Local[]) {
  return locals.flatMap((second, b) =>
    locals.slice(0, b).map((first, a): { a: number; b: number; first: Local; second: Local } => ({
      a,
      b,
      first,
      second,
    })),
  )
}

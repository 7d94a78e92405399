/**
 * Two-phase commit as in Gray and Lamport's "Consensus on Transaction Commit": messages are never taken away, so a set holds
 * them. With 3 resource managers TLC finds 288 states and generates 1146.
 */
import type { Model } from '../../../src/check/model/model.js'

type Manager = 'working' | 'prepared' | 'committed' | 'aborted'

export interface Commit {
  readonly managers: readonly Manager[]
  readonly coordinator: 'init' | 'committed' | 'aborted'
  readonly prepared: readonly boolean[]
  readonly sent: { readonly prepared: readonly boolean[]; readonly commit: boolean; readonly abort: boolean }
}

export type CommitAction =
  | { readonly kind: 'commit' | 'abort' }
  | { readonly kind: 'hear' | 'prepare' | 'give up' | 'take commit' | 'take abort'; readonly manager: number }

/** `hasty`: the coordinator commits when all but one have prepared. `patient`: it never aborts. */
export function twoPhase(
  count: number,
  mutant: 'none' | 'hasty' | 'patient' = 'none',
): Model<Commit, CommitAction> {
  const all = Array.from({ length: count }, (_, manager) => manager)
  const mayCommit = ({ prepared }: Commit) =>
    prepared.filter((is) => is).length >= count - (mutant === 'hasty' ? 1 : 0)
  const allowed = (state: Commit, action: CommitAction): boolean => {
    switch (action.kind) {
      case 'commit':
        return state.coordinator === 'init' && mayCommit(state)
      case 'abort':
        return state.coordinator === 'init' && mutant !== 'patient'
      case 'hear':
        return state.coordinator === 'init' && state.sent.prepared[action.manager]!
      case 'prepare':
      case 'give up':
        return state.managers[action.manager] === 'working'
      case 'take commit':
        return state.sent.commit
      case 'take abort':
        return state.sent.abort
    }
  }
  const actions: CommitAction[] = [
    { kind: 'commit' },
    { kind: 'abort' },
    ...(['hear', 'prepare', 'give up', 'take commit', 'take abort'] as const).flatMap((kind) =>
      all.map((manager) => ({ kind, manager })),
    ),
  ]
  return {
    name: `two-phase commit of ${count}`,
    processes: all.map((manager) => `manager ${manager + 1}`),
    initial: () => [
      {
        managers: all.map(() => 'working' as const),
        coordinator: 'init',
        prepared: all.map(() => false),
        sent: { prepared: all.map(() => false), commit: false, abort: false },
      },
    ],
    actions: (state) => actions.filter((action) => allowed(state, action)),
    next,
    invariants: [
      {
        rule: 'COMMIT-1',
        name: 'no two managers decide differently',
        broken: ({ managers }) =>
          managers.includes('committed') && managers.includes('aborted') ? managers.join(', ') : null,
      },
    ],
    mayEnd: () => mutant === 'patient',
    goal: {
      rule: 'COMMIT-2',
      name: 'all decide',
      holds: ({ managers }) => managers.every((manager) => manager === 'committed' || manager === 'aborted'),
      isFault: ({ kind }) => kind === 'give up',
    },
    tell: (_, action) => ({
      text: action.kind,
      rules: [],
      ...('manager' in action ? { process: action.manager } : {}),
    }),
    show: (state) => ({ managers: state.managers.join(', '), coordinator: state.coordinator }),
  }
}

function next(state: Commit, action: CommitAction): Commit {
  const { sent } = state
  const set = <T>(list: readonly T[], value: T): readonly T[] =>
    'manager' in action ? list.with(action.manager, value) : list
  switch (action.kind) {
    case 'commit':
      return { ...state, coordinator: 'committed', sent: { ...sent, commit: true } }
    case 'abort':
      return { ...state, coordinator: 'aborted', sent: { ...sent, abort: true } }
    case 'hear':
      return { ...state, prepared: set(state.prepared, true) }
    case 'prepare':
      return {
        ...state,
        managers: set(state.managers, 'prepared'),
        sent: { ...sent, prepared: set(sent.prepared, true) },
      }
    case 'give up':
    case 'take abort':
      return { ...state, managers: set(state.managers, 'aborted') }
    case 'take commit':
      return { ...state, managers: set(state.managers, 'committed') }
  }
}

/** What differs in rules between two versions: the ids that machines name, and the prose. */
import type { AnyStateMachine } from 'xstate'
import { allStates, allTransitions, chartOf } from '../../diagram/chart.js'
import type { Version } from './spec-version.js'

export interface RuleDiff {
  readonly id: string
  /** `unnamed`: no machine names it any more; `named`: one does that didn't. The others are of the prose. */
  readonly kind: 'added' | 'removed' | 'changed' | 'named' | 'unnamed'
  readonly text: string
}

export function compareRules(before: Version, after: Version): readonly RuleDiff[] {
  const text = (id: string) => after.rules.get(id) ?? before.rules.get(id) ?? ''
  const prose = [...new Set([...before.rules.keys(), ...after.rules.keys()])].flatMap((id): RuleDiff[] => {
    const [was, is] = [before.rules.get(id), after.rules.get(id)]
    if (was === is) return []
    return [
      { id, text: text(id), kind: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed' },
    ]
  })
  const [was, is] = [namedRules(before.machines), namedRules(after.machines)]
  const only = (ids: ReadonlySet<string>, others: ReadonlySet<string>, kind: RuleDiff['kind']): RuleDiff[] =>
    [...ids].filter((id) => !others.has(id)).map((id) => ({ id, text: text(id), kind }))
  return [...prose, ...only(was, is, 'unnamed'), ...only(is, was, 'named')]
}

function namedRules(machines: readonly AnyStateMachine[]): ReadonlySet<string> {
  return new Set(
    machines
      .map(chartOf)
      .flatMap((chart) => [
        ...allStates(chart.root).flatMap(({ rules }) => rules),
        ...allTransitions(chart).flatMap(({ rules }) => rules),
      ]),
  )
}

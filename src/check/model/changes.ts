/** What a step changed, by what `show` shows of the states before and after it. */
import { nothing } from '../../text/changed-part.js'
import type { PathStep } from './counterexample.js'

/** The values that differ. What one of the states doesn't show is `nothing` there. */
export function changesBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): PathStep['changes'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .map((what) => ({ what, before: before[what] ?? nothing, after: after[what] ?? nothing }))
    .filter((change) => change.before !== change.after)
}

/** What the checker says of two versions, for the terminal: each model's two verdicts below each other. */
import { amount, duration } from '../../text/format-numbers.js'
import type { Look } from '../../text/paint.js'
import { padTo } from '../../text/wrap-lines.js'
import type { CheckResult } from '../engine/check-result.js'
import type { ModelRequest } from '../model/counterexample.js'
import { formatRequest } from '../report/format-counterexample.js'
import type { Version } from './spec-version.js'

/** One model's verdicts. */
export interface VersionComparison {
  readonly request: ModelRequest
  /** Of the first version and the second; text where there is none, and why. */
  readonly verdicts: readonly [CheckResult | string, CheckResult | string]
}

export function formatComparison(
  judgements: readonly VersionComparison[],
  versions: readonly [Version, Version],
  { paint }: Look,
): string {
  if (judgements.length === 0) return 'no model runs a machine that differs: there is nothing to check\n'
  const width = Math.max(...versions.map(({ name }) => name.length))
  return judgements
    .flatMap(({ request, verdicts }) => [
      `${paint.strong('what the checker says')}  ${paint.faint(formatRequest(request))}`,
      ...verdicts.map(
        (verdict, at) => `  ${padTo(versions[at]?.name ?? '', width)}  ${formatVerdict(verdict, paint)}`,
      ),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

function formatVerdict(verdict: CheckResult | string, paint: Look['paint']): string {
  if (typeof verdict === 'string') return paint.old(verdict)
  const { distinct, depth, seconds, violations } = verdict
  const [first] = violations
  const counts = `${amount(distinct)} distinct states, depth ${depth}, ${duration(seconds)}`
  if (first === undefined)
    return `${verdict.verdict === 'holds' ? paint.good('holds') : paint.old(verdict.verdict)}, ${counts}`
  return `${paint.bad('violated')} in ${first.steps.length} steps: ${paint.rule(first.violation.rule)} ${first.violation.name} (${counts})`
}

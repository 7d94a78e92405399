/** What a run came to, for people and for programs: the verdict, and exactly what it covers. */
import type { ModelRequest } from '../model/counterexample.js'
import type { CheckResult } from '../engine/check-result.js'
import { formatRequest } from './format-counterexample.js'
import { wrapWords } from '../../text/wrap-lines.js'
import { amount, bytes, chance, duration } from '../../text/format-numbers.js'
import type { Look } from '../../text/paint.js'

/** The summary, without the counterexamples. */
export function formatResult(request: ModelRequest, result: CheckResult, { width, paint }: Look): string {
  const { generated, distinct, depth, seconds, reductions, collision, memoryBytes } = result
  const dye = {
    holds: paint.good,
    'found nothing': paint.old,
    violated: paint.bad,
    unfinished: paint.old,
  }[result.verdict]
  // Walks don't know which states they saw before.
  const counted = distinct === 0 ? '' : `, ${amount(distinct)} distinct, depth ${depth}`
  const rate = seconds > 0 ? Math.round(generated / seconds) : generated
  const rows = [
    ['states', `${amount(generated)} generated${counted}`],
    ['time', `${duration(seconds)}, ${amount(rate)} states a second, ${bytes(memoryBytes)}`],
    ['covered', formatCoverage(result)],
    ['reductions', reductions.length === 0 ? 'none' : reductions.join('; ')],
    ['collisions', `${chance(collision)} (two states taken for one)`],
  ] as const
  const lines = [
    `${dye(`${result.verdict}:`)} ${paint.strong(formatRequest(request))}`,
    ...rows.flatMap(([name, value]) =>
      wrapWords(value, width - 14).map(
        (line, at) => `  ${paint.faint((at === 0 ? name : '').padEnd(10))}  ${line}`,
      ),
    ),
  ]
  return `${lines.join('\n')}\n`
}

function formatCoverage({ verdict, exhausted, violations, bounds, stopped }: CheckResult): string {
  const all = 'every reachable state within the bounds'
  const limits = bounds.length === 0 ? '' : ` (limits: ${bounds.join(', ')})`
  if (verdict === 'violated') {
    const found = violations.length === 1 ? '1 violation' : `${violations.length} different violations`
    return exhausted ? `${all}; ${found}` : `up to ${found}${limits}`
  }
  if (verdict === 'found nothing') return `${bounds.join(', ')}; what they missed may be broken`
  if (exhausted) return all
  return stopped === null
    ? `not every reachable state${limits}`
    : `a part of the reachable states: ${stopped}${limits}`
}

/** The same as one JSON object, `zoospec-check/1`. */
export function summaryJson(request: ModelRequest, result: CheckResult): string {
  return JSON.stringify({ format: 'zoospec-check/1', request, ...result })
}

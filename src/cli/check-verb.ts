/** `zoospec check`: explores what the spec can reach, model by model, shows what is broken, and says what was covered. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { engine, type Engine } from '../runtime/check/engine.js'
import type { Counterexample, ModelRequest } from '../check/model/counterexample.js'
import { counterexampleFiles } from '../runtime/check/counterexample-files.js'
import { formatCounterexample } from '../check/report/format-counterexample.js'
import { duration } from '../text/format-numbers.js'
import { progressLine } from '../check/report/progress-line.js'
import { sequenceOf } from '../diagram/sequence/sequence.js'
import { formatSequence } from '../diagram/sequence/sequence-text.js'
import { summaryJson, formatResult } from '../check/report/format-result.js'
import type { CheckResult, Verdict } from '../check/engine/check-result.js'
import { loadVariant } from '../runtime/check/variant-file.js'
import { planCheck, type CheckPlan } from './check-plan.js'
import { untilInterrupted } from './interrupt.js'
import { terminal, type Output } from './output.js'

/** More lifelines than this are not legible side by side. */
const mostLifelines = 9

export function check(args: readonly string[]): Promise<number> {
  return untilInterrupted((signal) => checkWith(engine, args, terminal(), signal))
}

export async function checkWith(
  on: Engine,
  args: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const plan = await planCheck(args, on.models, loadVariant)
  const results: CheckResult[] = []
  for (const request of plan.requests) {
    if (signal.aborted) break
    results.push(await checkOne(on, request, plan, output, signal))
  }
  if (!plan.json) closing(plan, results, output)
  if (results.some(({ verdict }) => verdict === 'violated')) return 1
  // Walks that found nothing are done too: they prove nothing, and were not asked to.
  const isWhole =
    results.length === plan.requests.length &&
    results.every(({ verdict }) => verdict === 'holds' || verdict === 'found nothing')
  return isWhole ? 0 : 3
}

async function checkOne(
  on: Engine,
  request: ModelRequest,
  plan: CheckPlan,
  output: Output,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { checkpoint, ...options } = plan.options
  const line = progressLine(request.model, output.aside, () => performance.now())
  // Each model keeps a checkpoint of its own.
  const own = checkpoint === undefined ? options : { ...options, checkpoint: join(checkpoint, request.model) }
  let result: CheckResult
  try {
    result = await on.runCheck(request, own, (progress) => line.show(progress), signal)
  } finally {
    line.clear()
  }
  if (plan.json) output.write(`${summaryJson(request, result)}\n`)
  else {
    output.write(`${formatResult(request, result, output.look)}\n`)
    for (const counterexample of result.violations) writeCounterexample(counterexample, output)
  }
  if (plan.out !== undefined && result.violations.length > 0)
    keep(result.violations, plan.out, plan.json, output)
  return result
}

function writeCounterexample(counterexample: Counterexample, output: Output): void {
  output.write(`${formatCounterexample(counterexample, output.look)}\n`)
  const { processes } = counterexample
  if (processes.length === 0 || processes.length > mostLifelines) return
  output.write(`${formatSequence(sequenceOf(counterexample), output.look)}\n`)
}

function keep(violations: readonly Counterexample[], folder: string, isQuiet: boolean, output: Output): void {
  mkdirSync(folder, { recursive: true })
  const seen = new Map<string, number>()
  for (const counterexample of violations) {
    const { rule } = counterexample.violation
    const number = (seen.get(rule) ?? 0) + 1
    seen.set(rule, number)
    const files = counterexampleFiles(counterexample, number)
    for (const { name, text } of files) writeFileSync(join(folder, name), text)
    const scenario = files.find(({ name }) => name.endsWith('.txt'))?.name ?? ''
    if (!isQuiet) output.write(`kept: npx zoospec replay ${join(folder, scenario)}\n`)
  }
}

/** What all of it came to, where it was more than one model. */
function closing(
  { requests, options }: CheckPlan,
  results: readonly CheckResult[],
  { write, look }: Output,
): void {
  const missing = requests.slice(results.length).map(({ model }) => model)
  if (missing.length > 0) write(`${look.paint.old('not checked:')} ${missing.join(', ')}\n`)
  if (requests.length < 2) return
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
  const told = [
    options.walk ? `${count('found nothing')} found nothing` : `${count('holds')} hold`,
    ...(count('violated') > 0 ? [`${count('violated')} violated`] : []),
    ...(count('unfinished') > 0 ? [`${count('unfinished')} unfinished`] : []),
  ]
  write(`${requests.length} models: ${told.join(', ')}; ${duration(seconds)}\n`)
}

/** What the checker says of two versions: the models that run a machine which differs, at the same bounds for both. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CheckOptions, Engine } from '../connect.js'
import type { ModelRequest } from '../counterexample.js'
import { type ModelOption, shows } from '../model-options.js'
import { requestText } from '../report/counterexample-text.js'
import { amount, duration } from '../report/numbers.js'
import { padTo } from '../report/lines.js'
import type { Look } from '../report/paint.js'
import type { CheckResult, Progress } from '../result.js'
import type { Version } from './version.js'

/** One model's verdicts. */
export interface Judgement {
  readonly request: ModelRequest
  /** Of the first version and the second; text where there is none, and why. */
  readonly verdicts: readonly [CheckResult | string, CheckResult | string]
}

/** The requests to make of both, but for the variant. */
export function requestsOf(
  changed: readonly string[],
  models: readonly ModelOption[],
  versions: readonly Version[],
): readonly ModelRequest[] {
  const shown: Readonly<Record<string, number | boolean | string>> = Object.assign(
    {},
    ...versions.map(({ variant }) => variant?.bounds ?? {}),
  )
  const asked = models.filter(
    (model) => model.name === shown['model'] || (shown['model'] === undefined && shows(model, changed)),
  )
  return asked.map(({ name, bounds }) => ({
    model: name,
    bounds: Object.fromEntries(
      Object.entries(bounds).map(([bound, { default: usual }]) => [bound, shown[bound] ?? usual]),
    ),
  }))
}

export async function judge(
  on: Engine,
  versions: readonly [Version, Version],
  changed: readonly string[],
  options: CheckOptions,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<readonly Judgement[]> {
  const judgements: Judgement[] = []
  for (const request of requestsOf(changed, on.models, versions)) {
    const verdictOf = async ({ variant, name, built }: Version): Promise<CheckResult | string> => {
      if (signal.aborted) return 'not checked'
      if (built !== undefined) return checkElsewhere(built, request, signal)
      return on.runCheck(
        variant === undefined ? request : { ...request, variant: name },
        options,
        onProgress,
        signal,
      )
    }
    judgements.push({ request, verdicts: [await verdictOf(versions[0]), await verdictOf(versions[1])] })
  }
  return judgements
}

/** Runs another checkout's own checker. */
async function checkElsewhere(
  built: string,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<CheckResult | string> {
  const bounds = Object.entries(request.bounds).flatMap(([name, bound]) => {
    if (typeof bound !== 'boolean') return [`--${name}`, String(bound)]
    return [bound ? `--${name}` : `--no-${name}`]
  })
  const command = [join(built, 'src/cli/main.js'), 'check', '--json', '--model', request.model, ...bounds]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], signal })
  const text = { out: '', error: '' }
  child.stdout.on('data', (bytes: Buffer) => (text.out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (text.error += bytes.toString()))
  const why = await new Promise<string>((done) => {
    child.on('error', (error) => done(error.message))
    child.on('close', () => done(text.error.split('\n')[0] ?? ''))
  })
  const [line] = text.out.split('\n').filter((each) => each.startsWith('{'))
  return line === undefined ? `its checker says nothing: ${why}` : (JSON.parse(line) as CheckResult)
}

export function judgementText(
  judgements: readonly Judgement[],
  versions: readonly [Version, Version],
  { paint }: Look,
): string {
  if (judgements.length === 0) return 'no model runs a machine that differs: there is nothing to check\n'
  const width = Math.max(...versions.map(({ name }) => name.length))
  return judgements
    .flatMap(({ request, verdicts }) => [
      `${paint.strong('what the checker says')}  ${paint.faint(requestText(request))}`,
      ...verdicts.map(
        (verdict, at) => `  ${padTo(versions[at]?.name ?? '', width)}  ${verdictText(verdict, paint)}`,
      ),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

function verdictText(verdict: CheckResult | string, paint: Look['paint']): string {
  if (typeof verdict === 'string') return paint.old(verdict)
  const { distinct, depth, seconds, violations } = verdict
  const [first] = violations
  const counts = `${amount(distinct)} distinct states, depth ${depth}, ${duration(seconds)}`
  if (first === undefined)
    return `${verdict.verdict === 'holds' ? paint.good('holds') : paint.old(verdict.verdict)}, ${counts}`
  return `${paint.bad('violated')} in ${first.steps.length} steps: ${paint.rule(first.violation.rule)} ${first.violation.name} (${counts})`
}

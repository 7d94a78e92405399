/** What the checker says of two versions: the models that run a machine which differs, at the same bounds for both. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CheckOptions, Engine } from './engine.js'
import type { ModelRequest } from '../../check/model/counterexample.js'
import { type ModelOption, showing } from '../../check/model/model-options.js'
import type { VersionComparison } from '../../check/diff/format-comparison.js'
import type { CheckResult, Progress } from '../../check/engine/check-result.js'
import type { Version } from '../../check/diff/spec-version.js'

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
  const asked =
    shown['model'] === undefined
      ? showing(models, changed, Object.keys(shown))
      : models.filter(({ name }) => name === shown['model'])
  return asked.map(({ name, bounds }) => ({
    model: name,
    bounds: Object.fromEntries(
      Object.entries(bounds).map(([bound, { default: usual }]) => [bound, shown[bound] ?? usual]),
    ),
  }))
}

export async function compareVersions(
  on: Engine,
  versions: readonly [Version, Version],
  changed: readonly string[],
  options: CheckOptions,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<readonly VersionComparison[]> {
  const judgements: VersionComparison[] = []
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

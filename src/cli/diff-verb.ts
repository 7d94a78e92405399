/** `zoospec diff`: two versions of the spec side by side, in words, in pictures, and by what the checker says of each. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { engine, type Engine } from '../runtime/check/engine.js'
import { compareMachines } from '../check/diff/compare-machines.js'
import { formatComparison } from '../check/diff/format-comparison.js'
import { compareVersions } from '../runtime/check/compare-versions.js'
import { diffFiles } from '../check/diff/diff-pictures.js'
import { compareRules } from '../check/diff/rule-diff.js'
import { formatDiff } from '../check/diff/format-diff.js'
import { loadVersion } from '../runtime/check/load-version.js'
import { progressLine } from '../check/report/progress-line.js'
import { diffFlags, diffHelp } from './diff-help.js'
import { untilInterrupted } from './interrupt.js'
import { terminal, type Output } from './output.js'
import { parseArguments, UsageError } from './usage.js'

export function diff(args: readonly string[]): Promise<number> {
  return untilInterrupted((signal) => diffWith(engine, args, terminal(), signal))
}

export async function diffWith(
  on: Engine,
  args: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const { positional, flags } = parseArguments(args, diffFlags, 2, diffHelp)
  const [a, b] = positional
  if (a === undefined || b === undefined)
    throw new UsageError('zoospec diff needs two versions, such as: spec ./my-change.ts', diffHelp)
  const versions = [await loadVersion(a), await loadVersion(b)] as const
  const machines = compareMachines(versions[0].machines, versions[1].machines)
  output.write(formatDiff(...versions, machines, compareRules(...versions), output.look))

  const out = flags.get('out')
  if (typeof out === 'string') {
    const files = await diffFiles(machines)
    mkdirSync(out, { recursive: true })
    for (const { name, text } of files) writeFileSync(join(out, name), text)
    output.write(`${files.length} files in ${out}\n`)
  }
  if (!flags.has('check')) return 0
  const changed = machines.filter(({ kind }) => kind !== 'same').map(({ id }) => id)
  const options = { walk: false, seed: 1, workers: availableParallelism(), resume: false, maxViolations: 1 }
  const line = progressLine('diff', output.aside, () => performance.now())
  const judgements = await compareVersions(
    on,
    versions,
    changed,
    options,
    (progress) => line.show(progress),
    signal,
  )
  line.clear()
  output.write(formatComparison(judgements, versions, output.look))
  const broken = judgements.some(({ verdicts }) =>
    verdicts.some((verdict) => typeof verdict !== 'string' && verdict.verdict === 'violated'),
  )
  return broken ? 1 : 0
}

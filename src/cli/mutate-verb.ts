/** `zoospec mutate`: small mistakes in the spec, one at a time, and whether the checker notices each. */
import type { AnyStateMachine } from 'xstate'
import { survivors as committed, type Survivor } from '../check/mutate/survivors.js'
import { engine, type Engine } from '../runtime/check/engine.js'
import { mutantsOf } from '../check/mutate/mutants.js'
import { runMutants } from '../check/mutate/run-mutants.js'
import { formatMutation, formatRow } from '../check/mutate/mutation-table.js'
import { specMachines } from '../check/variants/spec-machines.js'
import { nearest } from '../text/nearest-name.js'
import { untilInterrupted } from './interrupt.js'
import { mutateFlags, mutateHelp } from './mutate-help.js'
import { terminal, type Output } from './output.js'
import { parseArguments, UsageError } from './usage.js'

export function mutate(args: readonly string[]): Promise<number> {
  return untilInterrupted((signal) => mutateWith(engine, specMachines, committed, args, terminal(), signal))
}

export async function mutateWith(
  on: Pick<Engine, 'checkMutant' | 'mutated'>,
  machines: readonly AnyStateMachine[],
  survivors: readonly Survivor[],
  args: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const { flags } = parseArguments(args, mutateFlags, 0, mutateHelp)
  const all = machines.flatMap(mutantsOf)
  const chosen = chosenMachines(flags.get('machine'), machines, on.mutated)
  const only = flags.get('only')
  const mutants = all.filter(
    ({ machine, id, rules }) =>
      chosen.includes(machine) &&
      (typeof only !== 'string' || id.includes(only) || rules.some((rule) => rule.includes(only))),
  )
  if (mutants.length === 0) {
    const among =
      typeof only === 'string' ? `no mutant's id or rule contains "${only}"` : 'there is no mutant'
    throw new UsageError(`${among} (machines ${chosen.join(', ')})`, mutateHelp)
  }
  if (flags.has('list')) {
    for (const { id, description, rules } of mutants)
      output.write(
        `${id}  ${output.look.paint.faint(description)}${rules.map((rule) => `  ${output.look.paint.rule(rule)}`).join('')}\n`,
      )
    output.write(`${mutants.length} mutants\n`)
    return 0
  }

  const report = await runMutants(
    mutants,
    all,
    survivors,
    on.checkMutant,
    (row, left) => output.aside.write(`${formatRow(row, output.look)}  ${left} left\n`),
    signal,
  )
  if (flags.has('json')) {
    const rows = report.rows.map(({ mutant, verdict, survivor }) => {
      const { id, machine, operator, description, rules } = mutant
      return {
        id,
        machine,
        operator,
        description,
        rules,
        ...verdict,
        ...(survivor === undefined ? {} : { survivor }),
      }
    })
    output.write(
      `${JSON.stringify({ format: 'zoospec-mutants/1', ...report, rows, unexcused: report.unexcused.map(({ mutant }) => mutant.id) }, null, 2)}\n`,
    )
  } else output.write(formatMutation(report, output.look))
  if (report.unexcused.length > 0 || report.stale.length > 0) return 1
  return report.isWhole ? 0 : 3
}

function chosenMachines(
  named: string | true | undefined,
  machines: readonly AnyStateMachine[],
  usual: readonly string[],
): readonly string[] {
  const ids = machines.map(({ id }) => id)
  if (typeof named !== 'string') return usual.filter((id) => ids.includes(id))
  if (ids.includes(named)) return [named]
  const meant = nearest(named, ids)
  throw new UsageError(
    `there is no machine ${named}; there are ${ids.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    mutateHelp,
  )
}

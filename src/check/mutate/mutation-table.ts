/** The result of mutation testing: the share killed by machine and kind, then the survivors and why they survived. */
import { amount, duration } from '../../text/format-numbers.js'
import { wrapWords } from '../../text/wrap-lines.js'
import type { Look } from '../../text/paint.js'
import { operators } from './mutants.js'
import type { MutantRow, MutationReport } from './run-mutants.js'

export function formatMutation({ rows, unexcused, stale, isWhole }: MutationReport, look: Look): string {
  const { paint } = look
  const lines = [
    ...shareLines(rows),
    '',
    ...ruleLines(rows),
    ...section(
      'survive with a reason',
      rows.filter(isExcused),
      look,
      ({ survivor }) => `${survivor?.kind}: ${survivor?.reason}`,
    ),
    ...section(paint.bad('survive without one'), unexcused, look, ({ mutant }) => mutant.description),
    ...(stale.length === 0
      ? []
      : [
          paint.bad('on the list of survivors for nothing'),
          ...stale.map(({ survivor, why }) => `  ${survivor.mutant}: ${why}`),
          '',
        ]),
    sum(rows, unexcused.length, isWhole),
  ]
  return `${lines.join('\n')}\n`
}

/** One mutant as it is done, for progress that is kept. */
export function formatRow({ mutant, verdict, survivor }: MutantRow, { paint }: Look): string {
  const fate =
    verdict.killedBy !== null
      ? paint.good(`killed by ${verdict.killedBy}`)
      : survivor === undefined
        ? paint.bad('survives')
        : paint.old(`survives (${survivor.kind})`)
  return `${mutant.id}  ${fate}  ${paint.faint(`${amount(verdict.states)} states, ${duration(verdict.seconds)}`)}`
}

function isExcused({ verdict, survivor }: MutantRow): boolean {
  return verdict.killedBy === null && survivor !== undefined
}

function shareLines(rows: readonly MutantRow[]): string[] {
  const machines = [...new Set(rows.map(({ mutant }) => mutant.machine))]
  const used = operators.filter((operator) => rows.some(({ mutant }) => mutant.operator === operator))
  const cell = (of: readonly MutantRow[]) => {
    const killed = of.filter(({ verdict }) => verdict.killedBy !== null).length
    return of.length === 0 ? '' : `${killed}/${of.length}`
  }
  const table = [
    ['killed', ...machines, 'all'],
    ...used.map((operator) => {
      const made = rows.filter(({ mutant }) => mutant.operator === operator)
      return [
        operator,
        ...machines.map((machine) => cell(made.filter(({ mutant }) => mutant.machine === machine))),
        cell(made),
      ]
    }),
    [
      'all',
      ...machines.map((machine) => cell(rows.filter(({ mutant }) => mutant.machine === machine))),
      cell(rows),
    ],
  ]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
}

/** Which rules kill how many: an invariant that kills none may say nothing. */
function ruleLines(rows: readonly MutantRow[]): string[] {
  const kills = new Map<string, number>()
  for (const { verdict } of rows) {
    if (verdict.killedBy === null) continue
    const by = verdict.killedBy.startsWith('error: ') ? 'an error' : verdict.killedBy
    kills.set(by, (kills.get(by) ?? 0) + 1)
  }
  const sorted = [...kills].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return sorted.length === 0
    ? []
    : ['killed by', ...sorted.map(([rule, count]) => `  ${String(count).padStart(4)}  ${rule}`), '']
}

function section(
  title: string,
  rows: readonly MutantRow[],
  { width, paint }: Look,
  why: (row: MutantRow) => string,
): string[] {
  if (rows.length === 0) return []
  return [
    title,
    ...rows.flatMap((row) => [
      `  ${paint.strong(row.mutant.id)}`,
      ...wrapWords(why(row), width - 4).map((line) => `    ${line}`),
    ]),
    '',
  ]
}

function sum(rows: readonly MutantRow[], unexcused: number, isWhole: boolean): string {
  const killed = rows.filter(({ verdict }) => verdict.killedBy !== null).length
  const share = rows.length === 0 ? 0 : Math.floor((1000 * killed) / rows.length) / 10
  const seconds = rows.reduce((all, { verdict }) => all + verdict.seconds, 0)
  const excused = rows.length - killed - unexcused
  return (
    `${rows.length} mutants: ${killed} killed (${share} %), ${excused} survive with a reason, ${unexcused} without; ` +
    `${duration(seconds)}${isWhole ? '' : '; stopped before the end'}`
  )
}

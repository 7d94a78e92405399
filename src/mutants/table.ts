/**
 * The mutants' table, as people read it: what was broken, what noticed, how long it took.
 */
import type { Mutant } from './mutant.js'
import type { Verdict } from './suite.js'

/** A mutant and what became of it. */
export interface Row {
  readonly mutant: Mutant
  readonly verdict: Verdict
}

/** What a row says of its fate. */
export function fate({ mutant, verdict }: Row): string {
  switch (verdict.outcome) {
    case 'failed':
      return mutant.survives === undefined
        ? verdict.by
        : `${verdict.by} (listed as a survivor: it no longer is one)`
    case 'hung':
      return 'the suite never ended'
    case 'broken':
      return `the tests did not start: ${verdict.why.split('\n')[0] ?? ''}`
    case 'passed':
      return mutant.survives === undefined ? 'NOTHING: it survives' : `survives: ${mutant.survives}`
  }
}

/** The table and its sum. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.mutant.id,
    row.mutant.rules.join(' '),
    `${row.verdict.seconds}`,
    fate(row),
  ])
  const head = ['mutant', 'rules', 'seconds', 'noticed by']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 3 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')
  const killed = rows.filter(
    (row) => row.verdict.outcome === 'failed' || row.verdict.outcome === 'hung',
  ).length
  const excused = rows.filter(
    (row) => row.verdict.outcome === 'passed' && row.mutant.survives !== undefined,
  ).length
  const sum = `${rows.length} mutants: ${killed} killed, ${excused} survive with a reason, ${rows.length - killed - excused} unnoticed`
  return [
    line(head),
    line(widths.map((width) => '-'.repeat(Math.min(width, 40)))),
    ...cells.map(line),
    '',
    sum,
  ].join('\n')
}

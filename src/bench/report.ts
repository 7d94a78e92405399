/** The bench's table and its JSON: medians side by side, the ratio, the target, and whether it is met. */
import { median } from './histogram.js'
import { idle, type Load, startup } from './loads.js'
import { megabytes, perSecond, type Plan, type Results } from './rounds.js'

/** One line: what was measured on both sides. */
export interface Row {
  readonly name: string
  readonly unit: 'replies/s' | 'ms' | 'bytes'
  /** Medians over the rounds; null where it was not measured. */
  readonly apache: number | null
  readonly zoospec: number | null
  /** How many times better than Apache: above 1 is better, whatever the unit. */
  readonly ratio: number | null
  /** The ratio that must be reached. */
  readonly target: number
  readonly isMet: boolean | null
}

/** Every line of the results. */
export function rows(plan: Plan, results: Results): Row[] {
  return [
    ...plan.loads.flatMap((load) => loadRows(load, results)),
    ...(plan.measures.memory
      ? [
          row(
            `memory: ${count(idle.sessions * plan.scale)} idle sessions, ${count(idle.watches * plan.scale)} watches`,
            'bytes',
            results.memory.get('apache')?.map(({ growth }) => growth),
            results.memory.get('zoospec')?.map(({ growth }) => growth),
            1 / idle.target,
          ),
        ]
      : []),
    ...(plan.measures.startup
      ? [
          row(
            `start to first answer, ${count(startup.znodes * plan.scale)} znodes`,
            'ms',
            results.startup.get('apache'),
            results.startup.get('zoospec'),
            startup.target,
          ),
        ]
      : []),
  ]
}

/** The lines of a load. */
export function loadRows(load: Load, { loads }: Pick<Results, 'loads'>): Row[] {
  const apache = loads.get(load.name)?.get('apache')
  const zoospec = loads.get(load.name)?.get('zoospec')
  const throughput = row(
    load.name,
    'replies/s',
    apache?.map((measured) => measured.throughput),
    zoospec?.map((measured) => measured.throughput),
    load.target,
  )
  const p99 = row(
    `${load.name} p99`,
    'ms',
    apache?.map((measured) => measured.p99),
    zoospec?.map((measured) => measured.p99),
    1,
  )
  return [throughput, load.boundsP99 ? p99 : { ...p99, target: 0, isMet: null }]
}

/** A line of the table. */
export function row(
  name: string,
  unit: Row['unit'],
  apacheValues: readonly number[] | undefined,
  zoospecValues: readonly number[] | undefined,
  target: number,
): Row {
  const apache = apacheValues === undefined ? null : median(apacheValues)
  const zoospec = zoospecValues === undefined ? null : median(zoospecValues)
  const ratio =
    apache === null || zoospec === null ? null : unit === 'replies/s' ? zoospec / apache : apache / zoospec
  return { name, unit, apache, zoospec, ratio, target, isMet: ratio === null ? null : ratio >= target }
}

/** The table, for people. */
export function table(lines: readonly Row[], results: Pick<Results, 'ceiling'>): string {
  const cells = lines.map(({ name, unit, apache, zoospec, ratio, target, isMet }) => [
    name,
    shown(apache, unit),
    shown(zoospec, unit),
    ratio === null ? '-' : `${ratio.toFixed(2)}x`,
    target === 0 ? '' : target === 1 ? 'no worse' : `${target.toFixed(1)}x`,
    isMet === null ? '' : isMet ? 'met' : 'MISSED',
  ])
  const all = [['load', 'Apache', 'zoospec', 'ratio', 'target', ''], ...cells]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const text = all.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  const ceilings = [...results.ceiling].map(
    ([shape, { throughput }]) => `the generator reaches ${perSecond(throughput)} on an echo with ${shape}`,
  )
  return [
    text[0]!,
    '-'.repeat(text[0]!.length),
    ...text.slice(1),
    '',
    'Medians over the rounds. A ratio says how many times better zoospec is: more replies, or less time or memory.',
    "Memory is resident memory (of idle sessions, its growth); Apache's after a full collection (jcmd GC.run), zoospec's as it stands.",
    ...ceilings,
    '',
  ].join('\n')
}

function shown(value: number | null, unit: Row['unit']): string {
  if (value === null) return '-'
  if (unit === 'replies/s') return perSecond(value)
  return unit === 'bytes' ? megabytes(value) : `${value.toFixed(value < 100 ? 2 : 0)} ms`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

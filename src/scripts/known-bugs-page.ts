/** The page of known bugs: each variant, what it breaks and what it took to find that. */
import type { Counterexample } from '../check/model/counterexample.js'

/** A bug that the checker found. */
export interface FoundBug {
  readonly id: string
  readonly title: string
  readonly forbidden: readonly string[]
  readonly bounds: Readonly<Record<string, number | boolean | string>>
  readonly generated: number
  readonly distinct: number
  readonly seconds: number
  readonly counterexample: Counterexample
}

const mark = '<!-- Written by `npm run bugs`; written by hand only above this line. -->'

/** The page, from the page there was. */
export function bugPage(before: string | undefined, bugs: readonly FoundBug[], commit: string): string {
  const head = before?.split(mark)[0]?.trimEnd() ?? '# Known bugs'
  const rows = bugs.map((bug) => {
    const { violation, steps } = bug.counterexample
    return [
      `[${bug.id}](../spec/variants/README.md#${bug.id})`,
      bug.title,
      bug.forbidden.join(', '),
      `${violation.rule}: ${violation.name}`,
      formatBounds(bug.bounds),
      `${steps.length}`,
      bug.generated.toLocaleString('en-US'),
      bug.distinct.toLocaleString('en-US'),
      bug.seconds.toFixed(1),
      `[scenario](bugs/${bug.id}.txt), [diagram](bugs/${bug.id}.svg)`,
    ]
  })
  const header = [
    'variant',
    'what is different',
    'rules it breaks',
    'what the checker finds broken',
    'bounds',
    'depth',
    'states',
    'distinct',
    'seconds',
    'counterexample',
  ]
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const made = `Measured at commit ${commit}, one worker; seconds are those of a machine that others used too.`
  return `${head}\n\n${mark}\n\n${made}\n\n${lines.join('\n')}\n`
}

/** Bounds as flags of `zoospec check`; those that are as usual are left out. */
export function formatBounds(bounds: FoundBug['bounds']): string {
  const flags = Object.entries(bounds).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${String(value)}`,
  )
  return `\`${flags.join(' ')}\``
}

/** Depth and distinct states of a variant, as the page has them. */
export function recordedOf(page: string, id: string): { depth: number; distinct: number } | undefined {
  const row = page.split('\n').find((line) => line.startsWith(`| [${id}](`))
  const cells = row?.split('|').map((cell) => cell.trim())
  if (cells === undefined) return undefined
  return { depth: Number(cells[6]), distinct: Number(cells[8]?.replaceAll(',', '')) }
}

/**
 * `npm run explore`: explores larger bounds to the end, and writes what they came to into `docs/checked.md`.
 * `npm run explore -- --workers N` uses threads.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatBounds } from './known-bugs-page.js'
import { root } from './checkout.js'
import { check } from '../runtime/check/explore-space.js'
import type { CheckResult } from '../check/engine/check-result.js'
import { sourceOf } from '../runtime/check/requested-space.js'
import { systems } from '../check/systems/systems-table.js'
import { explored } from './explored-bounds.js'

const { values } = parseArgs({ options: { workers: { type: 'string', default: '2' } } })
const workers = Number(values.workers)
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: root }).trim()

function row(model: string, bounds: string, result: CheckResult): string {
  const { verdict, exhausted, generated, distinct, depth, seconds, reductions } = result
  const number = (value: number) => Math.round(value).toLocaleString('en-US')
  const cells = [
    model,
    bounds,
    exhausted ? verdict : `${verdict} (not exhausted)`,
    number(generated),
    number(distinct),
    `${depth}`,
    seconds.toFixed(1),
    number(generated / seconds),
    reductions.join(', ') || '-',
  ]
  return `| ${cells.join(' | ')} |`
}

const rows: string[] = []
for (const { model, bounds } of explored) {
  const system = systems.find(({ name }) => name === model)
  if (system === undefined) throw new Error(`there is no model ${model}`)
  const usual = Object.fromEntries(
    Object.entries(system.bounds).map(([name, bound]) => [name, bound.default]),
  )
  const request = { model, bounds: { ...usual, ...bounds } }
  const result = await check(sourceOf(request), { request, workers })
  rows.push(row(model, formatBounds(bounds), result))
  process.stdout.write(`${rows.at(-1)!}\n`)
}

const header =
  'model | bounds | verdict | states | distinct | depth | seconds | states a second | reductions'.split(' | ')
const lines = [`| ${header.join(' | ')} |`, `| ${header.map(() => '---').join(' | ')} |`, ...rows]
writeFileSync(
  join(root, 'docs/checked.md'),
  `# What was checked

Larger bounds than the tests have time for, explored to the end by \`npm run explore\` at commit ${commit}, with ${workers} worker${workers === 1 ? '' : 's'}.
Seconds are those of a machine that others used too. Each row is what \`npx zoospec check --model MODEL BOUNDS\` checks.

${lines.join('\n')}
`,
)

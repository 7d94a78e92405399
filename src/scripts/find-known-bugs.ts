/**
 * `npm run bugs`: lets the checker find each known bug, keeps the counterexamples in `docs/bugs` and the figures in
 * `docs/known-bugs.md`. `npm run bugs -- ID ...` does some of them, and leaves the page alone.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check } from '../runtime/check/explore-space.js'
import { writeScenario } from '../check/files/counterexample-scenario.js'
import { showing } from '../check/model/model-options.js'
import { sequenceOf } from '../diagram/sequence/sequence.js'
import { sequenceSvg } from '../diagram/sequence/sequence-svg.js'
import { systems } from '../check/systems/systems-table.js'
import { loadVariant } from '../runtime/check/variant-file.js'
import { knownBugs } from './known-bugs.js'
import { bugFolder, root, table, variantFile } from './checkout.js'
import { bugPage, type FoundBug } from './known-bugs-page.js'

/** Finds a bug, or says that it isn't found. */
async function find(id: string): Promise<FoundBug> {
  const file = variantFile(id)
  const variant = await loadVariant(file)
  const changed = Object.keys(variant.machines)
  const [shown] = showing(systems, changed, Object.keys(variant.bounds))
  const system = systems.find(({ name }) => name === shown?.name)
  if (system === undefined) throw new Error(`${id}: no system runs ${changed.join(', ')}`)
  const usual = Object.entries(system.bounds).map(([name, bound]) => [name, bound.default])
  const bounds = { ...(Object.fromEntries(usual) as FoundBug['bounds']), ...variant.bounds }
  const request = { model: system.name, bounds, variant: file }
  const { violations, generated, distinct, seconds } = await check(system.make(bounds, variant), { request })
  const [counterexample] = violations
  if (counterexample === undefined) throw new Error(`${id}: nothing is broken at its bounds`)
  const { title, forbidden } = variant
  return { id, title, forbidden, bounds: variant.bounds, generated, distinct, seconds, counterexample }
}

function keep({ id, title, counterexample }: FoundBug): void {
  mkdirSync(bugFolder, { recursive: true })
  writeFileSync(join(bugFolder, `${id}.txt`), writeScenario(counterexample))
  writeFileSync(join(bugFolder, `${id}.svg`), sequenceSvg(sequenceOf(counterexample), `${id}: ${title}`))
}

process.chdir(root)
const asked = process.argv.slice(2)
const bugs: FoundBug[] = []
for (const id of asked.length > 0 ? asked : knownBugs()) {
  const bug = await find(id)
  keep(bug)
  bugs.push(bug)
  const { counterexample, distinct, seconds } = bug
  const { violation, steps } = counterexample
  process.stdout.write(
    `${id.padEnd(26)} ${violation.rule.padEnd(13)} ${steps.length} steps, ${distinct.toLocaleString('en-US')} states, ${seconds.toFixed(1)} s\n`,
  )
}
if (asked.length === 0) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  writeFileSync(table, bugPage(existsSync(table) ? readFileSync(table, 'utf8') : undefined, bugs, commit))
}

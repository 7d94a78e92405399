/** Known bugs: each is found by the checker, and its kept counterexample still breaks what it broke. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { knownBugs } from '../../src/scripts/known-bugs.js'
import { bugFolder, root, table, variantFile } from '../../src/scripts/checkout.js'
import { formatBounds, recordedOf } from '../../src/scripts/known-bugs-page.js'
import { check } from '../../src/runtime/check/explore-space.js'
import { readCounterexampleFile } from '../../src/runtime/check/counterexample-files.js'
import { ModelWalk } from '../../src/check/replay/model-walk.js'
import { spaceOf } from '../../src/runtime/check/requested-space.js'
import { loadVariant } from '../../src/runtime/check/variant-file.js'

process.chdir(root)
const page = readFileSync(table, 'utf8')
/** Searches with more distinct states than this are left to `npm run bugs`; their counterexamples are replayed. */
const most = 60_000

for (const id of knownBugs()) {
  const kept = readCounterexampleFile(join(bugFolder, `${id}.txt`))

  test(`${id}: its kept counterexample breaks ${kept.violation.rule}, and the spec does not allow it`, async (t) => {
    const actions = kept.steps.map(({ action }) => action)
    const { plain } = await spaceOf(kept.request)
    const walk = new ModelWalk(plain)
    t.is(walk.take(actions.slice(0, -1)).refusal, null)
    t.deepEqual(walk.broken(), [], 'a step earlier nothing is broken')
    t.is(walk.take(actions.slice(-1)).refusal, null)
    t.true(walk.broken().some(({ rule }) => rule === kept.violation.rule))

    const { model, bounds } = kept.request
    const spec = (await spaceOf({ model, bounds })).plain
    const onSpec = new ModelWalk(spec)
    t.true(
      onSpec.take(actions).refusal !== null || onSpec.broken().length === 0,
      'the spec breaks nothing there',
    )
  })

  test(`${id}: the page of known bugs has it, with its bounds`, async (t) => {
    const { bounds, forbidden } = await loadVariant(variantFile(id))
    const recorded = recordedOf(page, id)
    t.is(recorded?.depth, kept.steps.length)
    t.true(page.includes(formatBounds(bounds)))
    t.true(forbidden.length > 0)
    t.true(readFileSync(join(root, 'spec/variants/README.md'), 'utf8').includes(`### ${id}\n`))
  })

  const recorded = recordedOf(page, id)
  if (recorded === undefined || recorded.distinct > most) continue
  test(`${id}: the checker finds it at its bounds, in ${recorded.depth} steps`, async (t) => {
    const { violations } = await check(await spaceOf(kept.request), { request: kept.request })
    t.is(violations[0]?.violation.rule, kept.violation.rule)
    t.is(violations[0]?.steps.length, recorded.depth)
  })
}

/** Known bugs: each is found by the checker, and its kept counterexample still breaks what it broke. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { knownBugs } from '../../../src/check/bugs/known.js'
import { bugFolder, root, table, variantFile } from '../../../src/check/bugs/places.js'
import { boundsText, recordedOf } from '../../../src/check/bugs/table.js'
import { check } from '../../../src/runtime/check/check.js'
import { readCounterexampleFile } from '../../../src/runtime/check/files.js'
import { replayFrom } from '../../../src/check/replay.js'
import { spaceOf } from '../../../src/runtime/check/space-of.js'
import { loadVariant } from '../../../src/runtime/check/variant-file.js'

process.chdir(root)
const page = readFileSync(table, 'utf8')
/** Searches with more distinct states than this are left to `npm run bugs`; their counterexamples are replayed. */
const most = 60_000

for (const id of knownBugs()) {
  const kept = readCounterexampleFile(join(bugFolder, `${id}.txt`))

  test(`${id}: its kept counterexample breaks ${kept.violation.rule}, and the spec does not allow it`, async (t) => {
    const actions = kept.steps.map(({ action }) => action)
    const { plain } = await spaceOf(kept.request)
    const start = plain.initial()[0]
    const replayed = replayFrom(plain, start, actions)
    t.true(replayed.allowed)
    if (!replayed.allowed) return
    t.true(replayed.broken.some(({ rule }) => rule === kept.violation.rule))
    const before = replayFrom(plain, start, actions.slice(0, -1))
    t.deepEqual(before.allowed ? before.broken : null, [], 'a step earlier nothing is broken')

    const { model, bounds } = kept.request
    const spec = (await spaceOf({ model, bounds })).plain
    const onSpec = replayFrom(spec, spec.initial()[0], actions)
    t.true(!onSpec.allowed || onSpec.broken.length === 0, 'the spec breaks nothing there')
  })

  test(`${id}: the page of known bugs has it, with its bounds`, async (t) => {
    const { bounds, forbidden } = await loadVariant(variantFile(id))
    const recorded = recordedOf(page, id)
    t.is(recorded?.depth, kept.steps.length)
    t.true(page.includes(boundsText(bounds)))
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

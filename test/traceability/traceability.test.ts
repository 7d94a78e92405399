/** Rule ids tie the forms together: none is undefined, none defined twice, and the page that shows them is fresh. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { allStates, allTransitions, chartOf } from '../../src/diagram/chart.js'
import { diagramName } from '../../src/diagram/draw.js'
import { machines } from '../../src/diagram/machines.js'
import { traceabilityPage } from '../../src/traceability/traceability-page.js'
import { readCheckout } from '../../src/traceability/read-checkout.js'
import { explained } from '../../src/traceability/reasons.js'
import { familyOf, holesOf, staleReasons, traceRules } from '../../src/traceability/rule-forms.js'

const checkout = join(import.meta.dirname, '..', '..', '..')

// Put together here, so that this file names no rule itself.
const rule = (family: string, number: number) => `${family}-${number}`
const a = rule('TREE', 9991)
const b = rule('TREE', 9992)
const c = rule('ACL', 9991)
const files = [
  {
    path: 'spec/tree/README.md',
    text: `# Tree\n\n**${b}** A second MUST.\n\n**${a}** A node MUST be\nwhere it is.\n\nSee ${c}.\n`,
  },
  { path: 'spec/acl/README.md', text: `**${c}** An ACL SHOULD.\n` },
  { path: 'spec/tree/tree-machine.ts', text: `meta: { rule: '${a}' }` },
  { path: 'spec/tree/scenarios/one.txt', text: `# ${a}` },
  { path: 'src/tree/apply.ts', text: `// ${a}, ${b}` },
  { path: 'src/mutants/list/tree.ts', text: `rules: ['${c}']` },
  { path: 'test/tree/apply.test.ts', text: `test('${a}: …')  test('LAMP-1')` },
]

test('a rule is traced to the files that name it, by form', (t) => {
  const { rules, undefinedIds, twice } = traceRules(files)
  t.deepEqual(
    rules.map(({ id }) => id),
    [a, b, c],
  )
  t.deepEqual(rules[0], {
    id: a,
    text: 'A node MUST be where it is.',
    prose: 'spec/tree/README.md',
    files: {
      machine: ['spec/tree/tree-machine.ts'],
      code: ['src/tree/apply.ts'],
      test: ['test/tree/apply.test.ts'],
      scenario: ['spec/tree/scenarios/one.txt'],
    },
  })
  t.deepEqual([undefinedIds, twice], [[], []])
})

test('a rule that lacks machine, code or test is a hole; prose and mutants fill none', (t) => {
  const { rules } = traceRules(files)
  t.deepEqual(
    rules.map((each) => holesOf(each)),
    [[], ['machine', 'test'], ['machine', 'code', 'test']],
  )
  const page = traceabilityPage({ rules, undefinedIds: [], twice: [] }, [])
  t.regex(page, /2 of 3 rules lack/)
  t.true(page.includes(`| ${b} | machine, test | A second MUST. |`))
})

test('a scenario is a test; a test may name a run of rules', (t) => {
  const scenario = { path: 'spec/tree/scenarios/two.txt', text: b }
  t.deepEqual(traceRules([...files, scenario]).rules.map((each) => holesOf(each))[1], ['machine'])
  const run = {
    path: 'test/acl/a.test.ts',
    text: `test('${rule('ACL', 9990)} to ${rule('ACL', 9995)}: all')`,
  }
  const traced = traceRules([...files, run])
  t.deepEqual(traced.rules[2]?.files.test, ['test/acl/a.test.ts'])
})

test('a form that a rule lacks for a reason is no hole; a reason for what is there is stale', (t) => {
  const traced = traceRules(files)
  const because = 'so it is'
  const why = [
    { rule: b, form: 'machine', because },
    { rule: a, form: 'code', because },
    { rule: rule('TREE', 9993), form: 'test', because },
  ] as const
  t.deepEqual(holesOf(traced.rules[1]!, why), ['test'])
  t.deepEqual(staleReasons(traced, why), [why[1], why[2]])
  const page = traceabilityPage(traced, why.slice(0, 1))
  t.true(page.includes(`| ${b} | test | A second MUST. |`))
  t.true(page.includes(`| ${b} | machine | so it is |`))
})

/** The families of what is built; of one that is being built, the page shows the holes. */
const built = ['TREE', 'SESSION', 'WATCHER', 'ACL', 'WIRE', 'SERVICE']

test('every rule of what is built has a machine, code and a test, or a reason that holds', (t) => {
  const traced = traceRules(readCheckout(checkout))
  const named = explained()
  const holes = traced.rules.filter(
    (each) => built.includes(familyOf(each.id)) && holesOf(each, named).length > 0,
  )
  t.deepEqual(
    holes.map(({ id }) => id),
    [],
  )
  t.deepEqual(staleReasons(traced, named), [])
  t.is(new Set(named.map(({ rule: id, form }) => `${id} ${form}`)).size, named.length)
})

test('an id that is named but not defined is found, in prose too', (t) => {
  const missing = rule('SESSION', 9999)
  const path = 'spec/tree/README.md'
  const { undefinedIds } = traceRules([...files, { path, text: `as ${missing} says` }])
  t.deepEqual(undefinedIds, [{ id: missing, path }])
})

test('an id that is defined twice is found', (t) => {
  const path = 'spec/wire/README.md'
  const { twice } = traceRules([...files, { path, text: `**${c}** Again.\n` }])
  t.deepEqual(twice, [{ id: c, paths: ['spec/acl/README.md', path] }])
})

test('every id that is named in this checkout is defined, once', (t) => {
  const { undefinedIds, twice } = traceRules(readCheckout(checkout))
  t.deepEqual(
    undefinedIds.map(({ id, path }) => `${id} in ${path}`),
    [],
  )
  t.deepEqual(twice, [])
})

test("every rule in a machine's meta is defined", (t) => {
  const defined = new Set(traceRules(readCheckout(checkout)).rules.map(({ id }) => id))
  for (const registered of machines) {
    const chart = chartOf(registered.machine)
    const named = [...allTransitions(chart), ...allStates(chart.root)].flatMap(({ rules }) => rules)
    for (const id of named) t.true(defined.has(id), `${id} in ${diagramName(registered)}`)
  }
  t.pass()
})

test('docs/traceability.md is fresh: `npm run traceability` renews it', (t) => {
  const page = readFileSync(join(checkout, 'docs', 'traceability.md'), 'utf8')
  t.true(page === traceabilityPage(traceRules(readCheckout(checkout)), explained()), 'the page is stale')
})

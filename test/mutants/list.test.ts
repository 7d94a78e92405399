/** The list of mutants: each patch still fits the build that it was written for, and makes a program of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import ts from 'typescript'
import { mutants } from '../../src/mutants/list/index.js'
import { applyMutant, builtFile } from '../../src/mutants/mutant.js'

const checkout = join(import.meta.dirname, '..', '..', '..')

test('there are at least forty, each with an id of its own', (t) => {
  t.true(mutants.length >= 40, `${mutants.length}`)
  t.is(new Set(mutants.map(({ id }) => id)).size, mutants.length)
})

// When a mutant is being tried, its own file is changed already.
const check = process.env['ZOOSPEC_MUTANT'] === undefined ? test : test.skip
check('each patch fits the built file once, and leaves a program behind', (t) => {
  const problems = mutants.flatMap((mutant) => {
    try {
      const text = applyMutant(mutant, readFileSync(join(checkout, builtFile(mutant)), 'utf8'))
      const { diagnostics = [] } = ts.transpileModule(text, {
        reportDiagnostics: true,
        fileName: 'mutated.js',
        compilerOptions: { allowJs: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
      })
      return diagnostics.map(
        ({ messageText }) => `${mutant.id}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      )
    } catch (error) {
      return [(error as Error).message]
    }
  })
  t.deepEqual(problems, [])
})
test('each says which rules it breaks', (t) => {
  t.deepEqual(
    mutants.filter(({ rules }) => rules.length === 0).map(({ id }) => id),
    [],
  )
})

/** The mutation harness itself: patches fit, verdicts are read right. */
import test from 'ava'
import { applyMutant, builtFile, MutantError, type Mutant } from '../../src/mutants/mutant.js'
import { firstFailure, passes } from '../../src/mutants/suite.js'
import { fate, formatTable } from '../../src/mutants/table.js'

const mutant: Mutant = {
  id: 'check-skipped',
  file: 'src/a/b.ts',
  find: 'version !== expected',
  replace: 'false',
  rules: ['LAMP-1'],
}

test('a patch replaces its one place', (t) => {
  t.is(applyMutant(mutant, 'if (version !== expected) fail()'), 'if (false) fail()')
  t.is(builtFile(mutant), 'dist/src/a/b.js')
})

test('a patch that no longer fits says which, where and how often', (t) => {
  const none = t.throws(() => applyMutant(mutant, 'nothing'), { instanceOf: MutantError })
  t.regex(none.message, /check-skipped.*0 times in dist\/src\/a\/b\.js/)
  const two = t.throws(() => applyMutant(mutant, 'version !== expected; version !== expected'))
  t.regex(two.message, /2 times/)
  t.throws(() => applyMutant({ ...mutant, replace: mutant.find }, mutant.find), {
    message: /changes nothing/,
  })
})

test('the verdict is the first test that TAP says is not ok', (t) => {
  const tap = 'TAP version 13\nok 1 - a\nok 2 - b # SKIP\nnot ok 3 - c › LAMP-1: d\nnot ok 4 - e\n'
  t.is(firstFailure(tap), 'c › LAMP-1: d')
  t.is(firstFailure('ok 1 - a\n'), undefined)
  t.is(passes(tap), 1)
})

test('the table names survivors and counts them', (t) => {
  const rows = [
    { mutant, verdict: { outcome: 'failed', by: 'c', seconds: 1 } },
    { mutant, verdict: { outcome: 'passed', tests: 3, seconds: 2 } },
    {
      mutant: { ...mutant, survives: 'no client can tell' },
      verdict: { outcome: 'passed', tests: 3, seconds: 2 },
    },
  ] as const
  const text = formatTable(rows)
  t.true(text.endsWith('3 mutants: 1 killed, 1 survive with a reason, 1 unnoticed'))
  t.regex(text, /NOTHING: it survives/)
  t.is(fate(rows[2]), 'survives: no client can tell')
})

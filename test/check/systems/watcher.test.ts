/** The watches' model: its states are counted, and mistakes in the machine are found. */
import test from 'ava'
import { patch } from '../../../spec/variants/patch.js'
import { watcher } from '../../../src/check/systems/watcher-system.js'
import { explore, firstBroken, variantOf } from './explore-system.js'

test('WATCHER-10: a connection can be in any mode in either table of two paths', async (t) => {
  const result = await explore(watcher({ connections: 1, paths: 2, watches: 4 }))
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  // None, standard, persistent, recursive in each table, but never persistent in one and recursive in the other.
  t.is(result.distinct, (4 * 4 - 2) ** 2)
})

test('two connections, of which neither is the first', async (t) => {
  const result = await explore(watcher({ connections: 2, paths: 1, watches: 4 }))
  t.is(result.verdict, 'holds')
  t.is(result.distinct, (14 * 15) / 2)
})

test('two connections and two paths, with few watches', async (t) => {
  const result = await explore(watcher({ watches: 2 }))
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  t.is(result.distinct, 89)
})

const inData = (mode: string, on: Readonly<Record<string, object>>) =>
  patch({ states: { watching: { states: { data: { states: { [mode]: { on } } } } } } })

test('WATCHER-80: a standard watch that fires twice is found', async (t) => {
  const change = inData('standard', { DATA_CHANGED: { target: null } })
  const [rule, , steps] = await firstBroken(watcher({}, variantOf('watcher', change)))
  t.deepEqual([rule, steps], ['WATCHER-12', 2])
})

test('WATCHER-11: a persistent watch that is used up is found', async (t) => {
  const change = inData('persistent', { CREATED: { target: 'none' } })
  const [rule, , steps] = await firstBroken(watcher({}, variantOf('watcher', change)))
  t.deepEqual([rule, steps], ['WATCHER-12', 2])
})

test('WATCHER-35: a change that is told as another is found', async (t) => {
  const change = inData('persistentRecursive', { DELETED: { actions: 'tellDataChanged' } })
  const [rule, , steps] = await firstBroken(watcher({}, variantOf('watcher', change)))
  t.deepEqual([rule, steps], ['WATCHER-35', 2])
})

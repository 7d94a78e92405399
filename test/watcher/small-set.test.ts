/** A set that is usually small is a set, whatever it is kept as. */
import test from 'ava'
import fc from 'fast-check'
import {
  anyOf,
  asKnown,
  countOf,
  type SmallSet,
  hasValue,
  valuesOf,
  withoutValue,
  withValue,
} from '../../src/watcher/small-set.js'

const change = fc.record({ adds: fc.boolean(), value: fc.nat(24) })

test('what is added and taken away leaves what a Set would hold, from none to many', (t) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      let few: SmallSet<number>
      const model = new Set<number>()
      for (const { adds, value } of changes) {
        few = adds ? withValue(few, value) : withoutValue(few, value)
        if (adds) model.add(value)
        else model.delete(value)
        t.deepEqual(valuesOf(few).sort(), [...model].sort())
        t.is(countOf(few), model.size)
        t.is(valuesOf(few).length, model.size)
        t.is(hasValue(few, value), adds)
        t.is(anyOf(few) === undefined, model.size === 0)
        t.is(few === undefined, model.size === 0)
      }
    }),
  )
})

test('a list of the values is not changed by what follows', (t) => {
  const few = withValue(withValue<string>('a', 'b'), 'c')
  const values = valuesOf(few)
  withoutValue(few, 'a')
  t.deepEqual(values, ['a', 'b', 'c'])
})

test('a value is given as it stands there, or as it was asked for', (t) => {
  const few = withValue<string>('/a', '/b')
  t.deepEqual([asKnown(few, '/b'), asKnown(few, '/c'), asKnown<string>('/a', '/a')], ['/b', '/c', '/a'])
})

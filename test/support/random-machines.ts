/** Random machines for the tests of both compilers: two levels, three states, each with none or two inside. */
import fc from 'fast-check'
import type { StateValue } from 'xstate'

/** Names of guards and of actions. */
export const letters = ['a', 'b', 'c', 'd'] as const

/** A leaf's path from xstate's nested state value. */
export function pathOf(value: StateValue): string {
  if (typeof value === 'string') return value
  return Object.entries(value)
    .map(([key, inner]) => `${key}.${pathOf(inner as StateValue)}`)
    .join(' ')
}

/** An action in words: its name, and the parameters that it is given. */
export const told = (name: string, params: unknown): string =>
  params === undefined ? name : `${name} ${JSON.stringify(params)}`

/**
 * Definitions of machines. `always`: with transitions that follow by themselves, each of which is guarded by `fuelled` and
 * takes the action `burn`, so that none goes round for ever; only an event's own transition may `fill`.
 */
export function randomMachines({ always }: { readonly always: boolean }) {
  const action = fc.oneof(
    fc.constantFrom<string>(...letters),
    fc.record({ type: fc.constantFrom(...letters), params: fc.record({ k: fc.nat(3) }) }),
  )
  const actions = fc.array(action, { maxLength: 2 })
  const own = always
    ? fc.tuple(actions, fc.boolean()).map(([some, fills]) => (fills ? [...some, 'fill'] : some))
    : actions
  return fc
    .record({ nested: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), hasFinal: fc.boolean() })
    .chain(({ nested, hasFinal }) => {
      const inner = nested.map((is, i) => (is ? [`s${i}.x`, `s${i}.y`] : []))
      const paths = ['#m.s0', '#m.s1', '#m.s2', ...inner.flat().map((path) => `#m.${path}`)]
      if (hasFinal) paths.push('#m.end')
      const target = fc.constantFrom(...paths)
      const transitionOf = fc.record(
        {
          target,
          guard: fc.constantFrom(...letters),
          actions: own,
          reenter: fc.boolean(),
          meta: fc.constant({ rule: 'TEST-1' }),
        },
        { requiredKeys: [] },
      )
      const on = fc.dictionary(
        fc.constantFrom('E', 'F', '*'),
        fc.array(transitionOf, { minLength: 1, maxLength: 3 }),
      )
      const fuelled = fc.record({
        type: fc.constant('fuelled'),
        params: fc.record({ by: fc.constantFrom(...letters) }),
      })
      const following = fc.array(fc.record({ target, guard: fuelled, actions: fc.constant(['burn']) }), {
        maxLength: 1,
      })
      const parts = { on, entry: actions, exit: actions }
      const state = always ? fc.record({ ...parts, always: following }) : fc.record(parts)
      return fc
        .tuple(
          fc.record(parts),
          fc.array(state, { minLength: 3, maxLength: 3 }),
          fc.array(state, { minLength: 6, maxLength: 6 }),
        )
        .map(([root, states, deeper]) => ({
          id: 'm',
          ...root,
          initial: 's0',
          states: {
            ...Object.fromEntries(
              states.map((each, i) => [
                `s${i}`,
                nested[i]
                  ? { ...each, initial: 'x', states: { x: deeper[2 * i], y: deeper[2 * i + 1] } }
                  : each,
              ]),
            ),
            ...(hasFinal ? { end: { type: 'final', entry: ['a'], exit: ['b'] } } : {}),
          },
        }))
    })
}

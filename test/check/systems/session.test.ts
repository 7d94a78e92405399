/** The sessions' model: its states are counted, and mistakes in the machine are found. */
import test from 'ava'
import { patch } from '../../../spec/variants/patch.js'
import { provide } from '../../../spec/variants/variant.js'
import { session } from '../../../src/check/systems/session-system.js'
import { explore, firstBroken, variantOf } from './explore-system.js'

test('one session and two connections: every state is found, and machine and model agree in each', async (t) => {
  const result = await explore(session({ sessions: 1 }))
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  t.is(result.distinct, 123)
})

test('SESSION-81: a session that can be renewed after its end was decided is found', async (t) => {
  const change = patch({
    states: { closing: { on: { RENEW: { target: 'attached', actions: ['takeOver', 'welcome'] } } } },
  })
  const [rule, , steps] = await firstBroken(session({ sessions: 1 }, variantOf('session', change)))
  t.deepEqual([rule, steps], ['SESSION-10', 4])
})

test('SESSION-31: a session that is given up before it is overdue is found', async (t) => {
  const change = provide({ guards: { isOverdue: () => true } })
  const [rule, , steps] = await firstBroken(session({ sessions: 1 }, variantOf('session', change)))
  t.deepEqual([rule, steps], ['SESSION-10', 3])
})

test('SESSION-33: every session can end, and one whose closing never takes effect is found', async (t) => {
  t.is((await explore(session({ sessions: 1 }), { liveness: true })).verdict, 'holds')
  const change = patch({ states: { closing: { on: { ENDED: null } } } })
  const stuck = session({ sessions: 1 }, variantOf('session', change))
  const { violations } = await explore(stuck, { liveness: true })
  t.is(violations[0]?.violation.kind, 'goal')
  t.is(violations[0]?.violation.rule, 'SESSION-33')
  t.is(violations[0]?.steps.length, 1)
})

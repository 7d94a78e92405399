/** Replay: the same steps on the spec as it is now, where they part from what was recorded, and what is broken at the end. */
import test from 'ava'
import type { Model } from '../../../src/check/model/model.js'
import { noPaint } from '../../../src/text/paint.js'
import { replay } from '../../../src/check/replay/replay-counterexample.js'
import { formatReplay } from '../../../src/check/report/format-replay.js'
import { ModelWalk } from '../../../src/check/replay/model-walk.js'
import { isRefusal } from '../../../src/check/replay/replayable.js'
import { model } from '../../support/lease-model.js'
import { bothWork } from '../../support/lease-paths.js'

const look = { width: 100, paint: noPaint }

test('on the same model the violation is still there, and every step is what was recorded', (t) => {
  const replayed = replay(bothWork(), new ModelWalk(model({ lease: true })))
  t.deepEqual([replayed.diverged, replayed.differs], [null, null])
  t.deepEqual(replayed.steps, bothWork().steps)
  t.deepEqual(replayed.violation, bothWork().violation)
  t.regex(formatReplay(bothWork(), replayed, look), /still there\nbroken after step 7: LEASE-9/)
})

test('on a mended model a step is refused: which, and what is allowed there instead', (t) => {
  const replayed = replay(bothWork(), new ModelWalk(model({ lease: false })))
  t.is(replayed.diverged?.at, 4)
  t.is(replayed.violation, null)
  t.regex(
    formatReplay(bothWork(), replayed, look),
    /step 4 is not allowed any more: the lease ends\n {2}no rule allows it here; allowed are\n {4}client 1 works\n {4}client 1 crashes\n {4}client 2 crashes\n\ngone:/,
  )
})

test('a step that does something else is told, and what is broken instead', (t) => {
  const lease = model({ lease: true })
  const other: typeof lease = {
    ...lease,
    show: (state) => ({ ...lease.show(state), 'client 1': `${lease.show(state)['client 1']}!` }),
    invariants: [{ rule: 'LEASE-8', name: 'nobody works', broken: () => null }],
    mayEnd: () => false,
  }
  const replayed = replay(bothWork(), new ModelWalk(other))
  t.is(replayed.differs, 0)
  const late = { ...other, show: lease.show, tell: () => ({ text: 'else', rules: [] }) }
  t.is(replay(bothWork(), new ModelWalk(late)).differs, 1)
  const broken = {
    ...late,
    invariants: [{ rule: 'LEASE-8', name: 'no client asks', broken: () => 'one does' }],
  }
  const early = replay(bothWork(), new ModelWalk(broken))
  t.is(early.steps.length, 0)
  t.regex(
    formatReplay(bothWork(), early, look),
    /another violation than the one that was recorded \(LEASE-9\)\nbroken at the start: LEASE-8/,
  )
})

/** Counts up to an end; `trap` is a number from which no step leads on. */
function counter(trap: number | undefined, goal: number | undefined): Model<number, number> {
  return {
    name: 'counter',
    processes: [],
    initial: () => [0, 10],
    actions: (state) => (state === trap || state >= 15 ? [] : [1, 2]),
    next: (state, action) => state + action,
    invariants: [],
    tell: (before, action) => ({ text: `${before} + ${action}`, rules: [] }),
    show: (state) => ({ count: String(state) }),
    ...(goal === undefined
      ? { mayEnd: (state: number) => state !== trap }
      : {
          mayEnd: () => true,
          goal: {
            rule: 'COUNT-1',
            name: 'it comes to its goal',
            holds: (state) => state === goal,
            isFault: () => false,
          },
        }),
  }
}

test('a state from which nothing leads on is stuck, unless it may end', (t) => {
  const walk = new ModelWalk(counter(3, undefined))
  walk.start()
  t.is(walk.violation(true), null)
  walk.step(1)
  walk.step(2)
  t.is(walk.violation(true)?.kind, 'deadlock')
})

test('a goal that no path reaches any more is a violation, looked for when it is asked for', (t) => {
  const walk = new ModelWalk(counter(undefined, 2))
  walk.start()
  t.is(walk.violation(true), null)
  walk.step(1)
  walk.step(2)
  t.is(walk.violation(false), null)
  t.deepEqual(walk.violation(true), {
    kind: 'goal',
    rule: 'COUNT-1',
    name: 'it comes to its goal',
    found: 'none of the 14 states that can follow without a fault',
  })
})

test('of several first states, the one that shows what was recorded', (t) => {
  const walk = new ModelWalk(counter(undefined, undefined))
  t.deepEqual(walk.start({ count: '10' }), { count: '10' })
  const refused = walk.step(3)
  t.deepEqual(isRefusal(refused) && refused.allowed.map(({ text }) => text), ['10 + 1', '10 + 2'])
})

/** A learner's connection as its leader sees it: its machine, and the turns that leaders take of it. */
import test from 'ava'
import { initialTransition, transition } from 'xstate'
import {
  firstStage,
  learnerHandlerMachine,
  type LearnerHandlerEvent,
  type Stage,
  stageAfter,
} from '../../../spec/broadcast/learner-handler-machine.js'
import type { LeaderContext } from '../../../spec/broadcast/leader-context.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'
import { machinesOf } from '../../../src/check/systems/ensemble-system.js'
import { walkEnsemble, watched } from '../../support/ensemble-walks.js'

const turns = allTransitions(chartOf(learnerHandlerMachine))

test('BROADCAST-23 to BROADCAST-39: a stage is followed by the one that the machine says', (t) => {
  t.is(firstStage, initialTransition(learnerHandlerMachine)[0].value)
  t.is(turns.length, 7)
  const events = [...new Set(turns.map(({ event }) => event))] as LearnerHandlerEvent['type'][]
  const stages = Object.keys(learnerHandlerMachine.states) as Stage[]
  for (const stage of stages) {
    for (const type of events) {
      const before = learnerHandlerMachine.resolveState({ value: stage })
      const isTaken = learnerHandlerMachine.getTransitionData(before, { type }).length > 0
      if (isTaken) t.is(stageAfter(stage, type), transition(learnerHandlerMachine, before, { type })[0].value)
      else t.throws(() => stageAfter(stage, type), { message: `a learner that is ${stage} takes no ${type}` })
    }
  }
})

/** What a step of a leader may do to one learner: one turn, or two, one right behind the other. */
const direct = new Set(turns.map(({ source, target }) => `${source} ${target}`))
const double = new Set(
  turns.flatMap((one) =>
    turns.flatMap((other) => (one.target === other.source ? [`${one.source} ${other.target}`] : [])),
  ),
)

test('BROADCAST-23 to BROADCAST-39: leaders take every turn of it, and no other', (t) => {
  const seen = new Set<string>()
  const { server, follower, leader } = machinesOf()
  const watch = (
    _: string,
    before: LeaderContext,
    __: unknown,
    step: { context: LeaderContext } | null,
  ): void => {
    for (const { sid, stage } of step?.context.learners ?? []) {
      const was = before.learners.find((learner) => learner.sid === sid)?.stage ?? firstStage
      if (was !== stage) seen.add(`${was} ${stage}`)
    }
  }
  const machines = { server, follower, leader: watched(leader, watch) }
  for (const bounds of [
    { servers: 3, epochs: 2, transactions: 2, crashes: 1, partitions: 1 },
    { servers: 3, observers: 1, epochs: 1, transactions: 1, crashes: 0 },
  ])
    walkEnsemble(machines, bounds, { walks: 30, steps: 60, seed: 11 })
  // One that comes again begins anew.
  const wrong = [...seen].filter(
    (pair) => !direct.has(pair) && !double.has(pair) && !pair.endsWith(firstStage),
  )
  t.deepEqual(wrong, [])
  const isTaken = ({ source, target }: { source: string; target: string | undefined }): boolean =>
    [...seen].some((pair) => {
      const [from = '', to = ''] = pair.split(' ')
      const isFirst = from === source && (to === target || direct.has(`${target} ${to}`))
      return isFirst || (to === target && direct.has(`${from} ${source}`))
    })
  t.deepEqual(
    turns.filter((turn) => !isTaken(turn)).map(({ source, event }) => `${source} ${event}`),
    [],
  )
})

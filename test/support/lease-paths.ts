/** Paths of the lease model: the one that breaks it, and one with a crash and a lost message. */
import type { Counterexample, ModelRequest } from '../../src/check/model/counterexample.js'
import type { Model } from '../../src/check/model/model.js'
import { counterexampleFrom, ModelWalk } from '../../src/check/replay/model-walk.js'
import { model, type LeaseAction } from './lease-model.js'

export const breaking: readonly LeaseAction[] = [
  { kind: 'ask', client: 0 },
  { kind: 'ask', client: 1 },
  { kind: 'take ask' },
  { kind: 'expire' },
  { kind: 'take ask' },
  { kind: 'take grant' },
  { kind: 'take grant' },
]

/** A path of a model as a counterexample. Throws when an action isn't allowed, or nothing is broken at the end. */
export function counterexampleOf<State, Action>(
  of: Model<State, Action>,
  request: ModelRequest,
  actions: readonly Action[],
): Counterexample {
  const walk = new ModelWalk(of)
  const first = walk.state
  walk.take(actions)
  const violation = walk.violation(true)
  if (violation === null) throw new Error('nothing is broken at the end of the path')
  return counterexampleFrom(of, request, first, actions, violation)
}

/** Both clients work, after the lease of one has ended. */
export function bothWork(modelFile = 'lease'): Counterexample {
  const bounds = { lease: true }
  return counterexampleOf(model(bounds), { model: modelFile, bounds }, breaking)
}

/** The same violation claimed of a path with a crash, a lost message and one that is under way: for drawing. */
export function withCrash(): Counterexample {
  const bounds = { lease: true }
  const broken = model(bounds)
  const sloppy = {
    ...broken,
    invariants: [
      {
        rule: 'LEASE-9',
        name: 'at most one client works',
        broken: () => 'client 1 crashes and client 2 is given the lock',
      },
    ],
  }
  return counterexampleOf(sloppy, { model: 'lease', bounds }, [
    { kind: 'ask', client: 0 },
    { kind: 'take ask' },
    { kind: 'ask', client: 1 },
    { kind: 'crash', client: 0 },
    { kind: 'expire' },
    { kind: 'take ask' },
  ])
}

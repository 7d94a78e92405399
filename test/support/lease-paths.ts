/** Paths of the lease model: the one that breaks it, and one with a crash and a lost message. */
import { counterexampleOf } from '../../src/check/replay/replay-model.js'
import type { Counterexample } from '../../src/check/counterexample.js'
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

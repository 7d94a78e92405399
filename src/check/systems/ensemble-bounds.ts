/** What ensembles are explored with: how each is made up, and how often each thing may happen. */
import type { ComposedSetup } from '../../../spec/ensemble/composed-network.js'
import type { EnsembleSetup } from '../../../spec/ensemble/ensemble-network.js'
import type { View, World, WorldAction, WorldStep } from '../../../spec/ensemble/ensemble-world.js'
import type { Budget, Budgeted } from './budget.js'

/** How often each thing may happen. */
export interface Counts {
  /** Writes that clients ask the leader for. */
  readonly transactions: number
  /** Writes that clients ask a learner for. */
  readonly forwarded: number
  readonly crashes: number
  /** Links that are cut. */
  readonly partitions: number
  /** Snapshots that servers take while they serve. */
  readonly snapshots: number
  /** Writes to a log that fail. */
  readonly errors: number
}

export interface Bounds extends Omit<EnsembleSetup, 'anyTie' | 'counterLimit'>, Counts {
  /** Elections, so epochs. */
  readonly epochs: number
  /** Servers are alike but for their names: states that differ only in names are one, and equal votes may go either way. */
  readonly symmetry: boolean
}

export const defaultBounds: Bounds = {
  servers: 3,
  observers: 0,
  epochs: 2,
  transactions: 1,
  forwarded: 0,
  crashes: 1,
  partitions: 0,
  snapshots: 0,
  errors: 0,
  history: 0,
  snap: false,
  symmetry: true,
}

export interface ComposedBounds extends Omit<ComposedSetup, 'counterLimit'>, Counts {}

export const defaultComposedBounds: ComposedBounds = {
  servers: 2,
  observers: 0,
  rounds: 3,
  transactions: 2,
  forwarded: 0,
  crashes: 1,
  partitions: 0,
  snapshots: 0,
  errors: 0,
  history: 0,
  snap: false,
  capacity: 1,
}

/** What may happen a number of times. */
export type Cost =
  'elections' | 'transactions' | 'forwarded' | 'crashes' | 'partitions' | 'snapshots' | 'diskErrors'

export type BudgetedWorld = Budgeted<World, Cost>
export type BudgetedStep = WorldStep & { readonly world: BudgetedWorld }

/** The budget of some bounds; elections that go message by message cost nothing. */
export function budgetOf(
  { transactions, forwarded, crashes, partitions, snapshots, errors }: Counts,
  elections: number,
): Budget<Cost> {
  return { elections, transactions, forwarded, crashes, partitions, snapshots, diskErrors: errors }
}

/** What a step costs; null when it may always be taken. */
export function costOf({ action }: { readonly action: WorldAction }, views: readonly View[]): Cost | null {
  switch (action.do) {
    case 'elect':
      return 'elections'
    case 'request':
      return views[action.server - 1]!.life === 'leading' ? 'transactions' : 'forwarded'
    case 'crash':
      return 'crashes'
    case 'snapshot':
      return 'snapshots'
    case 'disk error':
      return 'diskErrors'
    case 'cut':
      return 'partitions'
    case 'join':
    case 'give up':
    case 'start':
    case 'heal':
      return null
  }
}

/** Why the goal may be out of reach: with all elections spent, a leader that is lost has no successor. */
export function excuseWithoutElections(
  { left }: BudgetedWorld,
  views: readonly View[],
): 'over' | 'last try' | null {
  if (left.elections > 0) return null
  return views.some(({ life }) => life === 'leading') ? 'last try' : 'over'
}

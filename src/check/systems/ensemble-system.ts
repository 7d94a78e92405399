/** The ensemble for the checker: the spec's network, its machines compiled. */
import { followerMachine } from '../../../spec/broadcast/follower-machine.js'
import { leaderMachine } from '../../../spec/broadcast/leader-machine.js'
import type { Packet } from '../../../spec/broadcast/broadcast-types.js'
import { serverMachine } from '../../../spec/ensemble/server-machine.js'
import { type EnsembleSetup, ensembleNetwork, type Seen } from '../../../spec/ensemble/ensemble-network.js'
import type { Event, Machines, Server } from '../../../spec/ensemble/ensemble-server.js'
import type { View, World } from '../../../spec/ensemble/ensemble-world.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { compilePure } from '../../machine/compile-pure.js'
import type { Network } from '../model/network.js'
import { withinBudget } from './budget.js'
import {
  type Bounds,
  type BudgetedStep,
  type BudgetedWorld,
  budgetOf,
  costOf,
  defaultBounds,
  excuseWithoutElections,
} from './ensemble-bounds.js'
import { symmetryOf } from './ensemble-symmetry.js'

/** Where a model is to come to the end of an epoch's counters. */
type CounterLimit = Pick<EnsembleSetup, 'counterLimit'>

/** Within bounds. */
export interface EnsembleNetwork extends Network<Server, Event, Packet, BudgetedWorld, Seen, View> {
  worldSteps(world: BudgetedWorld, views: readonly View[]): readonly BudgetedStep[]
}
/** As the spec has it: nothing ends. */
export type UnboundedEnsemble = Network<Server, Event, Packet, World, Seen, View>

/** The spec as it is, or a variant of it, within bounds. */
export function ensemble(bounds: Partial<Bounds & CounterLimit> = {}, variant?: Variant): EnsembleNetwork {
  return ensembleOf(machinesOf(variant), bounds)
}

/** An ensemble whose servers run on some machines. */
export function ensembleOf(machines: Machines, bounds: Partial<Bounds & CounterLimit>): EnsembleNetwork {
  const all = { ...defaultBounds, ...bounds }
  const network = ensembleNetwork(machines, { ...all, anyTie: all.symmetry })
  return {
    ...network,
    ...withinBudget(network, budgetOf(all, all.epochs), costOf),
    goal: { ...network.goal, excuse: excuseWithoutElections },
    ...(all.symmetry ? { symmetry: symmetryOf<BudgetedWorld>(all) } : {}),
  }
}

/** The spec as it is, or a variant of it, without bounds: for scenarios, which choose the steps. */
export function unboundedEnsemble(setup: EnsembleSetup, variant?: Variant): UnboundedEnsemble {
  return ensembleNetwork(machinesOf(variant), setup)
}

/** The machines of a server, compiled. */
export function machinesOf(variant?: Variant): Machines {
  return {
    server: compilePure(varied(serverMachine, variant)),
    follower: compilePure(varied(followerMachine, variant)),
    leader: compilePure(varied(leaderMachine, variant)),
  }
}

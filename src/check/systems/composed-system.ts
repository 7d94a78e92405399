/** The ensemble with its elections message by message, for the checker: the spec's network, all machines compiled. */
import { electionMachine } from '../../../spec/election/election-machine.js'
import { composedNetwork, type ComposedView } from '../../../spec/ensemble/composed-network.js'
import type { ComposedEvent, ComposedLocal, Message } from '../../../spec/ensemble/composed-server.js'
import type { Seen } from '../../../spec/ensemble/ensemble-network.js'
import type { StepElection } from '../../../spec/election/step-election.js'
import type { Machines } from '../../../spec/ensemble/ensemble-server.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import type { Network } from '../model/network.js'
import { withinBudget } from './budget.js'
import {
  type BudgetedWorld,
  budgetOf,
  type ComposedBounds,
  costOf,
  defaultComposedBounds,
} from './ensemble-bounds.js'
import { machinesOf } from './ensemble-system.js'
import { compiledElection } from './compiled-election.js'

export type ComposedSystem = Network<ComposedLocal, ComposedEvent, Message, BudgetedWorld, Seen, ComposedView>

/** The spec as it is, or a variant of it, within bounds. */
export function composed(bounds: Partial<ComposedBounds> = {}, variant?: Variant): ComposedSystem {
  const all = { ...defaultComposedBounds, ...bounds }
  const election = compiledElection(varied(electionMachine, variant))
  return composedWithin(machinesOf(variant), election, all)
}

/** The same on some machines. */
export function composedWithin(
  machines: Machines,
  election: StepElection,
  bounds: ComposedBounds,
): ComposedSystem {
  const network = composedNetwork(machines, election, bounds)
  return { ...network, ...withinBudget(network, budgetOf(bounds, 0), costOf) }
}

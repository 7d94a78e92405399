/** The ensemble with its elections message by message, for the checker: the spec's network, all machines compiled. */
import { electionMachine } from '../../../spec/election/machine.js'
import {
  type ComposedBounds,
  composedNetwork,
  type ComposedView,
  defaultComposedBounds,
} from '../../../spec/ensemble/composed.js'
import type { ComposedEvent, ComposedLocal, Message } from '../../../spec/ensemble/composed-server.js'
import type { Seen } from '../../../spec/ensemble/network.js'
import type { World } from '../../../spec/ensemble/world.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import type { Network } from '../network.js'
import { machinesOf } from './ensemble.js'
import { compiledElection } from './step.js'

export type ComposedSystem = Network<ComposedLocal, ComposedEvent, Message, World, Seen, ComposedView>

/** The spec as it is, or a variant of it, within bounds. */
export function composed(bounds: Partial<ComposedBounds> = {}, variant?: Variant): ComposedSystem {
  return composedNetwork(machinesOf(variant), compiledElection(varied(electionMachine, variant)), {
    ...defaultComposedBounds,
    ...bounds,
  })
}

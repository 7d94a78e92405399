/** One epoch of broadcast for the checker: the spec's network, its machines compiled. */
import {
  broadcastNetwork,
  defaultBroadcastBounds,
  type BroadcastBounds,
  type BroadcastEvent,
} from './broadcast/broadcast-network.js'
import type { Packet } from '../../../spec/broadcast/broadcast-types.js'
import type { Seen } from '../../../spec/ensemble/ensemble-network.js'
import type { Server } from '../../../spec/ensemble/ensemble-server.js'
import type { View } from '../../../spec/ensemble/ensemble-world.js'
import type { Variant } from '../../../spec/variants/variant.js'
import type { Network } from '../model/network.js'
import type { BudgetedWorld } from './ensemble-bounds.js'
import { machinesOf } from './ensemble-system.js'

export type BroadcastNetwork = Network<Server, BroadcastEvent, Packet, BudgetedWorld, Seen, View>

/** The spec as it is, or a variant of it, within bounds. */
export function broadcast(bounds: Partial<BroadcastBounds> = {}, variant?: Variant): BroadcastNetwork {
  return broadcastNetwork(machinesOf(variant), { ...defaultBroadcastBounds, ...bounds })
}

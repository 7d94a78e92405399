/** One epoch of broadcast for the checker: the spec's network, its machines compiled. */
import {
  broadcastNetwork,
  defaultBroadcastBounds,
  type BroadcastBounds,
  type BroadcastEvent,
} from '../../../spec/broadcast/network.js'
import type { Packet } from '../../../spec/broadcast/types.js'
import type { Seen } from '../../../spec/ensemble/network.js'
import type { Server } from '../../../spec/ensemble/server.js'
import type { View, World } from '../../../spec/ensemble/world.js'
import type { Variant } from '../../../spec/variants/variant.js'
import type { Network } from '../network.js'
import { machinesOf } from './ensemble.js'

export type BroadcastNetwork = Network<Server, BroadcastEvent, Packet, World, Seen, View>

/** The spec as it is, or a variant of it, within bounds. */
export function broadcast(bounds: Partial<BroadcastBounds> = {}, variant?: Variant): BroadcastNetwork {
  return broadcastNetwork(machinesOf(variant), { ...defaultBroadcastBounds, ...bounds })
}

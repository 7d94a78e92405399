/** The ensemble for the checker: the spec's network, its machines compiled. */
import { followerMachine } from '../../../spec/broadcast/follower.js'
import { leaderMachine } from '../../../spec/broadcast/leader.js'
import type { Packet } from '../../../spec/broadcast/types.js'
import { serverMachine } from '../../../spec/ensemble/machine.js'
import { defaultBounds, ensembleNetwork, type Bounds, type Seen } from '../../../spec/ensemble/network.js'
import type { Event, Machines, Server } from '../../../spec/ensemble/server.js'
import type { View, World } from '../../../spec/ensemble/world.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { compilePure } from '../../machine/compile-pure.js'
import type { Network } from '../network.js'

export type EnsembleNetwork = Network<Server, Event, Packet, World, Seen, View>

/** The spec as it is, or a variant of it, within bounds. */
export function ensemble(bounds: Partial<Bounds> = {}, variant?: Variant): EnsembleNetwork {
  return ensembleOf(machinesOf(variant), bounds)
}

/** An ensemble whose servers run on some machines. */
export function ensembleOf(machines: Machines, bounds: Partial<Bounds>): EnsembleNetwork {
  return ensembleNetwork(machines, { ...defaultBounds, ...bounds })
}

/** The machines of a server, compiled. */
export function machinesOf(variant?: Variant): Machines {
  return {
    server: compilePure(varied(serverMachine, variant)),
    follower: compilePure(varied(followerMachine, variant)),
    leader: compilePure(varied(leaderMachine, variant)),
  }
}

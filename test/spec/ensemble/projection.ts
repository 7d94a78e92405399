/** What two networks of an ensemble have in common: what is on disk, and what the world knows; not who looks for whom. */
import type { Server } from '../../../spec/ensemble/ensemble-server.js'
import type { BudgetedWorld } from '../../../src/check/systems/ensemble-bounds.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import type { Network } from '../../../src/check/model/network.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { walk } from '../../../src/runtime/check/walk-space.js'

type Watched<Local> = Network<Local, never, never, BudgetedWorld, never, never>

function worldText({ left, established, proposed, committed }: BudgetedWorld): string {
  const { crashes, transactions, snapshots, diskErrors } = left
  return JSON.stringify([established, proposed, committed, crashes, transactions, snapshots, diskErrors])
}

/** Each value is written once: the explorer keeps one of each. */
function remembered<Value extends object>(text: (value: Value) => string): (value: Value) => string {
  const known = new WeakMap<Value, string>()
  return (value) => {
    const found = known.get(value) ?? text(value)
    known.set(value, found)
    return found
  }
}

/** Random walks, where a network is too large to be explored. */
export interface Walks {
  readonly walks: number
  readonly depth: number
  readonly seed: number
}

/** All that the states of a network come to: of all states, or of those that walks meet. */
export async function projections<Local extends object>(
  network: object,
  serverOf: (local: Local) => Server,
  walks?: Walks,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  const disk = remembered((local: Local & object) => JSON.stringify(serverOf(local).peer.disk))
  const history = remembered(worldText)
  const watching = {
    rule: '',
    name: 'it is looked at',
    broken({ locals, world }: { readonly locals: readonly Local[]; readonly world: BudgetedWorld }) {
      seen.add(`${locals.map(disk).join(' ')} ${history(world)}`)
      return null
    },
  }
  const invariants = { world: [], each: [], pair: [], known: [], all: [watching] }
  const watched = { ...(network as Watched<Local>), invariants }
  const request = requestOf('watched')
  if (walks !== undefined) {
    await walk(networkSpace(watched), { request, ...walks })
    return seen
  }
  const { exhausted } = await check(networkSpace(watched), { request })
  if (!exhausted) throw new Error('not all states were looked at')
  return seen
}

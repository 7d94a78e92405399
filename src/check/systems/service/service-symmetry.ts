/**
 * Clients are interchangeable: all have the same alphabet, and nothing in the service depends on the order of session ids.
 * A state stands for all that differ from it only in the names of clients: the one in which clients are sorted by all that is theirs.
 */
import { nodesOf, type ServiceState } from './plain-state.js'

/** The clients' old places in the order of the new ones. */
export function canonicalPlaces(state: ServiceState): readonly number[] {
  const nodes = nodesOf(state)
  const { clients } = state
  const keys = clients.map((client, at) => {
    const owned = nodes.filter(({ owner }) => owner === at + 1).map(({ path }) => path)
    return owned.length === 0 ? client : `${client} ${owned.join(' ')}`
  })
  return clients
    .map((_, at) => at)
    .sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b))
}

/** The state in which the clients have changed places. */
export function rename(state: ServiceState, places: readonly number[]): ServiceState {
  if (places.every((from, to) => from === to)) return state
  return {
    ...state,
    clients: places.map((from) => state.clients[from]!),
    nodes: JSON.stringify(
      nodesOf(state).map((node) =>
        typeof node.owner === 'number' && node.owner > 0
          ? { ...node, owner: places.indexOf(node.owner - 1) + 1 }
          : node,
      ),
    ),
  }
}

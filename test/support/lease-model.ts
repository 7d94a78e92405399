/**
 * A small system with a mistake in it, for tests of what shows, keeps and replays counterexamples: two clients and a lock
 * with a lease. `lease: true` lets the lease end while the holder still works; `false` does not.
 */
import type { Model, Told } from '../../src/check/model/model.js'

export interface Lease {
  readonly clients: readonly ('idle' | 'waits' | 'works' | 'down')[]
  readonly holder: number | null
  /** To the lock, and from it. */
  readonly asks: readonly number[]
  readonly grants: readonly number[]
}

export type LeaseAction =
  | { readonly kind: 'ask'; readonly client: number }
  | { readonly kind: 'take ask' }
  | { readonly kind: 'take grant' }
  | { readonly kind: 'expire' }
  | { readonly kind: 'crash'; readonly client: number }

const lock = 2
const name = (client: number) => `client ${client + 1}`

function next(state: Lease, action: LeaseAction): Lease {
  const set = (client: number, life: Lease['clients'][number]) =>
    state.clients.map((each, at) => (at === client ? life : each))
  switch (action.kind) {
    case 'ask':
      return { ...state, clients: set(action.client, 'waits'), asks: [...state.asks, action.client] }
    case 'take ask': {
      const client = state.asks[0]!
      return { ...state, asks: state.asks.slice(1), holder: client, grants: [...state.grants, client] }
    }
    case 'take grant':
      return { ...state, clients: set(state.grants[0]!, 'works'), grants: state.grants.slice(1) }
    case 'expire':
      return { ...state, holder: null }
    case 'crash':
      return {
        ...state,
        clients: set(action.client, 'down'),
        asks: state.asks.filter((client) => client !== action.client),
        grants: state.grants.filter((client) => client !== action.client),
      }
  }
}

function tell(before: Lease, action: LeaseAction): Told {
  const rules = ['LEASE-1']
  switch (action.kind) {
    case 'ask': {
      const { client } = action
      const messages = [{ from: client, to: lock, text: 'ask', as: 'sent' as const }]
      return { text: `${name(client)} asks for the lock`, rules, process: client, messages }
    }
    case 'take ask': {
      const client = before.asks[0]!
      return {
        text: `the lock is given to ${name(client)}`,
        rules: ['LEASE-2'],
        process: lock,
        messages: [
          { from: client, to: lock, text: 'ask', as: 'taken' },
          { from: lock, to: client, text: 'grant', as: 'sent' },
        ],
      }
    }
    case 'take grant': {
      const client = before.grants[0]!
      const messages = [{ from: lock, to: client, text: 'grant', as: 'taken' as const }]
      return { text: `${name(client)} works`, rules, process: client, messages }
    }
    case 'expire':
      return { text: 'the lease ends', rules: ['LEASE-3'], process: lock }
    case 'crash': {
      const lost = before.grants.filter((client) => client === action.client)
      return {
        text: `${name(action.client)} crashes`,
        rules: [],
        process: action.client,
        messages: lost.map((client) => ({ from: lock, to: client, text: 'grant', as: 'lost' as const })),
      }
    }
  }
}

/** The model, by its bounds: what a file that `--model` names exports. */
export function model(
  bounds: Readonly<Record<string, number | string | boolean>>,
): Model<Lease, LeaseAction> {
  return {
    name: 'lease',
    processes: ['client 1', 'client 2', 'lock'],
    initial: () => [{ clients: ['idle', 'idle'], holder: null, asks: [], grants: [] }],
    actions: ({ clients, holder, asks, grants }) => {
      const ends = bounds['lease'] === true || (holder !== null && clients[holder] === 'down')
      return [
        ...clients.flatMap((life, client): LeaseAction[] =>
          life === 'idle' ? [{ kind: 'ask', client }] : [],
        ),
        ...(asks.length > 0 && holder === null ? [{ kind: 'take ask' } as const] : []),
        ...(grants.length > 0 ? [{ kind: 'take grant' } as const] : []),
        ...(holder !== null && ends ? [{ kind: 'expire' } as const] : []),
        ...clients.flatMap((life, client): LeaseAction[] =>
          life === 'works' || life === 'waits' ? [{ kind: 'crash', client }] : [],
        ),
      ]
    },
    next,
    mayEnd: () => true,
    invariants: [
      {
        rule: 'LEASE-9',
        name: 'at most one client works',
        broken: ({ clients }) =>
          clients.every((life) => life === 'works') ? 'client 1 and client 2 both work' : null,
      },
    ],
    tell,
    show: ({ clients, holder, asks, grants }) => ({
      'client 1': clients[0]!,
      'client 2': clients[1]!,
      lock: `holder=${holder === null ? 'nobody' : name(holder)} asks=[${asks.map(name).join(', ')}] grants=[${grants.map(name).join(', ')}]`,
    }),
  }
}

/**
 * The whole of an ensemble beside its servers: which links are cut, and the history that the
 * invariants look at, which no server sees. What may happen next is in world-steps.ts and elections.ts.
 */
import type { Note, Txn } from '../broadcast/broadcast-types.js'
import { epochOf, formatZxid, type Sid, type Zxid } from '../broadcast/zxid.js'
import type { Event, Life } from './ensemble-server.js'

export interface World {
  /** Requests of clients so far; the next one gets the next number. */
  readonly requests: number
  /** Pairs of servers that do not reach each other, smaller sid first. */
  readonly cut: readonly (readonly [Sid, Sid])[]
  readonly established: readonly { readonly epoch: number; readonly leader: Sid }[]
  readonly proposed: readonly Txn[]
  /** What leaders committed, in the order of their commits; all that an established leader has is committed. */
  readonly committed: readonly Txn[]
  /** What a step did that no state shows. */
  readonly broken: { readonly rule: string; readonly found: string } | null
}

/** What the world may see of a server. */
export interface View {
  readonly life: Life
  /** Whom it follows; itself when it leads. */
  readonly leader: Sid
  /** Its vote, while it looks. */
  readonly epoch: number
  readonly zxid: Zxid
  /** It is in broadcast. */
  readonly isServing: boolean
  /** The latest epoch that it promised to follow (BROADCAST-12). */
  readonly acceptedEpoch: number
  /** How many transactions it serves. */
  readonly served: number
  /** It serves, and has proposals that it hasn't applied or logged. */
  readonly isBehind: boolean
  readonly isStuck: boolean
  /** It leads, a quorum has answered it, and no quorum has accepted its epoch: some had accepted it before (BROADCAST-25). */
  readonly isUnaccepted: boolean
  /** It writes to its log, or has something to write. */
  readonly writesLog: boolean
  readonly canSave: boolean
}

export const viewOf = (views: readonly View[], sid: Sid): View => views[sid - 1]!

/** Something that may happen. */
export interface WorldStep {
  readonly action: WorldAction
  readonly world: World
  readonly events: readonly { readonly process: number; readonly event: Event }[]
  readonly crashed: readonly number[]
  readonly cut: readonly (readonly [number, number])[]
  readonly isFault: boolean
  readonly text: string
  readonly rules: readonly string[]
}

export type WorldAction =
  | { readonly do: 'elect'; readonly leader: Sid; readonly quorum: readonly Sid[] }
  | { readonly do: 'join'; readonly server: Sid; readonly leader: Sid }
  | { readonly do: 'request'; readonly server: Sid }
  | { readonly do: 'snapshot' | 'give up' | 'crash' | 'start' | 'disk error'; readonly server: Sid }
  | { readonly do: 'cut' | 'heal'; readonly between: readonly [Sid, Sid] }

/** What a step of the world leaves out. */
export const none = { events: [], crashed: [], cut: [], isFault: false } as const

export function newWorld(past: readonly Txn[]): World {
  return {
    requests: past.length,
    cut: [],
    established: [],
    proposed: past,
    committed: past,
    broken: null,
  }
}

export function reaches({ cut }: World, a: Sid, b: Sid): boolean {
  return !cut.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
}

/** The world after what a server did. */
export function learn(world: World, note: Note): World {
  switch (note.type) {
    case 'proposed':
      return { ...world, proposed: [...world.proposed, note.txn] }
    case 'committed':
      return commit(world, note.txn)
    case 'established': {
      const { epoch, leader, history } = note
      const established = [...world.established, { epoch, leader }]
      // A leader that is established late, after one of a later epoch, can't have what that one committed.
      const earlier = world.committed.filter(({ zxid }) => epochOf(zxid) < epoch)
      const lost = earlier.find(({ request }) => !history.some((txn) => txn.request === request))
      const known: World = { ...world, established }
      if (lost !== undefined) {
        const found = `server ${leader} leads epoch ${epoch} without ${formatZxid(lost.zxid)} (write ${lost.request}), which was committed`
        return { ...known, broken: world.broken ?? { rule: 'BROADCAST-71', found } }
      }
      return history.reduce(commit, known)
    }
  }
}

function commit(world: World, txn: Txn): World {
  if (world.committed.some(({ request }) => request === txn.request)) return world
  const last = world.committed.at(-1)
  const committed = [...world.committed, txn]
  if (last !== undefined && last.zxid >= txn.zxid) {
    const found = `${formatZxid(txn.zxid)} is committed after ${formatZxid(last.zxid)}`
    return { ...world, committed, broken: world.broken ?? { rule: 'BROADCAST-75', found } }
  }
  return { ...world, committed }
}

/**
 * What happens to an ensemble as a whole, and what is known of it: who may be elected, what clients ask for, what fails; and
 * the history that the invariants look at, which no server sees.
 */
import { isQuorum } from '../broadcast/quorum.js'
import type { Ensemble, Note, Txn } from '../broadcast/types.js'
import { epochOf, showZxid, type Sid, type Zxid } from '../broadcast/zxid.js'
import type { Event, Life } from './server.js'

/** What may still happen. Numbers of times. */
export interface Budget {
  readonly elections: number
  readonly transactions: number
  readonly forwarded: number
  readonly crashes: number
  readonly partitions: number
  readonly snapshots: number
  readonly diskErrors: number
}

export interface World {
  readonly left: Budget
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
  readonly acceptedEpoch: number
  /** How many transactions it serves. */
  readonly served: number
  /** It serves, and has proposals that it hasn't applied or logged. */
  readonly isBehind: boolean
  readonly isStuck: boolean
  /** It leads, and what it waits for can't come. */
  readonly waitsInVain: boolean
  readonly hasToLog: boolean
  readonly canSave: boolean
}

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

/** How an ensemble is explored. */
export interface WorldRules {
  readonly ensemble: Ensemble
  /** Whether ties between votes are anybody's instead of the largest sid's: servers are then alike. */
  readonly anyTie: boolean
}

const none = { events: [], crashed: [], cut: [], isFault: false } as const

export function newWorld(left: Budget, past: readonly Txn[]): World {
  return {
    left,
    requests: past.length,
    cut: [],
    established: [],
    proposed: past,
    committed: past,
    broken: null,
  }
}

function spend(world: World, what: keyof Budget): World {
  return { ...world, left: { ...world.left, [what]: world.left[what] - 1 } }
}

export function reaches({ cut }: World, a: Sid, b: Sid): boolean {
  return !cut.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
}

/** All that may happen in a state; the views are by sid, from 1 on. */
export function worldSteps(world: World, views: readonly View[], rules: WorldRules): readonly WorldStep[] {
  const { participants, observers } = rules.ensemble
  const all = [...participants, ...observers]
  return [
    ...elections(world, views, rules),
    ...all.flatMap((sid) => joins(world, views, sid)),
    ...all.flatMap((sid) => requests(world, views, sid)),
    ...all.flatMap((sid) => givingUp(world, views, rules.ensemble, sid)),
    ...all.flatMap((sid) => starts(world, views, sid)),
    ...all.flatMap((sid) => faults(world, views, sid)),
    ...links(world, all),
  ]
}

const viewOf = (views: readonly View[], sid: Sid): View => views[sid - 1]!

/**
 * ENSEMBLE-20: an election's result, as one step: a quorum of looking servers that the leader reaches, none with a better
 * vote. Smallest quorums are enough: whoever else looks may join right after.
 */
function elections(
  world: World,
  views: readonly View[],
  { ensemble, anyTie }: WorldRules,
): readonly WorldStep[] {
  if (world.left.elections === 0) return []
  const looking = ensemble.participants.filter((sid) => viewOf(views, sid).life === 'looking')
  return looking.flatMap((leader) => {
    const voters = looking.filter(
      (sid) =>
        sid === leader ||
        (reaches(world, leader, sid) &&
          !isBetter(viewOf(views, sid), sid, viewOf(views, leader), leader, anyTie)),
    )
    return smallestQuorums(ensemble, voters, leader).map((quorum) => ({
      ...none,
      action: { do: 'elect', leader, quorum } as const,
      world: spend(world, 'elections'),
      events: quorum.map((sid) => ({ process: sid - 1, event: { type: 'ELECTED', leader } as const })),
      text: `servers ${quorum.join(', ')} elect server ${leader}`,
      rules: ['ENSEMBLE-20'],
    }))
  })
}

/** ELECTION-20: the later epoch, then the later zxid, then the larger sid. */
function isBetter(a: View, sidA: Sid, b: View, sidB: Sid, anyTie: boolean): boolean {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch
  if (a.zxid !== b.zxid) return a.zxid > b.zxid
  return !anyTie && sidA > sidB
}

function smallestQuorums(
  ensemble: Ensemble,
  voters: readonly Sid[],
  leader: Sid,
): readonly (readonly Sid[])[] {
  const others = voters.filter((sid) => sid !== leader)
  const found: Sid[][] = []
  for (let chosen = 0; chosen < 2 ** others.length; chosen++) {
    const quorum = [leader, ...others.filter((_, at) => (chosen >> at) & 1)].sort((a, b) => a - b)
    if (!isQuorum(ensemble, quorum)) continue
    const isSmallest = quorum.every(
      (sid) =>
        !isQuorum(
          ensemble,
          quorum.filter((other) => other !== sid),
        ) || sid === leader,
    )
    if (isSmallest) found.push(quorum)
  }
  return found
}

/** ENSEMBLE-21: a looking server learns of a leader that there is. */
function joins(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  if (viewOf(views, sid).life !== 'looking') return []
  return views.flatMap(({ life }, at) => {
    const leader = at + 1
    if (life !== 'leading' || !reaches(world, sid, leader)) return []
    return {
      ...none,
      action: { do: 'join', server: sid, leader } as const,
      world,
      events: [{ process: sid - 1, event: { type: 'ELECTED', leader } as const }],
      text: `server ${sid} learns that server ${leader} leads`,
      rules: ['ENSEMBLE-21'],
    }
  })
}

function requests(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  const { life, isServing, canSave } = viewOf(views, sid)
  const steps: WorldStep[] = []
  const kind = life === 'leading' ? 'transactions' : 'forwarded'
  if (isServing && world.left[kind] > 0) {
    const request = world.requests + 1
    steps.push({
      ...none,
      action: { do: 'request', server: sid },
      world: { ...spend(world, kind), requests: request },
      events: [{ process: sid - 1, event: { type: 'CLIENT', request } }],
      text: `a client asks server ${sid} for write ${request}`,
      rules: ['ENSEMBLE-10'],
    })
  }
  if (isServing && canSave && world.left.snapshots > 0) {
    steps.push({
      ...none,
      action: { do: 'snapshot', server: sid },
      world: spend(world, 'snapshots'),
      events: [{ process: sid - 1, event: { type: 'SNAPSHOT' } }],
      text: `server ${sid} takes a snapshot`,
      rules: ['BROADCAST-58'],
    })
  }
  return steps
}

/** ENSEMBLE-23: nobody waits for ever for servers that will not answer. */
function givingUp(world: World, views: readonly View[], ensemble: Ensemble, sid: Sid): readonly WorldStep[] {
  const { life, leader, waitsInVain } = viewOf(views, sid)
  const giveUp = (text: string): WorldStep => ({
    ...none,
    action: { do: 'give up', server: sid },
    world,
    events: [{ process: sid - 1, event: { type: 'GIVE_UP' } }],
    text,
    rules: ['ENSEMBLE-23'],
  })
  if (life === 'following' && !reaches(world, sid, leader)) {
    return [giveUp(`server ${sid} hears nothing of server ${leader}, and gives it up`)]
  }
  if (life !== 'leading') return []
  if (waitsInVain) return [giveUp(`server ${sid} waits for a quorum in vain, and stops leading`)]
  const followers = views.flatMap((view, at) =>
    view.leader === sid && view.life !== 'down' && reaches(world, sid, at + 1) ? [at + 1] : [],
  )
  return isQuorum(ensemble, followers) ? [] : [giveUp(`server ${sid} has no quorum, and stops leading`)]
}

function starts(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  const { life, isStuck } = viewOf(views, sid)
  if (life !== 'down' || isStuck) return []
  return [
    {
      ...none,
      action: { do: 'start', server: sid },
      world,
      events: [{ process: sid - 1, event: { type: 'START' } }],
      text: `server ${sid} starts`,
      rules: ['ENSEMBLE-31'],
    },
  ]
}

function faults(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  const { life, hasToLog } = viewOf(views, sid)
  const steps: WorldStep[] = []
  if (life !== 'down' && world.left.crashes > 0) {
    steps.push({
      ...none,
      action: { do: 'crash', server: sid },
      world: spend(world, 'crashes'),
      events: [{ process: sid - 1, event: { type: 'CRASH' } }],
      crashed: [sid - 1],
      isFault: true,
      text: `server ${sid} crashes`,
      rules: ['ENSEMBLE-30'],
    })
  }
  if (hasToLog && world.left.diskErrors > 0) {
    steps.push({
      ...none,
      action: { do: 'disk error', server: sid },
      world: spend(world, 'diskErrors'),
      events: [{ process: sid - 1, event: { type: 'DISK_ERROR' } }],
      isFault: true,
      text: `server ${sid} can't write to its log`,
      rules: ['BROADCAST-66'],
    })
  }
  return steps
}

function links(world: World, all: readonly Sid[]): readonly WorldStep[] {
  return all.flatMap((a) =>
    all
      .filter((b) => b > a)
      .flatMap((b): readonly WorldStep[] => {
        const between = [a, b] as const
        if (!reaches(world, a, b)) {
          const cut = world.cut.filter(([x, y]) => x !== a || y !== b)
          const text = `servers ${a} and ${b} reach each other again`
          return [
            {
              ...none,
              action: { do: 'heal', between },
              world: { ...world, cut },
              text,
              rules: ['ENSEMBLE-33'],
            },
          ]
        }
        if (world.left.partitions === 0) return []
        return [
          {
            ...none,
            action: { do: 'cut', between },
            world: { ...spend(world, 'partitions'), cut: [...world.cut, between].sort(byPair) },
            cut: [[a - 1, b - 1]],
            isFault: true,
            text: `servers ${a} and ${b} lose each other`,
            rules: ['ENSEMBLE-32'],
          },
        ]
      }),
  )
}

const byPair = (x: readonly [Sid, Sid], y: readonly [Sid, Sid]): number => x[0] - y[0] || x[1] - y[1]

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
        const found = `server ${leader} leads epoch ${epoch} without ${showZxid(lost.zxid)} (write ${lost.request}), which was committed`
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
    const found = `${showZxid(txn.zxid)} is committed after ${showZxid(last.zxid)}`
    return { ...world, committed, broken: world.broken ?? { rule: 'BROADCAST-75', found } }
  }
  return { ...world, committed }
}

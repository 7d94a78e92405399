/**
 * A made-up network that uses all that networks have: connections that are opened, closed, cut and lost with a crash, a
 * lane beside them, a world that counts. For measuring and testing the checker; it specifies nothing.
 */
import type { Network, Step, WorldStep } from '../check/model/network.js'

/** How much may happen. */
export interface LinksBounds {
  readonly processes: number
  /** Messages that each process sends. */
  readonly messages: number
  readonly crashes: number
  readonly cuts: number
  /** Connections that each process opens. */
  readonly opens: number
  /** A sum of what was heard that must not be reached; none by default. */
  readonly forbidden?: number
}

export interface LinksLocal {
  readonly up: boolean
  readonly peers: readonly boolean[]
  readonly left: number
  readonly opens: number
  readonly heard: number
}
export type LinksEvent =
  | { readonly type: 'open' | 'close' | 'say' | 'ended'; readonly peer: number }
  | { readonly type: 'hear'; readonly peer: number; readonly lane: number; readonly message: LinksMessage }
  | { readonly type: 'stop' | 'start' }
export interface LinksMessage {
  readonly type: 'hello' | 'word'
  readonly by: number
}
export interface LinksWorld {
  readonly crashes: number
  readonly cuts: number
  readonly down: readonly boolean[]
  readonly opened: number
}
type Links = Network<LinksLocal, LinksEvent, LinksMessage, LinksWorld, 'opened', { readonly up: boolean }>

/** The network; all its processes are alike. */
export function links(bounds: LinksBounds): Links {
  const all = Array.from({ length: bounds.processes }, (_, process) => process)
  const nobody = all.map(() => false)
  const fresh = { up: true, peers: nobody, left: bounds.messages, opens: bounds.opens, heard: 0 }
  const { forbidden = Infinity } = bounds
  return {
    name: 'links',
    processes: all.map((process) => `process ${process + 1}`),
    lanes: 2,
    initial: () => ({
      locals: all.map(() => fresh),
      world: { crashes: bounds.crashes, cuts: bounds.cuts, down: nobody, opened: 0 },
    }),
    events(process, local) {
      if (!local.up) return []
      return all
        .filter((peer) => peer !== process)
        .flatMap((peer): LinksEvent[] =>
          local.peers[peer]
            ? [{ type: 'close', peer }, ...(local.left > 0 ? [{ type: 'say', peer } as const] : [])]
            : local.opens > 0
              ? [{ type: 'open', peer }]
              : [],
        )
    },
    arrival: (peer, lane, message) => ({ type: 'hear', peer, lane, message }),
    closed: (peer) => ({ type: 'ended', peer }),
    step,
    connections: (_, { peers }) => all.filter((peer) => peers[peer]),
    view: (_, { up }) => ({ up }),
    reaches: ({ down }, from, to) => !down[from] && !down[to],
    worldSteps: (world, views) => [
      ...all.flatMap((process) => lifeOf(process, world, views[process]!.up)),
      ...pairs(all).flatMap(([a, b]) => (world.cuts > 0 ? [cut(a, b, world)] : [])),
    ],
    learn: (world, _, note) => (note === 'opened' ? { ...world, opened: (world.opened + 1) % 2 } : world),
    invariants: {
      world: [],
      each: [
        {
          rule: 'LINKS-1',
          name: 'who is down is connected to nobody',
          broken: ({ local }) => (!local.up && local.peers.includes(true) ? 'down and connected' : null),
        },
      ],
      pair: [
        {
          rule: 'LINKS-2',
          name: 'little is heard',
          broken: ({ first, second }) =>
            first.heard + second.heard >= forbidden ? `${first.heard} and ${second.heard}` : null,
        },
      ],
      known: [
        {
          rule: 'LINKS-3',
          name: 'the world knows who is down',
          broken: ({ process, local, world }) =>
            local.up === world.down[process] ? `${process} is ${local.up ? 'up' : 'down'}` : null,
        },
      ],
      all: [],
    },
    goal: { rule: 'LINKS-4', name: 'all are up', holds: (_, views) => views.every(({ up }) => up) },
    mayEnd: () => true,
    symmetry: {
      permutations: () => permutations(all),
      local: (local, to) => ({ ...local, peers: moved(local.peers, to) }),
      message: (message, to) => ({ ...message, by: to[message.by]! }),
      world: (world, to) => ({ ...world, down: moved(world.down, to) }),
    },
    tell: (_, __, event) => ({ text: event.type, rules: ['LINKS-5'] }),
    tellMessage: ({ type, by }) => `${type} of ${by + 1}`,
    show: (_, { up, left, heard }) => `${up ? 'up' : 'down'}, ${left} left, ${heard} heard`,
    showWorld: ({ crashes, cuts }) => `${crashes} crashes, ${cuts} cuts`,
  }
}

function step(
  process: number,
  local: LinksLocal,
  event: LinksEvent,
): Step<LinksLocal, LinksMessage, 'opened'> | null {
  const none = { sends: [], closes: [], notes: [], rules: ['LINKS-5'] }
  const with_ = (peer: number, is: boolean) => ({ ...local, peers: local.peers.with(peer, is) })
  switch (event.type) {
    case 'open': {
      const hello = { to: event.peer, lane: 0, message: { type: 'hello', by: process } as const }
      const opened = { ...with_(event.peer, true), opens: local.opens - 1 }
      return { ...none, local: opened, sends: [hello], notes: ['opened'] }
    }
    case 'close':
      return { ...none, local: with_(event.peer, false), closes: [event.peer] }
    case 'say': {
      const message = { type: 'word', by: process } as const
      const said = { ...local, left: local.left - 1 }
      return { ...none, local: said, sends: [0, 1].map((lane) => ({ to: event.peer, lane, message })) }
    }
    case 'ended':
      return { ...none, local: with_(event.peer, false) }
    case 'hear': {
      const heard = { ...local, heard: (local.heard + 1 + event.lane) % 4 }
      if (event.message.type === 'word' || !local.up) return { ...none, local: heard }
      return { ...none, local: { ...local, peers: local.peers.with(event.peer, true) } }
    }
    case 'stop':
      if (!local.up) return null
      return { ...none, local: { ...local, up: false, peers: local.peers.map(() => false) } }
    case 'start':
      return local.up ? null : { ...none, local: { ...local, up: true } }
  }
}

function lifeOf(process: number, world: LinksWorld, up: boolean): WorldStep<LinksEvent, LinksWorld>[] {
  const same = { cut: [], rules: [] }
  if (!up)
    return [
      {
        ...same,
        action: { kind: 'restart', process },
        world: { ...world, down: world.down.with(process, false) },
        events: [{ process, event: { type: 'start' } }],
        crashed: [],
        isFault: false,
        text: 'restarts',
      },
    ]
  if (world.crashes === 0) return []
  return [
    {
      ...same,
      action: { kind: 'crash', process },
      world: { ...world, crashes: world.crashes - 1, down: world.down.with(process, true) },
      events: [{ process, event: { type: 'stop' } }],
      crashed: [process],
      isFault: true,
      text: 'crashes',
    },
  ]
}

function cut(a: number, b: number, world: LinksWorld): WorldStep<LinksEvent, LinksWorld> {
  const after = { ...world, cuts: world.cuts - 1 }
  const action = { kind: 'cut', between: [a, b] }
  return {
    action,
    world: after,
    events: [],
    crashed: [],
    cut: [[a, b]],
    isFault: true,
    text: 'cut',
    rules: [],
  }
}

function pairs(all: readonly number[]): (readonly [number, number])[] {
  return all.flatMap((a) => all.filter((b) => b > a).map((b) => [a, b] as const))
}

function permutations(all: readonly number[]): number[][] {
  if (all.length === 0) return [[]]
  return all.flatMap((first) =>
    permutations(all.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  )
}

function moved(flags: readonly boolean[], to: readonly number[]): boolean[] {
  const result = [...flags]
  flags.forEach((flag, process) => (result[to[process]!] = flag))
  return result
}

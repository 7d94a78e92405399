/** A network whose processes do whatever a test lists, to see what becomes of the channels. */
import type { Network, WorldStep } from '../../../src/check/model/network.js'

/** What a puppet may do. */
export interface Trick {
  readonly connect?: readonly number[]
  readonly closes?: readonly number[]
  /** Receiver, lane and text. */
  readonly sends?: readonly (readonly [to: number, lane: number, text: string])[]
}
export interface Puppet {
  readonly peers: readonly number[]
  readonly got: string
}
export type PuppetEvent =
  | { readonly type: 'do'; readonly trick: number }
  | { readonly type: 'got'; readonly from: number; readonly text: string }
  | { readonly type: 'ended'; readonly peer: number }
  | { readonly type: 'fall' }
export interface Havoc {
  readonly crash?: readonly number[]
  readonly cut?: readonly (readonly [number, number])[]
  /** Pairs between which nothing gets through from then on. */
  readonly walls?: readonly (readonly [number, number])[]
}
interface Stage {
  readonly walls: readonly (readonly [number, number])[]
}

/** Three puppets, two lanes. `refuses`: a text that no process has a rule for. */
export function puppets(
  tricks: readonly (readonly Trick[])[],
  havoc: readonly Havoc[] = [],
  refuses?: string,
): Network<Puppet, PuppetEvent, string, Stage, never, null> {
  const all = [0, 1, 2]
  const without = (peers: readonly number[], gone: readonly number[]) =>
    peers.filter((peer) => !gone.includes(peer))
  return {
    name: 'puppets',
    processes: ['a', 'b', 'c'],
    lanes: 2,
    initial: () => ({ locals: all.map(() => ({ peers: [], got: '' })), world: { walls: [] } }),
    events: (process) => (tricks[process] ?? []).map((_, trick) => ({ type: 'do', trick })),
    arrival: (from, _, text) => ({ type: 'got', from, text }),
    closed: (peer) => ({ type: 'ended', peer }),
    step(process, local, event) {
      const none = { sends: [], closes: [], notes: [], rules: [] }
      switch (event.type) {
        case 'do': {
          const { connect = [], closes = [], sends = [] } = tricks[process]![event.trick]!
          const peers = [...new Set([...without(local.peers, closes), ...connect])].sort()
          const sent = sends.map(([to, lane, message]) => ({ to, lane, message }))
          return { ...none, local: { ...local, peers }, closes, sends: sent }
        }
        case 'got':
          if (event.text === refuses) return null
          return { ...none, local: { ...local, got: event.text } }
        case 'ended':
          return { ...none, local: { peers: without(local.peers, [event.peer]), got: 'end' } }
        case 'fall':
          return { ...none, local: { peers: [], got: '' } }
      }
    },
    connections: (_, { peers }) => peers,
    view: () => null,
    reaches: ({ walls }, from, to) => !walls.some(([a, b]) => a === from && b === to),
    worldSteps: (world) =>
      havoc.map(({ crash = [], cut = [], walls = [] }, number): WorldStep<PuppetEvent, Stage> => ({
        action: { kind: 'havoc', number },
        world: { walls: walls.length > 0 ? walls : world.walls },
        events: crash.map((process) => ({ process, event: { type: 'fall' } })),
        crashed: crash,
        cut,
        isFault: true,
        text: 'havoc',
        rules: [],
      })),
    learn: (world) => world,
    invariants: { world: [], each: [], pair: [], known: [], all: [] },
    mayEnd: () => true,
    tell: (_, __, event) => ({ text: event.type, rules: [] }),
    tellMessage: (text) => text,
    show: (_, { peers, got }) => `${peers.join(' ')} ${got}`,
    showWorld: ({ walls }) => `${walls.length} walls`,
  }
}

/** Draws what goes wrong in a simulation from its seed. */
import { Random } from '../../random/random.js'
import type { Fault, Schedule, Timed } from './fault.js'

/** What is the same in all runs of a search. */
export interface Size {
  readonly servers: number
  readonly observers: number
  readonly clients: number
  /** Milliseconds. */
  readonly duration: number
}

/** Every kind of fault, by name. */
export const faultTypes = (): readonly Fault['type'][] => [...new Set(kinds.map(({ type }) => type))]

/** The stream of a seed that the schedule is drawn from; the run draws from others. */
const stream = 1
/** Milliseconds at the start without faults. */
const calm = 3000

/** What a fault is drawn from. */
interface Draw {
  readonly random: Random
  readonly size: Size
  /** A server, and another. */
  readonly sid: number
  readonly other: number
  /** How long it lasts, in milliseconds. */
  readonly for: number
}

interface Kind {
  readonly type: Fault['type']
  readonly weight: number
  readonly draw: (of: Draw) => Fault
  /** Whether an ensemble of a size can have it. */
  readonly isFor?: (size: Size) => boolean
}

const isSeveral = ({ servers, observers }: Size) => servers + observers > 1

const kinds: readonly Kind[] = [
  {
    type: 'crash',
    weight: 12,
    draw: ({ sid, for: span }) => ({ type: 'crash', sid, kind: 'kill', for: span }),
  },
  {
    type: 'crash',
    weight: 8,
    draw: ({ sid, for: span }) => ({ type: 'crash', sid, kind: 'ordered', for: span }),
  },
  {
    type: 'crash',
    weight: 8,
    draw: ({ sid, for: span }) => ({ type: 'crash', sid, kind: 'scattered', for: span }),
  },
  {
    type: 'powerLoss',
    weight: 8,
    draw: ({ random, for: span }) => ({
      type: 'powerLoss',
      kind: random.below(2) === 0 ? 'ordered' : 'scattered',
      for: span,
    }),
  },
  {
    type: 'crashAtDisk',
    weight: 12,
    draw: ({ random, sid, for: span }) => ({
      type: 'crashAtDisk',
      sid,
      operation: 1 + random.below(40),
      for: span,
    }),
  },
  {
    type: 'cut',
    weight: 8,
    isFor: isSeveral,
    draw: ({ sid, other, for: span }) => ({ type: 'cut', from: sid, to: other, for: span }),
  },
  { type: 'isolate', weight: 8, draw: ({ sid, for: span }) => ({ type: 'isolate', sid, for: span }) },
  {
    type: 'split',
    weight: 6,
    draw: ({ random, size, for: span }) => ({ type: 'split', side: sideOf(random, size), for: span }),
  },
  {
    type: 'reset',
    weight: 8,
    isFor: isSeveral,
    draw: ({ sid, other }) => ({ type: 'reset', a: sid, b: other }),
  },
  {
    type: 'slowNetwork',
    weight: 5,
    draw: ({ random, for: span }) => ({ type: 'slowNetwork', most: 20 + random.below(400), for: span }),
  },
  {
    type: 'slowDisk',
    weight: 5,
    draw: ({ random, sid, for: span }) => ({
      type: 'slowDisk',
      sid,
      factor: 10 + random.below(300),
      for: span,
    }),
  },
  { type: 'fullDisk', weight: 3, draw: ({ sid, for: span }) => ({ type: 'fullDisk', sid, for: span }) },
  {
    type: 'setClock',
    weight: 3,
    draw: ({ random, sid }) => ({ type: 'setClock', sid, ahead: random.below(120_000) - 60_000 }),
  },
  {
    type: 'clockRate',
    weight: 3,
    draw: ({ random, sid, for: span }) => ({
      type: 'clockRate',
      sid,
      rate: 0.9 + random.part() * 0.2,
      for: span,
    }),
  },
  {
    type: 'wipe',
    weight: 3,
    isFor: ({ observers }) => observers > 0,
    draw: ({ random, size, for: span }) => ({
      type: 'wipe',
      sid: size.servers + 1 + random.below(size.observers),
      for: span,
    }),
  },
  {
    type: 'loseClient',
    weight: 4,
    draw: ({ random, size }) => ({ type: 'loseClient', client: random.below(size.clients) }),
  },
]

/** @param only the kinds of faults that there are; all, in a choice of each seed's own, where it is not said */
export function drawSchedule(seed: number, size: Size, only?: readonly Fault['type'][]): Schedule {
  const random = new Random(seed, stream)
  // Some runs are calm, some are not; and each has some kinds of faults only, so that a few of them meet often.
  const every = [2000, 5000, 10_000, 30_000][random.below(4)]!
  const possible = kinds.filter(({ isFor }) => isFor?.(size) ?? true)
  const some = possible.filter(() => random.below(2) === 0)
  const asked = possible.filter(({ type }) => only?.includes(type))
  const chosen = asked.length > 0 ? asked : some.length > 0 ? some : possible
  const faults: Timed[] = []
  for (let at = calm; at < size.duration;) {
    at += -Math.log(1 - random.part()) * every
    if (at < size.duration) faults.push({ at: Math.round(at), fault: drawFault(random, size, chosen) })
  }
  return { seed, ...size, faults }
}

function drawFault(random: Random, size: Size, chosen: readonly Kind[]): Fault {
  const all = size.servers + size.observers
  const sid = 1 + random.below(all)
  const other = 1 + ((sid + random.below(Math.max(1, all - 1))) % all)
  const span = Math.round(100 + random.part() ** 2 * 20_000)
  let left = random.part() * chosen.reduce((sum, { weight }) => sum + weight, 0)
  const kind = chosen.find(({ weight }) => (left -= weight) < 0) ?? chosen[0]!
  return kind.draw({ random, size, sid, other, for: span })
}

function sideOf(random: Random, { servers, observers }: Size): number[] {
  return Array.from({ length: servers + observers }, (_, at) => at + 1).filter(() => random.below(2) === 0)
}

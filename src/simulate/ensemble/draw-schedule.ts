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

/** The stream of a seed that the schedule is drawn from; the run draws from others. */
const stream = 1
/** Milliseconds at the start without faults. */
const calm = 3000

export function drawSchedule(seed: number, size: Size): Schedule {
  const random = new Random(seed, stream)
  // Some runs are calm, some are not.
  const every = [2000, 5000, 10_000, 30_000][random.below(4)]!
  const faults: Timed[] = []
  for (let at = calm; at < size.duration;) {
    at += -Math.log(1 - random.part()) * every
    if (at < size.duration) faults.push({ at: Math.round(at), fault: drawFault(random, size) })
  }
  return { seed, ...size, faults }
}

function drawFault(random: Random, { servers, observers, clients }: Size): Fault {
  const all = servers + observers
  const sid = 1 + random.below(all)
  const other = 1 + ((sid + random.below(all - 1)) % all)
  const span = Math.round(100 + random.part() ** 2 * 20_000)
  const draw = random.below(100)
  if (draw < 12) return { type: 'crash', sid, kind: 'kill', for: span }
  if (draw < 22) return { type: 'crash', sid, kind: 'ordered', for: span }
  if (draw < 28) return { type: 'crash', sid, kind: 'scattered', for: span }
  if (draw < 32)
    return { type: 'powerLoss', kind: random.below(2) === 0 ? 'ordered' : 'scattered', for: span }
  if (draw < 44) return { type: 'crashAtDisk', sid, operation: 1 + random.below(40), for: span }
  if (draw < 52 && all > 1) return { type: 'cut', from: sid, to: other, for: span }
  if (draw < 60) return { type: 'isolate', sid, for: span }
  if (draw < 66) return { type: 'split', side: sideOf(random, all), for: span }
  if (draw < 74 && all > 1) return { type: 'reset', a: sid, b: other }
  if (draw < 79) return { type: 'slowNetwork', most: 20 + random.below(400), for: span }
  if (draw < 84) return { type: 'slowDisk', sid, factor: 10 + random.below(300), for: span }
  if (draw < 87) return { type: 'fullDisk', sid, for: span }
  if (draw < 90) return { type: 'setClock', sid, ahead: random.below(120_000) - 60_000 }
  if (draw < 93) return { type: 'clockRate', sid, rate: 0.9 + random.part() * 0.2, for: span }
  if (draw < 96 && observers > 0)
    return { type: 'wipe', sid: servers + 1 + random.below(observers), for: span }
  return { type: 'loseClient', client: random.below(clients) }
}

function sideOf(random: Random, all: number): number[] {
  return Array.from({ length: all }, (_, at) => at + 1).filter(() => random.below(2) === 0)
}

/** A network's rows and step numbers as plain values. */
import type { NetworkTables } from './network-tables.js'
import type { NetworkAction, NetworkState } from '../model/network.js'

/** What makes a step: a message's arrival, a process by itself, the world. */
export type StepClass = 0 | 1 | 2

/** One number for a step: of an arrival its channel's slot, of a process's step `event * n + process`, of the world's its action. */
export function codeOf(stepClass: StepClass, number: number): number {
  return number * 3 + stepClass
}

/** The action that a code stands for. */
export function actionOf({ n, events, worldActions }: NetworkTables, code: number): NetworkAction<unknown> {
  const number = Math.floor(code / 3)
  if (code % 3 === 2) return { kind: 'world', action: worldActions.value(number) }
  if (code % 3 === 1)
    return { kind: 'local', process: number % n, event: events.value(Math.floor(number / n)) }
  const channel = number - n
  const [lane, from] = [Math.floor(channel / (n * n)), Math.floor(channel / n) % n]
  return { kind: 'deliver', from, to: channel % n, lane }
}

/** The slot of a channel. */
export function slotOf(n: number, lane: number, from: number, to: number): number {
  return n + (lane * n + from) * n + to
}

/** The state that a row stands for. */
export function decodeRow(tables: NetworkTables, row: Int32Array): NetworkState<unknown, unknown, unknown> {
  const { n, locals, worlds, channels, network } = tables
  const each = <T>(make: (index: number) => T, count = n): T[] =>
    Array.from({ length: count }, (_, index) => make(index))
  const content = (lane: number, from: number, to: number) =>
    channels.contents(row[slotOf(n, lane, from, to)]!)
  return {
    locals: each((process) => locals.value(row[process]!)),
    world: worlds.value(row[row.length - 1]!),
    channels: each((lane) => each((from) => each((to) => content(lane, from, to))), network.lanes),
  }
}

/** By slot: lane, sender, receiver of the channels; three bytes each. */
export function endsOfChannels(n: number, slots: number): Uint8Array {
  const ends = new Uint8Array(slots * 3)
  for (let slot = n; slot < slots - 1; slot++) {
    const channel = slot - n
    ends.set([Math.floor(channel / (n * n)), Math.floor(channel / n) % n, channel % n], slot * 3)
  }
  return ends
}

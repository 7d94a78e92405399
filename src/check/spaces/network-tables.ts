/**
 * What a network's functions answer, by number: each is asked once for each combination of values, however many states
 * the combination occurs in.
 */
import { canonical, kindOf } from '../values/canonical.js'
import { Channels, mark } from './channels.js'
import { Interner } from '../values/interner.js'
import type { Network, Step, WorldStep } from '../model/network.js'
import { Column, PairTable, Pool, TupleTable } from '../values/int-tables.js'

/** A network of any types. */
export type AnyNetwork = Network<unknown, unknown, unknown, unknown, unknown, unknown>

/** Flags of what may happen to the whole: the goal holds, a state without successors is fine. */
export const goalFlag = 1
export const endFlag = 2
export const overFlag = 4
export const lastTryFlag = 8

/** A step that is not allowed. */
export const refusal = 0
const unknownStep = -1

/** A world's step, its values numbered. */
export interface NumberedWorldStep {
  readonly code: number
  readonly kind: number
  readonly fault: boolean
  readonly world: number
  readonly crashed: readonly number[]
  readonly cut: readonly (readonly [number, number])[]
  readonly events: readonly { readonly process: number; readonly event: number }[]
}

/** The tables of one network. A process's state is keyed together with the process: `local * n + process`. */
export class NetworkTables {
  readonly n: number
  readonly locals = new Interner<unknown>()
  readonly worlds = new Interner<unknown>()
  readonly messages = new Interner<unknown>()
  readonly channels = new Channels(this.messages)
  readonly events = new Interner<unknown>()
  readonly notes = new Interner<unknown>()
  readonly views = new Interner<unknown>()
  readonly worldActions = new Interner<unknown>()
  readonly kinds: string[] = []
  /** By step: the process's state after it, and where in `effects` its effects begin. */
  readonly after: number[] = [-1]
  readonly effectsAt: number[] = [0]
  /** For each step: closes (count, peers), sends (count, then lane, to, token), notes (count, note keys). */
  readonly effects = new Pool()
  /** Where a key's events begin in `menu`: count, then (event, step, kind) each. */
  readonly menu = new Pool()
  /** What may happen to the whole: flags ({@link goalFlag}, {@link endFlag}, {@link overFlag}, {@link lastTryFlag}), count, then numbers in `worldSteps`. */
  readonly worldMenu = new Pool()
  readonly worldSteps: NumberedWorldStep[] = []

  private readonly kindNumbers = new Map<string, number>()
  private readonly menus = new Column(-1)
  private readonly steps = new PairTable()
  private readonly arrivals = new PairTable()
  private readonly arrivalKinds = new Column(-1)
  private readonly learnt = new PairTable()
  private readonly viewOf = new Column(-1)
  private readonly connected = new Column(-1)
  private readonly busy = new Column(-1)
  private readonly queued = new PairTable()
  private readonly reachable = new Column(-1)
  private readonly combinations: TupleTable
  private readonly worldMenus: number[] = []
  private readonly worldStepNumbers = new Map<string, number>()
  private readonly combination: Int32Array

  constructor(readonly network: AnyNetwork) {
    this.n = network.processes.length
    this.combinations = new TupleTable(this.n + 1)
    this.combination = new Int32Array(this.n + 1)
  }

  key(process: number, local: number): number {
    return local * this.n + process
  }

  /** What a process may do by itself: where it begins in `menu`. */
  menuOf(key: number): number {
    const known = this.menus.get(key)
    return known === -1 ? this.makeMenu(key) : known
  }

  /** The step of a process on an event, or {@link refusal}. */
  step(key: number, event: number): number {
    const known = this.steps.get(key, event)
    return known === unknownStep ? this.makeStep(key, event) : known
  }

  /** Whether a process takes nothing that arrives on a lane now. */
  isBusy(key: number, lane: number): boolean {
    const at = key * this.network.lanes + lane
    const known = this.busy.get(at)
    if (known !== -1) return known === 1
    const busy = this.network.isBusy?.(key % this.n, this.localOf(key), lane) ?? false
    this.busy.set(at, busy ? 1 : 0)
    return busy
  }

  /** What a channel of mail holds after one more token. */
  queue(content: number, token: number): number {
    const known = this.queued.get(content, token)
    if (known !== -1) return known
    const waiting = this.channels.contents(content)
    const after = this.channels.intern([...this.network.mail!.queue(waiting, this.messages.value(token - 1))])
    this.queued.add(content, token, after)
    return after
  }

  /** The step of a process on a token's arrival, or {@link refusal}. */
  arrival(key: number, from: number, lane: number, token: number): number {
    const arrival = this.arrivalKey(from, lane, token)
    const known = this.arrivals.get(key, arrival)
    if (known !== unknownStep) return known
    const step = this.step(key, this.events.intern(this.arrivalEvent(from, lane, token)))
    this.arrivals.add(key, arrival, step)
    return step
  }

  /** The number of the kind of step that a token's arrival is. */
  arrivalKind(from: number, lane: number, token: number): number {
    const arrival = this.arrivalKey(from, lane, token)
    const known = this.arrivalKinds.get(arrival)
    if (known !== -1) return known
    const name = token === mark ? 'closed' : kindOf(this.messages.value(token - 1), 'message')
    const kind = this.kindNumber(`arrival of ${name}`)
    this.arrivalKinds.set(arrival, kind)
    return kind
  }

  /** The world after a note. */
  learn(world: number, noteKey: number): number {
    const known = this.learnt.get(world, noteKey)
    if (known !== -1) return known
    const note = this.notes.value(Math.floor(noteKey / this.n))
    const after = this.worlds.intern(this.network.learn(this.worlds.value(world), noteKey % this.n, note))
    this.learnt.add(world, noteKey, after)
    return after
  }

  /** Whether what one sends to the other gets on its way. */
  reaches(world: number, from: number, to: number): boolean {
    const at = (world * this.n + from) * this.n + to
    const known = this.reachable.get(at)
    if (known !== -1) return known === 1
    const reaches = this.network.reaches(this.worlds.value(world), from, to)
    this.reachable.set(at, reaches ? 1 : 0)
    return reaches
  }

  /** The peers that a process is connected to, a bit each. */
  connections(key: number): number {
    const known = this.connected.get(key)
    if (known !== -1) return known
    const peers = this.network.connections(key % this.n, this.localOf(key))
    const bits = peers.reduce((bits, peer) => bits | (1 << peer), 0)
    this.connected.set(key, bits)
    return bits
  }

  /** Where what may happen to the whole begins in `worldMenu`, given a row: its locals come first, its world last. */
  worldMenuOf(row: Int32Array): number {
    const { n, combination } = this
    for (let process = 0; process < n; process++)
      combination[process] = this.view(row[process]! * n + process)
    combination[n] = row[row.length - 1]!
    const before = this.combinations.count
    const number = this.combinations.intern(combination)
    if (number === before) this.worldMenus.push(this.makeWorldMenu(combination))
    return this.worldMenus[number]!
  }

  kindNumber(name: string): number {
    const known = this.kindNumbers.get(name)
    if (known !== undefined) return known
    this.kindNumbers.set(name, this.kinds.length)
    return this.kinds.push(name) - 1
  }

  private localOf(key: number): unknown {
    return this.locals.value(Math.floor(key / this.n))
  }

  private arrivalKey(from: number, lane: number, token: number): number {
    return (token * this.network.lanes + lane) * this.n + from
  }

  private arrivalEvent(from: number, lane: number, token: number): unknown {
    if (token === mark) return this.network.closed(from)
    return this.network.arrival(from, lane, this.messages.value(token - 1))
  }

  private view(key: number): number {
    const known = this.viewOf.get(key)
    if (known !== -1) return known
    const view = this.views.intern(this.network.view(key % this.n, this.localOf(key)))
    this.viewOf.set(key, view)
    return view
  }

  private makeMenu(key: number): number {
    const allowed: number[] = []
    for (const event of this.network.events(key % this.n, this.localOf(key))) {
      const number = this.events.intern(event)
      const step = this.step(key, number)
      if (step !== refusal) allowed.push(number, step, this.kindNumber(kindOf(event, 'event')))
    }
    const at = this.menu.length
    this.menu.push(allowed.length / 3)
    for (const word of allowed) this.menu.push(word)
    this.menus.set(key, at)
    return at
  }

  private makeStep(key: number, event: number): number {
    const step = this.network.step(key % this.n, this.localOf(key), this.events.value(event))
    const number = step === null ? refusal : this.keepStep(key % this.n, step)
    this.steps.add(key, event, number)
    return number
  }

  private keepStep(process: number, step: Step<unknown, unknown, unknown>): number {
    const { effects } = this
    this.effectsAt.push(effects.length)
    effects.push(step.closes.length)
    for (const peer of step.closes) effects.push(peer)
    effects.push(step.sends.length)
    for (const { lane, to, message } of step.sends) {
      effects.push(lane)
      effects.push(to)
      effects.push(this.messages.intern(message) + 1)
    }
    effects.push(step.notes.length)
    for (const note of step.notes) effects.push(this.notes.intern(note) * this.n + process)
    return this.after.push(this.locals.intern(step.local)) - 1
  }

  private makeWorldMenu(combination: Int32Array): number {
    const world = this.worlds.value(combination[this.n]!)
    const views = Array.from(combination.subarray(0, this.n), (view) => this.views.value(view))
    const { network, worldMenu } = this
    const steps = network.worldSteps(world, views).map((step) => this.worldStepNumber(step))
    const goal = network.goal?.holds(world, views) ? goalFlag : 0
    const excuse = network.goal?.excuse?.(world, views) ?? null
    const excused = excuse === 'over' ? overFlag : excuse === 'last try' ? lastTryFlag : 0
    const mayEnd = network.mayEnd?.(world, views) ? endFlag : 0
    const at = worldMenu.length
    worldMenu.push(goal | mayEnd | excused)
    worldMenu.push(steps.length)
    for (const step of steps) worldMenu.push(step)
    return at
  }

  private worldStepNumber(step: WorldStep<unknown, unknown>): number {
    const numbered = {
      code: this.worldActions.intern(step.action),
      kind: this.kindNumber(kindOf(step.action, step.isFault ? 'fault' : 'world')),
      fault: step.isFault,
      world: this.worlds.intern(step.world),
      crashed: step.crashed,
      cut: step.cut,
      events: step.events.map(({ process, event }) => ({ process, event: this.events.intern(event) })),
    }
    const text = canonical(numbered)
    const known = this.worldStepNumbers.get(text)
    if (known !== undefined) return known
    this.worldStepNumbers.set(text, this.worldSteps.length)
    return this.worldSteps.push(numbered) - 1
  }
}

/**
 * A network as the engine explores it. A state's row: each process's state, each channel's content (lane by lane, sender by
 * sender, receiver by receiver), the world. `network-model.ts` says the same in plain values; the two are held equal.
 */
import { empty, mark } from './channels.js'
import type { Network, NetworkAction } from '../model/network.js'
import { actionOf, codeOf, decodeRow, endsOfChannels, slotOf, type StepClass } from './network-decode.js'
import type { Excuse } from '../model/model.js'
import { networkModel } from './network-model.js'
import { NetworkSymmetry } from './network-symmetry.js'
import {
  type AnyNetwork,
  endFlag,
  goalFlag,
  lastTryFlag,
  NetworkTables,
  type NumberedWorldStep,
  overFlag,
  refusal,
} from './network-tables.js'
import { NetworkVerdicts } from './network-verdicts.js'
import { type AnyModel, type Components, type Emit, Space } from '../model/space.js'

/** What may be switched off, to compare. */
export interface NetworkSpaceOptions {
  /** Whether alike processes make alike states one state (true), where the network says how. */
  readonly symmetry?: boolean
}

/** The space of a network. */
export function networkSpace<Local, Event, Message, World, Note, View>(
  network: Network<Local, Event, Message, World, Note, View>,
  options: NetworkSpaceOptions = {},
): Space {
  return new NetworkSpace(network as unknown as AnyNetwork, options.symmetry ?? true)
}

class NetworkSpace extends Space {
  readonly plain: AnyModel
  readonly components: readonly Components[]
  readonly reductions: readonly string[]
  readonly kinds: readonly string[]
  private readonly tables: NetworkTables
  private readonly verdicts: NetworkVerdicts
  private readonly symmetry: NetworkSymmetry | null
  private readonly n: number
  private readonly worldSlot: number
  private readonly ends: Uint8Array
  /** The lane that is mail, or -1. */
  private readonly mail: number
  /** What made the step in `next`; {@link code} puts them into one number. */
  private stepClass: StepClass = 0
  private stepNumber = 0
  private started = false

  constructor(
    private readonly network: AnyNetwork,
    symmetry: boolean,
  ) {
    const n = network.processes.length
    if (n > 30) throw new RangeError(`${n} processes; a network takes at most 30`)
    super(n + network.lanes * n * n + 1)
    this.n = n
    this.worldSlot = this.slots - 1
    this.mail = network.mail?.lane ?? -1
    this.plain = networkModel(network)
    const tables = (this.tables = new NetworkTables(network))
    this.verdicts = new NetworkVerdicts(tables)
    this.kinds = tables.kinds
    this.components = Array.from({ length: this.slots }, (_, slot) =>
      slot < n ? tables.locals : slot < this.worldSlot ? tables.channels : tables.worlds,
    )
    const permutations = symmetry && network.symmetry !== undefined ? network.symmetry.permutations() : []
    this.symmetry = permutations.length > 1 ? new NetworkSymmetry(tables, this.slots, permutations) : null
    this.reductions = this.symmetry === null ? [] : ['symmetry']
    this.ends = endsOfChannels(n, this.slots)
  }

  initial(emit: Emit): void {
    const { locals, world } = this.network.initial()
    this.current.fill(empty)
    locals.forEach((local, process) => (this.current[process] = this.tables.locals.intern(local)))
    this.current[this.worldSlot] = this.tables.worlds.intern(world)
    this.settle()
    this.started = false
    this.restore()
    this.send(emit)
  }

  expand(emit: Emit): void {
    this.refused = false
    this.started = true
    this.restore()
    for (let process = 0; process < this.n; process++) this.ownSteps(process, emit)
    for (let slot = this.n; slot < this.worldSlot; slot++)
      if (this.current[slot] !== empty) this.delivery(slot, emit)
    this.worldSteps(emit)
  }

  broken(): boolean {
    return this.verdicts.broken(this.next, this.started ? this.current : null)
  }

  code(): number {
    return codeOf(this.stepClass, this.stepNumber)
  }

  action(code: number): NetworkAction<unknown> {
    return actionOf(this.tables, code)
  }

  decode(row: Int32Array): unknown {
    return decodeRow(this.tables, row)
  }

  atGoal(): boolean {
    return (this.worldFlags() & goalFlag) !== 0
  }

  excuse(): Excuse | null {
    const flags = this.worldFlags()
    return flags & overFlag ? 'over' : flags & lastTryFlag ? 'last try' : null
  }

  mayEnd(): boolean {
    return (this.worldFlags() & endFlag) !== 0
  }

  protected override settle(): void {
    super.settle()
    this.symmetry?.settle(this.current)
    this.canonize()
  }

  private ownSteps(process: number, emit: Emit): void {
    const { tables, n } = this
    const key = this.current[process]! * n + process
    let at = tables.menuOf(key)
    for (let left = tables.menu.words[at++]!; left > 0; left--, at += 3) {
      const { words } = tables.menu
      this.stepClass = 1
      this.stepNumber = words[at]! * n + process
      this.kind = words[at + 2]!
      this.fault = false
      this.take(process, words[at + 1]!)
      this.send(emit)
    }
  }

  private delivery(slot: number, emit: Emit): void {
    const { tables, ends } = this
    const to = ends[slot * 3 + 2]!
    const [lane, from] = [ends[slot * 3]!, ends[slot * 3 + 1]!]
    if (tables.isBusy(this.current[to]! * this.n + to, lane)) return
    if (lane === this.mail && !tables.reaches(this.current[this.worldSlot]!, from, to)) return
    const content = this.current[slot]!
    const token = tables.channels.head(content)
    const step = tables.arrival(this.current[to]! * this.n + to, from, lane, token)
    if (step === refusal) {
      this.refused = true
      return
    }
    this.stepClass = 0
    this.stepNumber = slot
    this.kind = tables.arrivalKind(from, lane, token)
    this.fault = false
    this.put(slot, tables.channels.tail(content))
    this.take(to, step)
    this.send(emit)
  }

  private worldFlags(): number {
    return this.tables.worldMenu.words[this.tables.worldMenuOf(this.current)]!
  }

  private worldSteps(emit: Emit): void {
    const { tables } = this
    const at = tables.worldMenuOf(this.current) + 1
    const end = at + tables.worldMenu.words[at]!
    for (let step = at + 1; step <= end; step++)
      this.worldStep(tables.worldSteps[tables.worldMenu.words[step]!]!, emit)
  }

  private worldStep(step: NumberedWorldStep, emit: Emit): void {
    this.stepClass = 2
    this.stepNumber = step.code
    this.kind = step.kind
    this.fault = step.fault
    this.put(this.worldSlot, step.world)
    if (step.crashed.length > 0) this.crash(step.crashed)
    for (const [a, b] of step.cut) this.cut(a, b)
    for (const { process, event } of step.events) {
      const number = this.tables.step(this.next[process]! * this.n + process, event)
      if (number === refusal) return this.restore()
      this.take(process, number)
    }
    this.send(emit)
  }

  /** A process's step: its new state, then what it closes, sends and notes. */
  private take(process: number, step: number): void {
    const { tables } = this
    this.put(process, tables.after[step]!)
    const { words } = tables.effects
    let at = tables.effectsAt[step]!
    for (let left = words[at++]!; left > 0; left--) this.close(process, words[at++]!)
    for (let left = words[at++]!; left > 0; left--, at += 3)
      this.deliverLater(process, words[at]!, words[at + 1]!, words[at + 2]!)
    for (let left = words[at++]!; left > 0; left--)
      this.put(this.worldSlot, tables.learn(this.next[this.worldSlot]!, words[at++]!))
  }

  private deliverLater(from: number, lane: number, to: number, token: number): void {
    const { channels } = this.tables
    const slot = slotOf(this.n, lane, from, to)
    if (lane === this.mail) return this.put(slot, this.tables.queue(this.next[slot]!, token))
    if (!this.tables.reaches(this.next[this.worldSlot]!, from, to)) return
    if (lane === 0 && channels.hasMark(this.next[slotOf(this.n, 0, to, from)]!)) return
    this.put(slot, channels.push(this.next[slot]!, token))
  }

  private close(process: number, peer: number): void {
    const { channels } = this.tables
    const incoming = slotOf(this.n, 0, peer, process)
    const outgoing = slotOf(this.n, 0, process, peer)
    const under = this.next[incoming]!
    if (channels.hasMark(under)) {
      this.put(incoming, channels.afterFirstMark(under))
      this.put(outgoing, channels.upToLastMark(this.next[outgoing]!))
    } else {
      this.put(incoming, empty)
      this.put(outgoing, channels.push(empty, mark))
    }
  }

  private crash(crashed: readonly number[]): void {
    const { n } = this
    for (const process of crashed) for (let other = 0; other < n; other++) this.lose(process, other)
    for (const process of crashed)
      for (let other = 0; other < n; other++) if (!crashed.includes(other)) this.tellEnd(process, other)
  }

  private cut(a: number, b: number): void {
    this.lose(a, b)
    this.tellEnd(a, b)
    this.tellEnd(b, a)
  }

  /** Empties the channels between two, but for mail. */
  private lose(a: number, b: number): void {
    for (let lane = 0; lane < this.network.lanes; lane++) {
      if (lane === this.mail) continue
      this.put(slotOf(this.n, lane, a, b), empty)
      this.put(slotOf(this.n, lane, b, a), empty)
    }
  }

  /** Tells a process that a peer is gone, if it was connected to it. */
  private tellEnd(gone: number, told: number): void {
    const connections = this.tables.connections(this.current[told]! * this.n + told)
    if ((connections & (1 << gone)) !== 0)
      this.put(slotOf(this.n, 0, gone, told), this.tables.channels.push(empty, mark))
  }

  private put(slot: number, id: number): void {
    const before = this.next[slot]!
    if (before === id) return
    this.toggle(slot, before)
    this.toggle(slot, id)
    this.next[slot] = id
  }

  private send(emit: Emit): void {
    this.canonize()
    emit()
    this.restore()
  }

  /** Makes the fingerprint that of all renamings of the state. */
  private canonize(): void {
    if (this.symmetry === null) return
    this.symmetry.choose(this.current, this.next, this.low, this.high)
    this.low = this.symmetry.low
    this.high = this.symmetry.high
  }

  private restore(): void {
    this.next.set(this.current)
    this.low = this.currentLow
    this.high = this.currentHigh
  }
}

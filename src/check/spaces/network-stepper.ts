/**
 * What a step does to the channels, over plain values. Lane 0 is connections:
 *
 * - A send goes nowhere when the world keeps it from arriving, or when the end of the sender's connection is on its way to
 *   the sender, which doesn't know yet.
 * - A process that closes a connection whose end is on its way loses what is under way on it, both ways; its peer, which ended it
 *   first, is told nothing. What the peer has sent since, on a connection that it opened later, stays.
 * - Otherwise closing loses what is under way both ways, and the peer will meet the end of the connection.
 *
 * A lane of mail knows neither connections nor ends: what is sent waits, by the network's own rule.
 */
import type { ToldMessage } from '../model/model.js'
import type { Network, NetworkState, Step, WorldStep } from '../model/network.js'

/** Applies one action's parts in order: first what it takes, then what it does. */
export class NetworkStepper<Local, Event, Message, World, Note, View> {
  /** What the action took, sent and lost. */
  readonly messages: ToldMessage[] = []
  private readonly locals: Local[]
  private readonly channels: (Message | null)[][][][]
  private current: World

  constructor(
    private readonly network: Network<Local, Event, Message, World, Note, View>,
    private readonly before: NetworkState<Local, Message, World>,
  ) {
    this.locals = [...before.locals]
    this.channels = before.channels.map((lane) => lane.map((to) => to.map((content) => [...content])))
    this.current = before.world
  }

  /** The whole after what was applied. */
  state(): NetworkState<Local, Message, World> {
    return { locals: this.locals, world: this.current, channels: this.channels }
  }

  local(process: number): Local {
    return this.locals[process]!
  }

  /** Takes the oldest message of a channel. */
  arrive(from: number, to: number, lane: number): void {
    const message = this.at(lane, from, to).shift()
    if (message !== undefined) this.tell(from, to, message, 'taken')
  }

  /** What a process does: its new state, then what it closes, what it sends, what the world learns. */
  step(process: number, step: Step<Local, Message, Note>): void {
    this.locals[process] = step.local
    for (const peer of step.closes) this.close(process, peer)
    for (const { to, lane, message } of step.sends) this.send(process, to, lane, message)
    for (const note of step.notes) this.current = this.network.learn(this.current, process, note)
  }

  /** What the world does, but for the events that follow from it. */
  world({ world, crashed, cut }: WorldStep<Event, World>): void {
    this.current = world
    const everyone = this.locals.map((_, process) => process)
    for (const process of crashed) for (const other of everyone) this.empty(process, other)
    for (const process of crashed)
      for (const other of everyone) if (!crashed.includes(other)) this.tellEnd(process, other)
    for (const [a, b] of cut) {
      this.empty(a, b)
      this.tellEnd(a, b)
      this.tellEnd(b, a)
    }
  }

  private send(from: number, to: number, lane: number, message: Message): void {
    if (lane === this.network.mail?.lane) return this.post(from, to, lane, message)
    const dead = lane === 0 && this.at(0, to, from).includes(null)
    const arrives = !dead && this.network.reaches(this.current, from, to)
    if (arrives) this.at(lane, from, to).push(message)
    this.tell(from, to, message, arrives ? 'sent' : 'lost')
  }

  /** Mail waits, whether the two reach each other or not; what it takes the place of is lost. */
  private post(from: number, to: number, lane: number, message: Message): void {
    const waiting = this.at(lane, from, to) as Message[]
    const after = [...this.network.mail!.queue(waiting, message)]
    for (const earlier of waiting) if (!after.includes(earlier)) this.tell(from, to, earlier, 'lost')
    this.channels[lane]![from]![to] = after
    this.tell(from, to, message, 'sent')
  }

  private close(process: number, peer: number): void {
    const incoming = this.at(0, peer, process)
    const outgoing = this.at(0, process, peer)
    const end = incoming.indexOf(null)
    if (end === -1) {
      this.lose(peer, process, incoming, 0, incoming.length)
      this.lose(process, peer, outgoing, 0, outgoing.length)
      outgoing.push(null)
      return
    }
    this.lose(peer, process, incoming, 0, end + 1)
    this.lose(process, peer, outgoing, outgoing.lastIndexOf(null) + 1, outgoing.length)
  }

  /** Empties all channels of a pair, but for mail. */
  private empty(a: number, b: number): void {
    for (let lane = 0; lane < this.channels.length; lane++) {
      if (lane === this.network.mail?.lane) continue
      this.lose(a, b, this.at(lane, a, b), 0, Infinity)
      this.lose(b, a, this.at(lane, b, a), 0, Infinity)
    }
  }

  /** Tells a process that a peer is gone, if it was connected to it before the action. */
  private tellEnd(gone: number, told: number): void {
    const connected = this.network.connections(told, this.before.locals[told]!).includes(gone)
    if (connected) this.channels[0]![gone]![told] = [null]
  }

  private lose(from: number, to: number, content: (Message | null)[], start: number, end: number): void {
    for (const message of content.splice(start, end - start)) this.tell(from, to, message, 'lost')
  }

  private tell(from: number, to: number, message: Message | null, as: ToldMessage['as']): void {
    if (message !== null) this.messages.push({ from, to, text: this.network.tellMessage(message), as })
    else if (as === 'taken') this.messages.push({ from, to, text: 'end of the connection', as: 'ended' })
  }

  private at(lane: number, from: number, to: number): (Message | null)[] {
    return this.channels[lane]![from]![to]!
  }
}

/**
 * What the checker explores, in its fast form: processes that take events one at a time, FIFO channels between each pair,
 * and a world that knows what happened (and what may still fail). A process's step depends on nothing but its own state
 * and the event, so each (state, event) pair is computed once, however many states of the whole it occurs in.
 * All values are plain data, as in `model.ts`.
 */
import type { Excuse, Invariant, Told } from './model.js'

/**
 * What a process does when it takes an event. Its parts happen in this order: the new state, what it closes, what it sends
 * (so a process may close a connection and send on the next one), what the world learns.
 */
export interface Step<Local, Message, Note> {
  readonly local: Local
  readonly sends: readonly { readonly to: number; readonly lane: number; readonly message: Message }[]
  /** Connections (lane 0) that the process closes: what is under way on them is lost, and the peer is told. */
  readonly closes: readonly number[]
  /** What the world learns of it. */
  readonly notes: readonly Note[]
  readonly rules: readonly string[]
}

/**
 * Something that the world does, in this order: to itself, to channels (crashes, then cuts), to the processes, each of which
 * takes an event. When one of those events is not allowed, the whole isn't.
 */
export interface WorldStep<Event, World> {
  /** Plain data that names it, alone among what may happen to the same state: what a trace keeps. */
  readonly action: unknown
  readonly world: World
  readonly events: readonly { readonly process: number; readonly event: Event }[]
  /** Processes whose every channel, in and out, is emptied; peers that were connected to them are told (lane 0). */
  readonly crashed: readonly number[]
  /** Pairs whose channels are emptied, both ways; processes that were connected are told (lane 0). */
  readonly cut: readonly (readonly [number, number])[]
  readonly isFault: boolean
  readonly text: string
  readonly rules: readonly string[]
}

/** A system of at most 30 processes. `View` is what the world may see of a process when it decides what may happen. */
export interface Network<Local, Event, Message, World, Note, View> {
  readonly name: string
  /** `server 1`, ... */
  readonly processes: readonly string[]
  /** Channels for each ordered pair. Lane 0 is connections: FIFO, and told when closed. Other lanes are FIFO, and never told. */
  readonly lanes: number
  /** A lane that is no connection's: what is on it waits while the two don't reach each other, and outlives crashes and cuts. */
  readonly mail?: Mail<Message>
  initial(): { readonly locals: readonly Local[]; readonly world: World }
  /** What a process may do by itself now, each plain data, in a fixed order. */
  events(process: number, local: Local): readonly Event[]
  /** The event that a message's arrival is. */
  arrival(from: number, lane: number, message: Message): Event
  /** The event that the end of a connection is. */
  closed(from: number): Event
  /** Whether a process takes nothing that arrives on a lane now, as it waits for its disk: what arrives stays where it is. */
  isBusy?(process: number, local: Local, lane: number): boolean
  /** The rule that every arrival must be spoken of: named when one isn't. */
  readonly refusalRule?: string
  /** Null: the event does nothing and is not allowed (it may not be an arrival or an end of connection). */
  step(process: number, local: Local, event: Event): Step<Local, Message, Note> | null
  /** The peers to which a process holds a connection (lane 0). */
  connections(process: number, local: Local): readonly number[]
  view(process: number, local: Local): View
  /**
   * Whether what one sends to the other gets on its way. Asked with the world before the step, which for an event of a world's
   * step is the world that it made.
   */
  reaches(world: World, from: number, to: number): boolean
  /** What may happen to the whole: client requests, elections that are taken as one step, crashes, restarts, cut links. */
  worldSteps(world: World, views: readonly View[]): readonly WorldStep<Event, World>[]
  /** The world after a note. */
  learn(world: World, process: number, note: Note): World
  readonly invariants: NetworkInvariants<Local, World>
  /** Bounded liveness: from every reachable state, some path without faults leads to a state in which this holds. */
  readonly goal?: {
    readonly rule: string
    readonly name: string
    holds(world: World, views: readonly View[]): boolean
    /** What the bounds cut off of the way to the goal; null where they don't. */
    excuse?(world: World, views: readonly View[]): Excuse | null
  }
  /** Whether a state in which nothing can happen is fine. Without it, it is a deadlock. */
  mayEnd?(world: World, views: readonly View[]): boolean
  /** Renames the processes: `to[p]` is p's new index. Only where processes are alike; leads to symmetry reduction. */
  readonly symmetry?: {
    permutations(): readonly (readonly number[])[]
    local(local: Local, to: readonly number[]): Local
    message(message: Message, to: readonly number[]): Message
    world(world: World, to: readonly number[]): World
  }
  tell(process: number, before: Local, event: Event, step: Step<Local, Message, Note>): Told
  tellMessage(message: Message): string
  show(process: number, local: Local): string
  showWorld(world: World): string
}

/** A lane that forgets by a rule of its own. */
export interface Mail<Message> {
  readonly lane: number
  /** What a channel holds after one more message, oldest first. */
  queue(waiting: readonly Message[], newest: Message): readonly Message[]
}

/** Invariants by what they look at, so that each is asked once for each combination of values. */
export interface NetworkInvariants<Local, World> {
  /** Of the world alone. */
  readonly world: readonly Invariant<World>[]
  /** Of each process alone. */
  readonly each: readonly Invariant<{ readonly process: number; readonly local: Local }>[]
  /** Of each unordered pair of processes, a < b. */
  readonly pair: readonly Invariant<{
    readonly a: number
    readonly b: number
    readonly first: Local
    readonly second: Local
  }>[]
  /** Of each process and the world. */
  readonly known: readonly Invariant<{
    readonly process: number
    readonly local: Local
    readonly world: World
  }>[]
  /** Of all processes and the world: asked for each state, so keep them few. */
  readonly all: readonly Invariant<{ readonly locals: readonly Local[]; readonly world: World }>[]
}

/** A whole state of a network: what traces, scenarios and replay hold. */
export interface NetworkState<Local, Message, World> {
  readonly locals: readonly Local[]
  readonly world: World
  /** `channels[lane][from][to]`, oldest first; null is the end of the connection. */
  readonly channels: readonly (readonly (readonly (readonly (Message | null)[])[])[])[]
}

/** An action of a network: plain data. */
export type NetworkAction<Event> =
  | { readonly kind: 'deliver'; readonly from: number; readonly to: number; readonly lane: number }
  | { readonly kind: 'local'; readonly process: number; readonly event: Event }
  | { readonly kind: 'world'; readonly action: unknown }

/** What surrounds the servers of an election: what is under way between them, and what has been seen of them. Plain data. */
import type { History, Notification } from './election-types.js'

/** What is under way, and what has happened. */
export interface ElectionWorld {
  /** How many leaders have been established. */
  readonly established: number
  /** What each server has, by process. */
  readonly histories: readonly History[]
  /** `channels[from][to]`, oldest first. */
  readonly channels: readonly (readonly (readonly Notification[])[])[]
  /** `sent[from][to]`: the last one; empty unless `repeats`. */
  readonly sent: readonly (readonly (Notification | null)[])[]
  /** What a step has broken of what steps keep; null as long as nothing (ELECTION-80, ELECTION-81). */
  readonly broken: BrokenByStep | null
}

/** What a step broke that no state shows. */
export interface BrokenByStep {
  readonly rule: string
  readonly found: string
}

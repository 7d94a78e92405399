/** One of the workers of a run, wherever it is: the questions that the run asks, answered later. */
import type { Queue, Report } from './explorer.js'
import type { StateBatch } from './state-batch.js'
import type { Visited } from './visited.js'

/** A worker, as the run sees it. */
export interface PoolWorker {
  seed(): Promise<Report>
  /** Goes on with the level until it is done or something else is, or so many milliseconds have passed. */
  explore(milliseconds: number): Promise<Report>
  advance(): Promise<number>
  regrow(visited: Visited, moved: Int32Array): Promise<void>
  give(count: number, to: number): Promise<StateBatch>
  copy(which: Queue): Promise<StateBatch>
  receive(batch: StateBatch, from: number): Promise<void>
  restore(batch: StateBatch, which: Queue): Promise<void>
  edges(): Promise<readonly Int32Array[]>
  takeEdges(words: readonly Int32Array[]): Promise<void>
  end(): Promise<void>
}

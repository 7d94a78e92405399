/** An explorer with what it takes to trade states with others: the part of a pool that lives in one thread. */
import { Explorer, type ExplorerOptions, type Queue, type Report, type Thread } from './explorer.js'
import { BatchPacker, type StateBatch, BatchUnpacker } from './state-batch.js'
import type { SharedCounters } from './shared-counters.js'
import type { Space } from '../model/space.js'
import { Visited } from './visited.js'

/** Everything that a worker is asked, answered in its own thread. */
export class ExplorerWorker {
  private readonly explorer: Explorer
  private readonly packers = new Map<number, BatchPacker>()
  private readonly unpackers = new Map<number, BatchUnpacker>()

  constructor(
    private readonly space: Space,
    table: ArrayBufferLike,
    options: ExplorerOptions,
    shared: SharedCounters,
    number: number,
    thread: Thread,
  ) {
    this.explorer = new Explorer(space, new Visited(table), options, shared, number, thread)
  }

  /** Finds the initial states. */
  seed(): Report {
    return this.explorer.seed()
  }

  /** Goes on with the level, for at most so many milliseconds. */
  explore(milliseconds: number): Report {
    return this.explorer.explore(milliseconds)
  }

  /** Begins the next level; how many states wait. */
  advance(): number {
    return this.explorer.advance()
  }

  /** Takes the table that has grown, and where each place of the old one is in it. */
  regrow(table: ArrayBufferLike, moved: Int32Array): void {
    this.explorer.regrow(new Visited(table), moved)
  }

  /** Gives states that wait to another worker. */
  give(count: number, to: number): StateBatch {
    const packer = this.packers.get(to) ?? new BatchPacker(this.space)
    this.packers.set(to, packer)
    return packer.pack(this.explorer.give(count))
  }

  /** A copy of the states that wait, or of those of the next level, for a reader that was sent nothing before. */
  copy(which: Queue): StateBatch {
    return new BatchPacker(this.space).pack(this.explorer.copy(which))
  }

  /** Takes states from another worker; each of its batches, in order. */
  receive(batch: StateBatch, from: number): void {
    const unpacker = this.unpackers.get(from) ?? new BatchUnpacker(this.space)
    this.unpackers.set(from, unpacker)
    this.explorer.receive(unpacker.unpack(batch), 'waiting')
  }

  /** Takes states out of a copy. */
  restore(batch: StateBatch, which: Queue): void {
    this.explorer.receive(new BatchUnpacker(this.space).unpack(batch), which)
  }

  /** The edges it logged. */
  edges(): readonly Int32Array[] {
    return this.explorer.edges.words()
  }

  /** Takes edges that an earlier run logged. */
  takeEdges(words: readonly Int32Array[]): void {
    for (const piece of words) this.explorer.edges.append(piece)
  }
}

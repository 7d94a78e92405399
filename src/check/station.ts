/** An explorer with what it takes to trade states with others: the part of a crew that lives in one thread. */
import { Explorer, type ExplorerOptions, type Queue, type Report, type Thread } from './explorer.js'
import { Packer, type Parcel, Unpacker } from './parcel.js'
import type { Shared } from './shared.js'
import type { Space } from './space.js'
import { Visited } from './visited.js'

/** Everything that a member of a crew is asked, answered in its own thread. */
export class Station {
  private readonly explorer: Explorer
  private readonly packers = new Map<number, Packer>()
  private readonly unpackers = new Map<number, Unpacker>()

  constructor(
    private readonly space: Space,
    table: ArrayBufferLike,
    options: ExplorerOptions,
    shared: Shared,
    member: number,
    thread: Thread,
  ) {
    this.explorer = new Explorer(space, new Visited(table), options, shared, member, thread)
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

  /** Gives states that wait to another member. */
  give(count: number, to: number): Parcel {
    const packer = this.packers.get(to) ?? new Packer(this.space)
    this.packers.set(to, packer)
    return packer.pack(this.explorer.give(count))
  }

  /** A copy of the states that wait, or of those of the next level, for somebody who was sent nothing before. */
  copy(which: Queue): Parcel {
    return new Packer(this.space).pack(this.explorer.copy(which))
  }

  /** Takes states from another member; each of its parcels, in order. */
  receive(parcel: Parcel, from: number): void {
    const unpacker = this.unpackers.get(from) ?? new Unpacker(this.space)
    this.unpackers.set(from, unpacker)
    this.explorer.receive(unpacker.unpack(parcel), 'waiting')
  }

  /** Takes states out of a copy. */
  restore(parcel: Parcel, which: Queue): void {
    this.explorer.receive(new Unpacker(this.space).unpack(parcel), which)
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

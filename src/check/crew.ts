/** Who explores: one explorer in this thread, or one in each of several threads, behind the same few questions. */
import { Explorer, type ExplorerOptions, type Report, type Shared } from './explorer.js'
import { Packer, type Parcel, Unpacker } from './parcel.js'
import type { Space } from './space.js'
import type { Visited } from './visited.js'

/** One thread's explorer, as the run sees it. */
export interface Member {
  /** Finds the initial states. */
  seed(): Promise<Report>
  /** Goes on with the level until it is done or something else is. */
  explore(): Promise<Report>
  /** Begins the next level; how many states wait. */
  advance(): Promise<number>
  /** Takes the table that has grown. */
  regrow(visited: Visited, moved: Int32Array): Promise<void>
  /** Gives states that wait to another member, or a copy of all to a checkpoint. */
  give(count: number, to: number): Promise<Parcel>
  copy(): Promise<Parcel>
  receive(parcel: Parcel, from: number): Promise<void>
  /** The edges it logged. */
  edges(): Promise<readonly Int32Array[]>
  /** Takes edges of an earlier run. */
  takeEdges(words: readonly Int32Array[]): Promise<void>
  end(): Promise<void>
}

/** Milliseconds that the explorer of this thread runs before it lets signals and timers in. */
const turn = 25

/** The only member of a run in this thread. */
export function localMember(
  space: Space,
  visited: Visited,
  options: ExplorerOptions,
  shared: Shared,
  heapIsFull: () => boolean,
): Member {
  const explorer = new Explorer(space, visited, options, shared, 0, heapIsFull)
  const findings: Report['findings'][number][] = []
  return {
    seed: async () => explorer.seed(),
    async explore() {
      for (;;) {
        const report = explorer.explore(turn)
        findings.push(...report.findings)
        await new Promise<void>((resolve) => setImmediate(resolve))
        if (report.status !== 'paused') return { ...report, findings: findings.splice(0) }
      }
    },
    advance: async () => explorer.advance(),
    regrow: async (grown, moved) => explorer.regrow(grown, moved),
    give: () => Promise.reject(new Error('there is nobody to give to')),
    copy: async () => new Packer(space).pack(explorer.allWaiting()),
    receive: async (parcel) => explorer.receive(new Unpacker(space).unpack(parcel)),
    edges: async () => explorer.edges.words(),
    takeEdges: async (words) => words.forEach((piece) => explorer.edges.append(piece)),
    end: async () => {},
  }
}

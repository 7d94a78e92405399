/** A set of participants that said something: who came, who accepted the epoch, who is synchronized. Who is gone still counts. */
import type { Quorums } from './quorums.js'

export class VotersSet {
  private readonly sids = new Set<bigint>()

  constructor(private readonly quorums: Quorums) {}

  /** Words of observers never count: only voters are added. */
  add(sid: bigint): void {
    this.sids.add(sid)
  }

  /** Whether these are a quorum once another, if one is given, is among them. */
  isQuorumWith(sid: bigint | undefined): boolean {
    return this.quorums.isQuorum(sid === undefined ? this.sids : new Set(this.sids).add(sid))
  }

  /** For people: `1, 2`, or `nobody`. */
  toString(): string {
    return [...this.sids].join(', ') || 'nobody'
  }
}

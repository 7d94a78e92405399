/**
 * The newest transactions that a server applied, for learners that lack them (BROADCAST-16). A role puts there what it
 * commits; whoever loads the database from disk puts there what that applied, and clears it first.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import { formatZxid } from './zxid.js'

/** As Apache's `commitLogCount`. */
export const defaultCommitLogCount = 500

export class CommittedLog {
  private readonly ring: Transaction[] = []
  private start = 0

  /** @param limit how many are kept, 1 or more */
  constructor(private readonly limit = defaultCommitLogCount) {
    if (!(limit >= 1)) throw new RangeError(`a committed log of ${limit} transactions: must be 1 or more`)
  }

  get length(): number {
    return this.ring.length
  }

  get last(): Transaction | undefined {
    return this.at(this.ring.length - 1)
  }

  /** @throws RangeError for one that is not later than the last: the caller has lost its place */
  add(transaction: Transaction): void {
    const last = this.last?.header.zxid
    const { zxid } = transaction.header
    if (last !== undefined && zxid <= last)
      throw new RangeError(
        `${formatZxid(zxid)} after ${formatZxid(last)} in the committed log: must be later`,
      )
    if (this.ring.length < this.limit) {
      this.ring.push(transaction)
      return
    }
    this.ring[this.start] = transaction
    this.start = (this.start + 1) % this.limit
  }

  clear(): void {
    this.ring.length = 0
    this.start = 0
  }

  /** Oldest first. */
  toArray(): readonly Transaction[] {
    return [...this.ring.slice(this.start), ...this.ring.slice(0, this.start)]
  }

  /** Zxids of the first and the last; both the given one if there is none (BROADCAST-31). */
  bounds(lastProcessed: Zxid): { readonly min: Zxid; readonly max: Zxid } {
    return {
      min: this.at(0)?.header.zxid ?? lastProcessed,
      max: this.last?.header.zxid ?? lastProcessed,
    }
  }

  private at(place: number): Transaction | undefined {
    return this.ring[(this.start + place) % this.limit]
  }
}

/** Proposals that a learner keeps in order: which come next, and how many of them are committed (BROADCAST-43, 44). */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import { Fifo } from './fifo.js'
import { follows } from './zxid.js'

export class KeptProposals {
  /** How many, from the oldest, are committed. */
  committed = 0
  private readonly kept = new Fifo<Transaction>()

  /** @param last the last zxid that the learner was told of, kept or not */
  constructor(private last: Zxid) {}

  get lastZxid(): Zxid {
    return this.last
  }

  /** The learner has all up to a zxid, and nothing is kept. */
  beginAfter(zxid: Zxid): void {
    this.last = zxid
  }

  isNext(transaction: Transaction): boolean {
    return follows(transaction.header.zxid, this.last)
  }

  keep(transaction: Transaction): void {
    this.kept.push(transaction)
    this.last = transaction.header.zxid
  }

  /** The zxid that a COMMIT has to name: that of the oldest which is not committed. */
  get nextCommit(): Zxid | undefined {
    return this.kept.at(this.committed)?.header.zxid
  }

  /** Whether all that is kept is committed. */
  get isAllCommitted(): boolean {
    return this.committed === this.kept.length
  }

  /** Takes the oldest out, which need not be committed. */
  take(): Transaction | undefined {
    return this.kept.shift()
  }

  /** Takes those that are committed out, oldest first. */
  takeCommitted(): readonly Transaction[] {
    const { committed } = this
    this.committed = 0
    return Array.from({ length: committed }, () => this.take()).filter((each) => each !== undefined)
  }

  /** Those that are committed, or all, oldest first; they stay. */
  list(count = this.kept.length): readonly Transaction[] {
    return Array.from({ length: count }, (_, place) => this.kept.at(place)).filter(
      (each) => each !== undefined,
    )
  }
}

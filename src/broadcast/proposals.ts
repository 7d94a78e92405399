/**
 * A leader's proposals that are not committed, and who has them on disk. Acknowledgements come in order (BROADCAST-52), so one
 * place in each log says all: the leader's own is here, a learner's with its connection, and goes with it (BROADCAST-61).
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import { Fifo } from './fifo.js'
import type { LearnerHandler } from './learner-handler.js'
import type { Quorums } from './quorums.js'
import { formatZxid } from './zxid.js'

export class Proposals {
  /** The last zxid that was given, and the last that is committed. (epoch, 0) before the first. */
  lastProposed: Zxid = 0n
  lastCommitted: Zxid = 0n
  private readonly outstanding = new Fifo<Transaction>()
  /** This server's log is durable so far. */
  private logged: Zxid = 0n
  /** Used anew for each count. */
  private readonly counted = new Set<bigint>()

  constructor(
    private readonly sid: bigint,
    private readonly quorums: Quorums,
  ) {}

  /** With the epoch's own zxid. */
  begin(zxid: Zxid): void {
    this.lastProposed = zxid
    this.lastCommitted = zxid
  }

  add(transaction: Transaction): void {
    this.outstanding.push(transaction)
    this.lastProposed = transaction.header.zxid
  }

  /** BROADCAST-53 @throws RangeError for what was not proposed: it would count for proposals to come */
  ackOwn(zxid: Zxid): void {
    if (zxid > this.lastProposed)
      throw new RangeError(
        `the log is said to have ${formatZxid(zxid)}, and ${formatZxid(this.lastProposed)} is the last proposal`,
      )
    if (zxid > this.logged) this.logged = zxid
  }

  /** Those later than a zxid, oldest first. */
  after(zxid: Zxid): readonly Transaction[] {
    const later: Transaction[] = []
    for (let place = 0; place < this.outstanding.length; place++) {
      const transaction = this.outstanding.at(place)
      if (transaction !== undefined && transaction.header.zxid > zxid) later.push(transaction)
    }
    return later
  }

  /** Takes the oldest, if a quorum has it on disk (BROADCAST-54). Only learners that are connected count. */
  takeCommitted(followers: readonly LearnerHandler[]): Transaction | undefined {
    const zxid = this.outstanding.peek()?.header.zxid
    if (zxid === undefined || !this.isOnQuorum(zxid, followers)) return undefined
    this.lastCommitted = zxid
    return this.outstanding.shift()
  }

  private isOnQuorum(zxid: Zxid, followers: readonly LearnerHandler[]): boolean {
    const { counted } = this
    counted.clear()
    if (this.logged >= zxid) counted.add(this.sid)
    for (const follower of followers) if (follower.acknowledged >= zxid) counted.add(follower.sid)
    return this.quorums.isQuorum(counted)
  }
}

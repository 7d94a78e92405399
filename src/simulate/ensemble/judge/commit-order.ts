/**
 * The one order of writes, put together from what each server commits: every server commits the same transactions in the same
 * order, and a leader that is established has all that was committed before.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Zxid } from '../../../../spec/vocabulary/index.js'
import { hex } from '../../../storage/names.js'
import type { Transaction } from '../../../tree/txn.js'
import { Violation } from './violation.js'

interface Placed {
  readonly transaction: Transaction
  /** The zxid before it; undefined for the first of an epoch, behind whatever came before. */
  readonly after: Zxid | undefined
}

/** Transactions that are kept to compare with; a server that lags behind further has a snapshot sent. */
const kept = 20_000

export class CommitOrder {
  last: Zxid = 0n
  private readonly placed = new Map<Zxid, Placed>()
  private readonly leaders = new Map<number, bigint>()

  /** @param next is told each transaction once, in order */
  constructor(private readonly next: (transaction: Transaction) => void) {}

  /** A server commits a transaction. `after`: the last that it has applied. */
  committed(sid: bigint, transaction: Transaction, after: Zxid): void {
    const { zxid } = transaction.header
    const known = this.placed.get(zxid)
    const before = isEpochStart(after) ? undefined : after
    if (known === undefined) {
      if (zxid <= this.last) {
        // Older than what is kept.
        if (this.placed.size === kept) return
        throw new Violation(
          'BROADCAST-74',
          `server ${sid} commits ${hex(zxid)}, which no other did, after ${hex(this.last)} was committed`,
        )
      }
      if (before !== undefined && before !== this.last)
        throw new Violation(
          'BROADCAST-74',
          `server ${sid} commits ${hex(zxid)} right behind ${hex(after)}, but ${hex(this.last)} was committed between`,
        )
      this.place(transaction, before)
      return
    }
    if (!isDeepStrictEqual(known.transaction, transaction))
      throw new Violation('BROADCAST-78', `server ${sid} commits another transaction as ${hex(zxid)}`)
    if (before !== undefined && known.after !== undefined && before !== known.after)
      throw new Violation(
        'BROADCAST-74',
        `server ${sid} commits ${hex(zxid)} right behind ${hex(after)}, others behind ${hex(known.after)}`,
      )
  }

  /** A leader has a quorum: all that it has is committed (BROADCAST-10). `recent`: the newest of it. */
  established(sid: bigint, epoch: number, lastZxid: Zxid, recent: readonly Transaction[]): void {
    const other = this.leaders.get(epoch)
    if (other !== undefined)
      throw new Violation('BROADCAST-70', `server ${sid} leads epoch ${epoch}, which server ${other} led`)
    this.leaders.set(epoch, sid)
    if (lastZxid < this.last)
      throw new Violation(
        'BROADCAST-71',
        `server ${sid} leads epoch ${epoch} from ${hex(lastZxid)}, but ${hex(this.last)} was committed`,
      )
    const tail = recent.filter(({ header }) => header.zxid > this.last)
    for (const transaction of tail) this.place(transaction, undefined)
  }

  private place(transaction: Transaction, after: Zxid | undefined): void {
    const { zxid } = transaction.header
    this.placed.set(zxid, { transaction, after })
    if (this.placed.size > kept) this.placed.delete(this.placed.keys().next().value!)
    this.last = zxid
    this.next(transaction)
  }
}

function isEpochStart(zxid: Zxid): boolean {
  return (zxid & 0xffffffffn) === 0n
}

/**
 * The one order of writes, put together from what each server commits: every server commits the same transactions in the same
 * order, and a leader that is established has all that was committed before.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Zxid } from '../../../../spec/vocabulary/index.js'
import { hex } from '../../../storage/names.js'
import type { Transaction } from '../../../tree/txn.js'
import type { EstablishedWith } from '../../../server/ensemble/role.js'
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
  /** What was put into any log. */
  private readonly logged = new Map<Zxid, Placed>()
  private readonly leaders = new Map<number, bigint>()

  /** @param next is told each transaction once, in order */
  constructor(private readonly next: (transaction: Transaction) => void) {}

  /** A server puts a transaction into its log; it may come to nothing. `after`: the one before it there. */
  appended(sid: bigint, transaction: Transaction, after: Zxid): void {
    const { zxid } = transaction.header
    const known = this.logged.get(zxid)
    if (known !== undefined) return this.checkSame(sid, known, transaction)
    this.logged.set(zxid, { transaction, after: isEpochStart(after) ? undefined : after })
    if (this.logged.size > kept) this.logged.delete(this.logged.keys().next().value!)
  }

  /** A server commits a transaction. `after`: the last that it has applied. */
  committed(sid: bigint, transaction: Transaction, after: Zxid): void {
    const { zxid } = transaction.header
    const known = this.placed.get(zxid)
    const before = isEpochStart(after) ? undefined : after
    if (known === undefined) {
      if (zxid < this.oldest) return
      if (zxid <= this.last) {
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
    this.checkSame(sid, known, transaction)
    if (before !== undefined && known.after !== undefined && before !== known.after)
      throw new Violation(
        'BROADCAST-74',
        `server ${sid} commits ${hex(zxid)} right behind ${hex(after)}, others behind ${hex(known.after)}`,
      )
  }

  /** A leader has a quorum: all that it has is committed (BROADCAST-10). */
  leads(sid: bigint, epoch: number, { lastZxid, recent }: EstablishedWith): void {
    const other = this.leaders.get(epoch)
    if (other !== undefined)
      throw new Violation('BROADCAST-70', `server ${sid} leads epoch ${epoch}, which server ${other} led`)
    this.leaders.set(epoch, sid)
    if (lastZxid < this.last)
      throw new Violation(
        'BROADCAST-71',
        `server ${sid} leads epoch ${epoch} from ${hex(lastZxid)}, but ${hex(this.last)} was committed`,
      )
    for (const placed of this.upTo(sid, lastZxid)) this.place(placed.transaction, placed.after)
    this.compare(sid, recent)
  }

  /** What a leader has behind what was committed, oldest first. */
  private upTo(sid: bigint, lastZxid: Zxid): Placed[] {
    const found: Placed[] = []
    for (let zxid: Zxid | undefined = lastZxid; zxid !== undefined && zxid > this.last;) {
      if (isEpochStart(zxid)) break
      const placed = this.logged.get(zxid)
      if (placed === undefined)
        throw new Violation('BROADCAST-73', `server ${sid} leads with ${hex(zxid)}, which nobody has logged`)
      found.unshift(placed)
      zxid = placed.after
      if (zxid !== undefined && zxid < this.last)
        throw new Violation(
          'BROADCAST-71',
          `server ${sid} leads with ${hex(lastZxid)}, but without ${hex(this.last)}, which was committed`,
        )
    }
    return found
  }

  /** A learner begins to serve what it has. */
  serves(sid: bigint, { lastZxid, recent }: EstablishedWith): void {
    if (lastZxid > this.last && !isEpochStart(lastZxid))
      throw new Violation(
        'BROADCAST-74',
        `server ${sid} serves ${hex(lastZxid)}, but ${hex(this.last)} is the last that was committed`,
      )
    this.compare(sid, recent)
  }

  /** What a server has is what was committed, without holes. */
  private compare(sid: bigint, recent: readonly Transaction[]): void {
    for (const transaction of recent) {
      const { zxid } = transaction.header
      const known = this.placed.get(zxid)
      if (known === undefined && zxid >= this.oldest)
        throw new Violation('BROADCAST-74', `server ${sid} has ${hex(zxid)}, which was not committed`)
      if (known !== undefined) this.checkSame(sid, known, transaction)
    }
    const has = new Set(recent.map(({ header }) => header.zxid))
    const first = recent[0]?.header.zxid ?? 0n
    const last = recent.at(-1)?.header.zxid ?? 0n
    for (const zxid of this.placed.keys())
      if (zxid > first && zxid < last && !has.has(zxid))
        throw new Violation(
          'BROADCAST-76',
          `server ${sid} has ${hex(first)} to ${hex(last)}, but not ${hex(zxid)}, which was committed`,
        )
  }

  /** What came before it is no longer kept. */
  private get oldest(): Zxid {
    return this.placed.size < kept ? 0n : this.placed.keys().next().value!
  }

  private checkSame(sid: bigint, { transaction: known }: Placed, transaction: Transaction): void {
    if (!isDeepStrictEqual(known, transaction))
      throw new Violation(
        'BROADCAST-78',
        `server ${sid} has another transaction as ${hex(transaction.header.zxid)}`,
      )
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

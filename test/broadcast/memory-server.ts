/** What a server has beside its role, kept in arrays: a disk, a tree that is the list of what was applied, a committed log. */
import { CommittedLog } from '../../src/broadcast/committed-log.js'
import { epochOf } from '../../src/broadcast/zxid.js'
import type { DatabaseAfter } from '../../src/broadcast/leaving.js'
import type { Truncated } from '../../src/broadcast/truncated.js'
import type { Transaction } from '../../src/tree/txn.js'

export interface MemoryDisk {
  acceptedEpoch: number
  currentEpoch: number
  snapshot: { readonly zxid: bigint; readonly transactions: readonly Transaction[] }
  /** Records after the snapshot. */
  log: readonly Transaction[]
}

export const emptyDisk = (): MemoryDisk => ({
  acceptedEpoch: 0,
  currentEpoch: 0,
  snapshot: { zxid: 0n, transactions: [] },
  log: [],
})

export class MemoryServer {
  applied: Transaction[] = []
  lastZxid = 0n
  readonly committedLog: CommittedLog
  /** On its way to the log. */
  toLog: Transaction[] = []

  constructor(
    readonly disk: MemoryDisk,
    committedLogLimit = 500,
  ) {
    this.committedLog = new CommittedLog(committedLogLimit)
    this.reload()
  }

  get lastLogged(): bigint {
    return this.disk.log.at(-1)?.header.zxid ?? this.disk.snapshot.zxid
  }

  /** BROADCAST-14 */
  recoverEpoch(): void {
    this.disk.currentEpoch = Math.max(this.disk.currentEpoch, epochOf(this.lastLogged))
  }

  /** BROADCAST-13 */
  reload(): void {
    this.toLog = []
    this.applied = [...this.disk.snapshot.transactions]
    this.lastZxid = this.disk.snapshot.zxid
    this.committedLog.clear()
    for (const transaction of this.disk.log) this.recover(transaction)
  }

  /** Applies what a role commits, which is in the committed log already. Again changes nothing. */
  apply(transaction: Transaction): void {
    const { zxid } = transaction.header
    this.lastZxid = zxid
    if (this.applied.some(({ header }) => header.zxid === zxid)) return
    const place = this.applied.findIndex(({ header }) => header.zxid > zxid)
    this.applied.splice(place === -1 ? this.applied.length : place, 0, transaction)
  }

  takeTree(zxid: bigint, transactions: readonly Transaction[]): void {
    this.applied = [...transactions]
    this.lastZxid = zxid
  }

  /** The oldest that waits for the log is in it. */
  logOldest(): Transaction | undefined {
    const transaction = this.toLog.shift()
    if (transaction !== undefined) this.disk.log = [...this.disk.log, transaction]
    return transaction
  }

  /** BROADCAST-41 */
  truncate(zxid: bigint): Truncated {
    if (zxid < this.disk.snapshot.zxid) return { isCut: false }
    this.disk.log = this.disk.log.filter(({ header }) => header.zxid <= zxid)
    this.reload()
    return { isCut: true, lastZxid: this.lastZxid }
  }

  /** BROADCAST-45 */
  writeSynchronized(): void {
    this.disk.snapshot = { zxid: this.lastZxid, transactions: [...this.applied] }
    this.disk.log = []
  }

  /** BROADCAST-63, BROADCAST-64 */
  leave(database: DatabaseAfter, isLogLost = false): void {
    if (database === 'kept') return
    if (database === 'fromDisk') {
      this.reload()
      return
    }
    if (!isLogLost) while (this.toLog.length > 0) this.logOldest()
    this.toLog = []
    if (this.lastLogged < this.lastZxid) this.reload()
    else
      for (const transaction of this.disk.log)
        if (transaction.header.zxid > this.lastZxid) this.recover(transaction)
  }

  private recover(transaction: Transaction): void {
    this.committedLog.add(transaction)
    this.apply(transaction)
  }
}

/**
 * Applies the logs' transactions to a tree and its sessions. Zxids go up by one within an epoch (SERVICE-20), so what is
 * missing shows (SERVICE-71): a log that goes on elsewhere than the one before it stopped is refused, and so is a log with a damaged
 * record that is not its last. A record that a crash tore is cut off.
 */
import type { SessionId, Zxid } from '../../spec/vocabulary/index.js'
import type { Logger } from '../platform/logger.js'
import type { DataTree } from '../tree/data-tree.js'
import type { Transaction } from '../tree/txn.js'
import { type Disk, inFolder } from './disk.js'
import { StorageError } from './errors.js'
import { logHeaderSize } from './log-format.js'
import { LogReader } from './log-reader.js'
import { follows, hex, type NamedFile } from './names.js'

export interface LogReplayOptions {
  readonly disk: Disk
  readonly logger: Logger
  /** The folder of the logs. */
  readonly folder: string
  readonly tree: DataTree
  /** Timeouts in milliseconds. */
  readonly sessions: Map<SessionId, number>
  /** Told of each transaction that is applied. */
  readonly onApplied: ((transaction: Transaction) => void) | undefined
}

export class LogReplay {
  /** Transactions that were applied. */
  count = 0
  /** Where the last transaction that was found stands. */
  private lastFile: string | undefined
  /** Logs since then in which there was none. */
  private empty: string[] = []

  constructor(private readonly options: LogReplayOptions) {}

  /** Applies what is newer than the tree, from logs in their order. */
  run(logs: readonly NamedFile[]): void {
    const { disk, folder } = this.options
    logs.forEach(({ name }, index) => {
      const log = new LogReader(disk, inFolder(folder, name))
      try {
        this.read(name, log, logs[index + 1])
      } finally {
        log.close()
      }
    })
  }

  private get last(): Zxid {
    return this.options.tree.lastProcessedZxid
  }

  private read(name: string, log: LogReader, next: NamedFile | undefined): void {
    this.empty.push(name)
    if (!log.header()) return this.checkHeadless(name, log)
    for (;;) {
      const found = log.next(this.last)
      if (found.kind === 'record') this.apply(name, found.transaction)
      else if (found.kind === 'earlier') this.found(name)
      else if (found.kind === 'end') return this.checkRest(name, log, next)
      else return this.cut(name, log, found.problem, next)
    }
  }

  private apply(name: string, transaction: Transaction): void {
    const { header, txn } = transaction
    const { tree, sessions } = this.options
    if (header.zxid > this.last) {
      if (!follows(this.last, header.zxid)) throw this.gap(name, header.zxid)
      tree.apply(transaction, () => {})
      if (txn.op === 'createSession') sessions.set(header.clientId, txn.timeOut)
      if (txn.op === 'closeSession') sessions.delete(header.clientId)
      this.count++
      this.options.onApplied?.(transaction)
    }
    this.found(name)
  }

  private found(name: string): void {
    if (this.lastFile === name) return
    this.lastFile = name
    this.empty = []
  }

  private gap(name: string, zxid: Zxid): StorageError {
    const { last } = this
    const before = this.lastFile === undefined ? 'the snapshot' : this.lastFile
    const from = zxid >> 32n === last >> 32n ? last + 1n : ((zxid >> 32n) << 32n) + 1n
    const empty = this.empty.filter((each) => each !== name)
    const hint = empty.length === 0 ? '' : `; there is nothing in ${empty.join(', ')}`
    return new StorageError(
      inFolder(this.options.folder, name),
      `it goes on at zxid ${hex(zxid)}, but ${before} ends at ${hex(last)}: ${hex(from)} to ${hex(zxid - 1n)} are missing${hint}`,
      'Restore the missing logs, or a newer snapshot, from a backup',
    )
  }

  /** A crash between creating a log and writing its header; nothing in it was ever acknowledged. */
  private checkHeadless(name: string, log: LogReader): void {
    if (log.size < logHeaderSize || log.isZeroFrom(0)) return
    throw new StorageError(
      inFolder(this.options.folder, name),
      'it does not begin as a log does',
      'Restore it from a backup',
    )
  }

  /** Behind the last record there are zeros; a record behind these shows that what was there before is gone. */
  private checkRest(name: string, log: LogReader, next: NamedFile | undefined): void {
    if (next?.zxid === this.last + 1n || log.isZeroFrom(log.offset)) return
    const later = log.laterRecord()
    if (later !== undefined)
      throw this.corrupt(name, log.offset, 'zeros', `valid records follow at byte ${later}`)
  }

  private cut(name: string, log: LogReader, problem: string, next: NamedFile | undefined): void {
    const { disk, folder, logger } = this.options
    const { last } = this
    const at = log.offset
    const later = log.laterRecord()
    if (later !== undefined) throw this.corrupt(name, at, problem, `valid records follow at byte ${later}`)
    // The log of a later epoch says nothing of what was torn here, and it was not committed (BROADCAST-80).
    if (next !== undefined && next.zxid > last && !follows(last, next.zxid))
      throw this.corrupt(name, at, problem, `a later log goes on (${next.name})`)
    logger.warn(
      { file: inFolder(folder, name), byte: at, last: hex(last) },
      `the log ends in ${problem}, torn by a crash: cut off`,
    )
    disk.truncate(inFolder(folder, name), at)
  }

  private corrupt(name: string, at: number, problem: string, proof: string): StorageError {
    return new StorageError(
      inFolder(this.options.folder, name),
      `corrupt at byte ${at}, after zxid ${hex(this.last)}: ${problem}, and ${proof}`,
      'Restore the file from a backup; cut it there only if all that follows was being written when the machine lost its power',
    )
  }
}

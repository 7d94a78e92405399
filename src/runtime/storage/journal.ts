/**
 * The transaction log on disk, with group commit: records are encoded as they come; one write and one sync at a time are
 * under way, and all that comes meanwhile goes with the next. Tells the zxid up to which records are durable.
 */
import { closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Zxid } from '../../../spec/vocabulary/index.js'
import type { Journal } from '../../server/effects.js'
import type { Logger } from '../../server/logger.js'
import { StorageError } from '../../storage/errors.js'
import { logHeader, writeRecord } from '../../storage/log-format.js'
import { fileName } from '../../storage/names.js'
import type { Transaction } from '../../tree/txn.js'
import { JuteWriter } from '../../wire/index.js'

export interface JournalOptions {
  /** The folder of the logs. */
  readonly folder: string
  readonly forceSync: boolean
  /** Bytes by which a file grows ahead of its records. */
  readonly preAllocSize: number
  /** Bytes at which a file gives way to a new one; 0: never. */
  readonly sizeLimit: number
  readonly syncWarningMs: number
  readonly logger: Logger
  /** Records up to this one are on disk. */
  readonly onDurable: (zxid: Zxid) => void
  /** The log can't be written: nothing more becomes durable. */
  readonly onFailure: (error: StorageError) => void
}

export class FileJournal implements Journal {
  private readonly options: JournalOptions
  private fd: number | undefined
  private file = ''
  private size = 0
  private allocated = 0
  private writer = new JuteWriter(1 << 16)
  /** The zxid of the last record that was encoded. */
  private appended: Zxid = 0n
  private isScheduled = false
  private isSyncing = false
  private isFailed = false
  private readonly retired: number[] = []
  private idle: (() => void)[] = []
  /** Records since the last roll. */
  count = 0

  constructor(options: JournalOptions) {
    this.options = options
  }

  /** Bytes of the current file's records. */
  get bytes(): number {
    return this.size
  }

  append(transaction: Transaction): void {
    if (this.isFailed) return
    const { zxid } = transaction.header
    if (this.fd === undefined) this.open(zxid)
    if (this.isFailed) return
    writeRecord(this.writer, transaction)
    this.appended = zxid
    this.count++
    if (this.isScheduled || this.isSyncing) return
    // At the end of this turn of the loop: what the turn's other connections bring goes along.
    this.isScheduled = true
    setImmediate(this.commit)
  }

  /** From the next record on, a new file. */
  roll(): void {
    if (this.fd === undefined) return
    if (this.writer.position > 0) this.write()
    this.retired.push(this.fd)
    this.fd = undefined
    this.count = 0
  }

  /** Makes everything durable and closes the file. */
  async close(): Promise<void> {
    while (!this.isFailed && (this.isScheduled || this.isSyncing || this.writer.position > 0)) {
      await new Promise<void>((resolve) => this.idle.push(resolve))
    }
    this.abandon()
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.isFailed = true
    for (const fd of this.retired.splice(0)) closeSync(fd)
    if (this.fd !== undefined) closeSync(this.fd)
    this.fd = undefined
  }

  private open(zxid: Zxid): void {
    this.file = join(this.options.folder, fileName('log', zxid))
    this.guard('created', () => {
      this.fd = openSync(this.file, 'w')
      const header = logHeader()
      writeSync(this.fd, header)
      this.size = header.length
      this.allocated = header.length
      syncFolder(this.options.folder)
    })
  }

  private readonly commit = (): void => {
    this.isScheduled = false
    if (this.isFailed) return
    if (this.writer.position > 0) this.write()
    if (this.isFailed) return
    const upTo = this.appended
    if (!this.options.forceSync) {
      this.done(upTo)
      return
    }
    this.isSyncing = true
    const started = performance.now()
    const files = this.fd === undefined ? this.retired.splice(0) : [...this.retired.splice(0), this.fd]
    this.sync(files, () => {
      this.isSyncing = false
      if (this.isFailed) return
      const took = performance.now() - started
      if (took > this.options.syncWarningMs) {
        this.options.logger.warn({ file: this.file, ms: Math.round(took) }, 'a sync of the log took long')
      }
      this.done(upTo)
    })
  }

  /** Syncs files one after the other, closing those that are no longer written to. */
  private sync(files: number[], then: () => void): void {
    const fd = files.shift()
    if (fd === undefined) return then()
    fdatasync(fd, (error) => {
      if (this.isFailed) return then()
      if (error !== null) {
        this.fail('synced', error)
        return then()
      }
      if (fd !== this.fd) closeSync(fd)
      this.sync(files, then)
    })
  }

  private done(upTo: Zxid): void {
    this.options.onDurable(upTo)
    const { sizeLimit } = this.options
    if (sizeLimit > 0 && this.size > sizeLimit) this.roll()
    // Applying may have brought more.
    if (this.writer.position > 0 || this.retired.length > 0) {
      this.isScheduled = true
      setImmediate(this.commit)
    } else {
      for (const resolve of this.idle.splice(0)) resolve()
    }
  }

  private write(): void {
    this.guard('written', () => {
      const bytes = this.writer.view()
      this.grow(bytes.length)
      let at = 0
      while (at < bytes.length) at += writeSync(this.fd!, bytes, at, bytes.length - at, this.size + at)
      this.size += bytes.length
      // A writer that once held much doesn't keep it.
      if (bytes.length > 1 << 22) this.writer = new JuteWriter(1 << 16)
      else this.writer.clear()
    })
  }

  /** Grows the file ahead of its records, so that a sync rarely has to note a new size. */
  private grow(more: number): void {
    const { preAllocSize } = this.options
    if (preAllocSize === 0 || this.size + more + 4096 < this.allocated) return
    this.allocated = Math.ceil((this.size + more + preAllocSize) / 4096) * 4096
    ftruncateSync(this.fd!, this.allocated)
  }

  private guard(done: string, action: () => void): void {
    try {
      action()
    } catch (error) {
      this.fail(done, error)
    }
  }

  private fail(done: string, error: unknown): void {
    if (this.isFailed) return
    this.isFailed = true
    const reason = error instanceof Error ? error.message : String(error)
    for (const resolve of this.idle.splice(0)) resolve()
    this.options.onFailure(
      new StorageError(
        this.file,
        `the log can't be ${done} (${reason})`,
        'Free or repair the disk, then start again',
      ),
    )
  }
}

/** Makes a folder's entries durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

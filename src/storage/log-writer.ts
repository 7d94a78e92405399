/**
 * Writes the transaction log, with group commit: records are encoded as they come; one write and one sync at a time are
 * under way, and all that comes meanwhile goes with the next. Tells the zxid up to which records are durable.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Clock } from '../platform/clock.js'
import type { Logger } from '../platform/logger.js'
import type { Transaction } from '../tree/txn.js'
import { JuteWriter } from '../wire/index.js'
import { type Disk, inFolder, type WriteFile } from './disk.js'
import { reasonOf, StorageError } from './errors.js'
import { logHeader, writeRecord } from './log-format.js'
import { fileName } from './names.js'

export interface LogWriterOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly logger: Logger
  /** The folder of the logs. */
  readonly folder: string
  readonly forceSync: boolean
  /** Bytes by which a file grows ahead of its records. */
  readonly preAllocSize: number
  /** Bytes at which a file gives way to a new one; 0: never. */
  readonly sizeLimit: number
  readonly syncWarningMs: number
  /** Records up to this one are on disk. */
  readonly onDurable: (zxid: Zxid) => void
  /** The log can't be written: nothing more becomes durable. */
  readonly onFailure: (error: StorageError) => void
}

export class LogWriter {
  private readonly options: LogWriterOptions
  private file: WriteFile | undefined
  /** The path of the file that was written last. */
  private path = ''
  private size = 0
  private allocated = 0
  private writer = new JuteWriter(1 << 16)
  /** The zxids of the first record that waits to be written, and of the last that was encoded. */
  private first: Zxid = 0n
  private appended: Zxid = 0n
  private isScheduled = false
  private isSyncing = false
  private isFailed = false
  /** Files that get no more records, and are not synced yet. */
  private readonly retired: WriteFile[] = []
  private idle: (() => void)[] = []
  /** Records since the last roll. */
  count = 0

  constructor(options: LogWriterOptions) {
    this.options = options
  }

  /** Bytes of the current file's records. */
  get bytes(): number {
    return this.size
  }

  append(transaction: Transaction): void {
    if (this.isFailed) return
    const { zxid } = transaction.header
    if (this.writer.position === 0) this.first = zxid
    writeRecord(this.writer, transaction)
    this.appended = zxid
    this.count++
    if (!this.isScheduled && !this.isSyncing) this.schedule()
  }

  /** From the next record on, a new file. */
  roll(): void {
    if (this.file === undefined) return
    if (this.writer.position > 0) this.write()
    if (this.isFailed) return
    this.retired.push(this.file)
    this.file = undefined
    this.count = 0
  }

  /** Makes everything durable and closes the file. */
  async close(): Promise<void> {
    while (!this.isFailed && (this.isScheduled || this.isSyncing || this.writer.position > 0)) {
      await new Promise<void>((resolve) => this.idle.push(resolve))
    }
    this.cutRoom()
    this.abandon()
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.isFailed = true
    for (const file of this.retired.splice(0)) file.close()
    this.file?.close()
    this.file = undefined
  }

  private schedule(): void {
    this.isScheduled = true
    this.options.clock.soon(this.commit)
  }

  private readonly commit = (): void => {
    this.isScheduled = false
    if (this.isFailed) return
    this.isSyncing = true
    // What follows in a new file must not be on disk before what stands in the old one: it would show as a gap.
    const old = this.retired[0]
    if (old !== undefined) {
      this.sync(old, () => {
        old.close()
        this.retired.shift()
        this.commit()
      })
      return
    }
    if (this.writer.position > 0) this.write()
    if (this.isFailed) return
    const upTo = this.appended
    if (this.file === undefined) this.done(upTo)
    else this.sync(this.file, () => this.done(upTo))
  }

  private sync(file: WriteFile, then: () => void): void {
    const { forceSync, clock, logger, syncWarningMs } = this.options
    if (!forceSync) return then()
    const started = clock.elapsed()
    const { path } = this
    file.sync((error) => {
      if (this.isFailed) return
      if (error !== null) return this.fail('synced', error)
      const took = clock.elapsed() - started
      if (took > syncWarningMs) {
        logger.warn({ file: path, ms: Math.round(took) }, 'a sync of the log took long')
      }
      then()
    })
  }

  private done(upTo: Zxid): void {
    this.isSyncing = false
    this.options.onDurable(upTo)
    if (this.isFailed) return
    const { sizeLimit } = this.options
    if (sizeLimit > 0 && this.size > sizeLimit) this.roll()
    // Applying may have brought more.
    if (this.writer.position > 0 || this.retired.length > 0) {
      if (!this.isScheduled) this.schedule()
    } else {
      for (const resolve of this.idle.splice(0)) resolve()
    }
  }

  private write(): void {
    this.guard('created', () => {
      this.file ??= this.create()
    })
    if (this.isFailed) return
    this.guard('written', () => {
      const bytes = this.writer.view()
      this.grow(bytes.length)
      this.file!.append(bytes)
      this.size += bytes.length
      // A writer that once held much doesn't keep it.
      if (bytes.length > 1 << 22) this.writer = new JuteWriter(1 << 16)
      else this.writer.clear()
    })
  }

  private create(): WriteFile {
    const { disk, folder } = this.options
    this.path = inFolder(folder, fileName('log', this.first))
    const file = disk.create(this.path)
    const header = logHeader()
    file.append(header)
    this.size = header.length
    this.allocated = header.length
    disk.syncFolder(folder)
    return file
  }

  /** What the file was grown by and did not need: the next start would read all of it, in search of records behind zeros. */
  private cutRoom(): void {
    const { file, size, allocated } = this
    if (file === undefined || this.isFailed || allocated <= size) return
    this.guard('cut', () => file.resize(size))
  }

  /** Grows the file ahead of its records, so that a sync rarely has to note a new size. */
  private grow(more: number): void {
    const { preAllocSize } = this.options
    if (preAllocSize === 0 || this.size + more + 4096 < this.allocated) return
    this.allocated = Math.ceil((this.size + more + preAllocSize) / 4096) * 4096
    this.file!.resize(this.allocated)
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
    for (const resolve of this.idle.splice(0)) resolve()
    this.options.onFailure(
      new StorageError(
        this.path,
        `the log can't be ${done} (${reasonOf(error)})`,
        'Free or repair the disk, then start again',
      ),
    )
  }
}

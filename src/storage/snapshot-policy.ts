/** Decides when a snapshot is due and when old files go: after `snapCount` transactions or `snapSizeLimitInKb`, one at a time. */
import type { Clock } from '../platform/clock.js'
import type { Compression } from '../platform/compression.js'
import type { Logger } from '../platform/logger.js'
import type { DataTree } from '../tree/data-tree.js'
import type { Disk } from './disk.js'
import type { Folders } from './folders.js'
import type { LogWriter } from './log-writer.js'
import { purge } from './purge.js'
import type { CompressionMethod } from './snapshot-compression.js'
import { saveSnapshot } from './snapshot-file.js'
import type { SessionEntry } from './snapshot-format.js'

export interface SnapshotPolicyOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly compression: Compression
  /** How snapshots are compressed. */
  readonly method: CompressionMethod
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number
  readonly logger: Logger
  readonly folders: Folders
  readonly tree: DataTree
  /** The sessions that exist. */
  readonly sessions: () => readonly SessionEntry[]
  readonly snapCount: number
  readonly snapSizeLimitInKb: number
  readonly snapRetainCount: number
}

export class SnapshotPolicy {
  private running: Promise<void> | undefined
  private purging: Promise<void> | undefined
  private isCancelled = false
  private due: number

  constructor(private readonly options: SnapshotPolicyOptions) {
    this.due = this.draw()
  }

  /** Rolls the log and takes a snapshot if enough has been logged. */
  consider(log: LogWriter): void {
    const sizeLimit = this.options.snapSizeLimitInKb * 1024
    const isDue = log.count >= this.due || (sizeLimit > 0 && log.bytes > sizeLimit)
    if (!isDue || this.running !== undefined || this.isCancelled) return
    this.due = this.draw()
    log.roll()
    this.running = this.save().finally(() => (this.running = undefined))
  }

  /** Removes what `autopurge.snapRetainCount` doesn't keep. */
  purge(): void {
    if (this.purging !== undefined || this.isCancelled) return
    this.purging = this.removeOld().finally(() => (this.purging = undefined))
  }

  /** Gives up a snapshot and a purge that are under way. */
  cancel(): void {
    this.isCancelled = true
  }

  async idle(): Promise<void> {
    await this.running
    await this.purging
  }

  /** Between half of `snapCount` and all of it, so that the servers of an ensemble don't all stop to save at once. */
  private draw(): number {
    const half = Math.floor(this.options.snapCount / 2)
    return half + Math.floor(this.options.random() * half)
  }

  private async save(): Promise<void> {
    const { disk, clock, compression, method, folders, tree, sessions, logger } = this.options
    const started = clock.elapsed()
    try {
      const place = { disk, clock, compression, method, folder: folders.snapshots }
      const file = await saveSnapshot(place, tree, sessions(), () => this.isCancelled)
      if (file !== undefined) {
        logger.info(
          { file, znodes: tree.size, ms: Math.round(clock.elapsed() - started) },
          'snapshot written',
        )
      }
    } catch (error) {
      // The log has everything; the next one may work.
      logger.error({ err: error }, 'a snapshot could not be written')
    }
  }

  private async removeOld(): Promise<void> {
    const { disk, clock, compression, folders, snapRetainCount, logger } = this.options
    try {
      const isCancelled = () => this.isCancelled
      const { gone, unreadable } = await purge({
        disk,
        clock,
        compression,
        folders,
        keep: snapRetainCount,
        isCancelled,
      })
      if (gone.length > 0) logger.info({ files: gone }, 'old files removed')
      if (unreadable.length > 0)
        logger.warn({ files: unreadable }, "snapshots that can't be read: a purge keeps others for them")
    } catch (error) {
      logger.warn({ err: error }, 'old files could not be removed')
    }
  }
}

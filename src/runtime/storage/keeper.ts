/** Decides when a snapshot is due and when old files go: after `snapCount` transactions or `snapSizeLimitInKb`, one at a time. */
import type { ServerConfig } from '../../server/config/config.js'
import type { Logger } from '../../server/logger.js'
import type { SessionTracker } from '../../session/session-tracker.js'
import type { DataTree } from '../../tree/data-tree.js'
import type { FileJournal } from './journal.js'
import type { Folders } from './recover.js'
import { purge, saveSnapshot } from './snapshots.js'

export class SnapshotKeeper {
  private running: Promise<void> | undefined
  private isCancelled = false
  private due: number

  constructor(
    private readonly config: ServerConfig,
    private readonly folders: Folders,
    private readonly tree: DataTree,
    private readonly sessions: SessionTracker,
    private readonly logger: Logger,
  ) {
    this.due = this.draw()
  }

  /** Rolls the log and takes a snapshot if enough has been logged. */
  consider(journal: FileJournal): void {
    const sizeLimit = this.config.snapSizeLimitInKb * 1024
    const isDue = journal.count >= this.due || (sizeLimit > 0 && journal.bytes > sizeLimit)
    if (!isDue || this.running !== undefined || this.isCancelled) return
    this.due = this.draw()
    journal.roll()
    this.running = this.save().finally(() => (this.running = undefined))
  }

  /** Removes what `autopurge.snapRetainCount` doesn't keep. */
  purge(): void {
    try {
      const gone = purge(this.folders, this.config.snapRetainCount)
      if (gone.length > 0) this.logger.info({ files: gone }, 'old files removed')
    } catch (error) {
      this.logger.warn({ err: error }, 'old files could not be removed')
    }
  }

  /** Gives up a snapshot that is being written. */
  cancel(): void {
    this.isCancelled = true
  }

  async idle(): Promise<void> {
    await this.running
  }

  /** Between half of `snapCount` and all of it, so that the servers of an ensemble don't all stop to save at once. */
  private draw(): number {
    const half = Math.floor(this.config.snapCount / 2)
    return half + Math.floor(Math.random() * half)
  }

  private async save(): Promise<void> {
    const started = performance.now()
    try {
      const file = await saveSnapshot(
        this.folders.snapshots,
        this.tree,
        this.sessions.entries(),
        () => this.isCancelled,
      )
      if (file !== undefined) {
        this.logger.info(
          { file, znodes: this.tree.size, ms: Math.round(performance.now() - started) },
          'snapshot written',
        )
      }
    } catch (error) {
      // The log has everything; the next one may work.
      this.logger.error({ err: error }, 'a snapshot could not be written')
    }
  }
}

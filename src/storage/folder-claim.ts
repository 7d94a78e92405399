/** One server at a time writes to a data directory: two would each lose what the other acknowledged. */
import type { Logger } from '../platform/logger.js'
import type { Claim, Disk } from './disk.js'
import { reasonOf, StorageError } from './errors.js'
import type { Folders } from './folders.js'

/** The folders, claimed for a server. */
export class FolderClaim {
  private readonly claims: (() => void)[] = []

  /** Throws a {@link StorageError} when another server that runs has one of the folders. */
  async take(disk: Disk, folders: Folders, logger: Logger): Promise<void> {
    await this.takeOne(disk, folders.snapshots, logger)
    if (!disk.isSame(folders.snapshots, folders.logs)) await this.takeOne(disk, folders.logs, logger)
  }

  release(): void {
    for (const unlock of this.claims.splice(0)) unlock()
  }

  private async takeOne(disk: Disk, folder: string, logger: Logger): Promise<void> {
    const claim = await disk.lock(folder).catch((error: unknown): Claim => {
      logger.warn({ folder }, `the folder can't be locked against a second server (${reasonOf(error)})`)
      return { kind: 'held', unlock() {} }
    })
    if (claim.kind === 'held') this.claims.push(() => claim.unlock())
    else
      throw new StorageError(
        folder,
        `another server serves from this folder: ${claim.by}`,
        'Stop it first, or choose another dataDir',
      )
  }
}

/**
 * The epochs that a member of an ensemble keeps (BROADCAST-12): `acceptedEpoch`, the latest whose leader it promised to follow, and
 * `currentEpoch`, the latest whose leader it was synchronized with. Files of Apache's names and form: a number as text.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import { type Disk, inFolder } from './disk.js'
import { reasonOf, StorageError } from './errors.js'

const names = { accepted: 'acceptedEpoch', current: 'currentEpoch' } as const
const draftSuffix = '.tmp'
/** The last epoch that a zxid has room for. */
const lastEpoch = 0x7fff_ffff

export class EpochFiles {
  accepted = 0
  current = 0

  constructor(
    private readonly disk: Disk,
    /** The folder of the snapshots. */
    private readonly folder: string,
  ) {}

  /**
   * Reads both. Without files the epochs are the last zxid's; a `currentEpoch` that lags behind it is raised (BROADCAST-14).
   * @throws StorageError at a file that holds no epoch, and where the two contradict each other
   */
  load(last: Zxid): void {
    const ofLog = Number(last >> 32n)
    for (const name of Object.values(names)) this.disk.remove(inFolder(this.folder, name + draftSuffix))
    this.current = Math.max(this.read('current') ?? ofLog, ofLog)
    this.accepted = this.read('accepted') ?? this.current
    if (this.accepted >= this.current) return
    throw new StorageError(
      inFolder(this.folder, names.accepted),
      `it says epoch ${this.accepted}, and this server was synchronized in epoch ${this.current} (currentEpoch, last zxid 0x${last.toString(16)})`,
      'One of them was restored or edited: restore all files of the folder from one backup, or empty dataDir and dataLogDir, and let the ensemble send its data',
    )
  }

  /** Durable once it resolves. */
  async writeAccepted(epoch: number): Promise<void> {
    await this.write('accepted', epoch)
    this.accepted = epoch
  }

  /** Durable once it resolves. */
  async writeCurrent(epoch: number): Promise<void> {
    await this.write('current', epoch)
    this.current = epoch
  }

  private read(which: keyof typeof names): number | undefined {
    const path = inFolder(this.folder, names[which])
    if (!this.disk.list(this.folder).includes(names[which])) return undefined
    const text = this.disk.read(path).toString('latin1')
    const epoch = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : NaN
    if (epoch <= lastEpoch) return epoch
    throw new StorageError(
      path,
      `it holds ${JSON.stringify(text.slice(0, 40))}, and should hold an epoch, 0 to ${lastEpoch}`,
      'Restore it from a backup; or empty dataDir and dataLogDir, and let the ensemble send its data',
    )
  }

  /** Under another name first: a crash leaves the old epoch or the new one. */
  private async write(which: keyof typeof names, epoch: number): Promise<void> {
    const { disk, folder } = this
    const path = inFolder(folder, names[which])
    try {
      const draft = disk.create(path + draftSuffix)
      try {
        draft.append(Buffer.from(String(epoch)))
        await new Promise<void>((resolve, reject) =>
          draft.sync((error) => (error === null ? resolve() : reject(error))),
        )
      } finally {
        draft.close()
      }
      disk.rename(path + draftSuffix, path)
      disk.syncFolder(folder)
    } catch (error) {
      throw new StorageError(
        path,
        `the epoch can't be written (${reasonOf(error)})`,
        'Free or repair the disk, then start again',
      )
    }
  }
}

/** A simulated disk whose machine goes down before one of its changes, whichever; syncs end at once. */
import { Random } from '../../src/random/random.js'
import type { SimulatedDisk } from '../../src/simulate/simulated-disk.js'
import type { Claim, Disk, ReadFile, WriteFile } from '../../src/storage/disk.js'

class PowerLoss extends Error {}

export class CrashingDisk implements Disk {
  /** Changes that were asked for. */
  private changes = 0

  constructor(
    private readonly inner: SimulatedDisk,
    /** How many changes are done before the machine goes down. */
    private readonly limit = Infinity,
  ) {}

  get isDown(): boolean {
    return this.changes > this.limit
  }

  makeFolder(folder: string): void {
    this.step()
    this.inner.makeFolder(folder)
  }

  list(folder: string): readonly string[] {
    return this.inner.list(folder)
  }

  isSame(folder: string, other: string): boolean {
    return this.inner.isSame(folder, other)
  }

  size(file: string): number {
    return this.inner.size(file)
  }

  read(file: string): Buffer {
    return this.inner.read(file)
  }

  open(file: string): ReadFile {
    return this.inner.open(file)
  }

  create(path: string): WriteFile {
    this.step()
    const file = this.inner.create(path)
    return {
      append: (bytes) => {
        this.step()
        file.append(bytes)
      },
      resize: (size) => {
        this.step()
        file.resize(size)
      },
      sync: (done) => {
        this.step()
        file.sync(done)
        this.inner.finishSync()
      },
      close: () => file.close(),
    }
  }

  truncate(file: string, size: number): void {
    this.step()
    this.inner.truncate(file, size)
  }

  syncFile(file: string): void {
    this.step()
    this.inner.syncFile(file)
  }

  rename(from: string, to: string): void {
    this.step()
    this.inner.rename(from, to)
  }

  remove(file: string): void {
    this.step()
    this.inner.remove(file)
  }

  syncFolder(folder: string): void {
    this.step()
    this.inner.syncFolder(folder)
  }

  lock(folder: string): Promise<Claim> {
    return this.inner.lock(folder)
  }

  private step(): void {
    this.changes++
    if (this.isDown) throw new PowerLoss()
  }
}

/**
 * Does something on a copy of a disk again and again, each time with a crash one change later, until it comes to its end; hands over
 * what the machine finds each time, in a few ways that chance has. Gives how often the machine went down.
 */
export async function crashEverywhere(
  before: SimulatedDisk,
  action: (disk: Disk) => unknown,
  check: (found: SimulatedDisk, place: { readonly isDone: boolean; readonly says: string }) => unknown,
): Promise<number> {
  for (let limit = 0; ; limit++) {
    for (const [seed, kind] of (['ordered', 'scattered', 'ordered', 'ordered'] as const).entries()) {
      const random = new Random(limit, seed)
      const inner = copyOf(before)
      const disk = new CrashingDisk(inner, limit)
      try {
        await action(disk)
      } catch (error) {
        if (!disk.isDown) throw error
      }
      await check(inner.afterCrash(random, kind), {
        isDone: !disk.isDown,
        says: `crash after change ${limit}, ${kind}, ${seed}`,
      })
      if (!disk.isDown && seed === 3) return limit
    }
  }
}

/** A disk of its own with what is on another, on which all is durable. */
export function copyOf(disk: SimulatedDisk): SimulatedDisk {
  return disk.afterCrash(new Random(0), 'ordered')
}

/** Writes a whole file, durably. */
export function put(disk: SimulatedDisk, path: string, bytes: Uint8Array): void {
  const file = disk.create(path)
  file.append(bytes)
  file.sync(() => {})
  disk.finishSync()
  disk.syncFolder(path.slice(0, path.lastIndexOf('/')))
}

/** The names in a folder with their bytes. */
export function contentOf(disk: Disk, folder: string): Record<string, string> {
  const names = disk.list(folder).toSorted()
  return Object.fromEntries(names.map((name) => [name, disk.read(`${folder}/${name}`).toString('hex')]))
}

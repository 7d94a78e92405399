/**
 * A disk in memory that does what a real one may: what was not synced is lost, torn or there when the machine crashes, a name
 * is durable once its folder is synced, and a sync takes as long as the simulation likes.
 */
import type { Random } from '../random/random.js'
import type { Claim, Disk, ReadFile, WriteFile } from '../storage/disk.js'
import { type CrashKind, type DurableFile, emptyContent, SimulatedFile } from './simulated-file.js'

export type DiskOperation = 'create' | 'append' | 'sync' | 'rename' | 'remove' | 'truncate' | 'syncFolder'

/** What fails: throws for it. */
export type Fault = (operation: DiskOperation, path: string) => void

interface NameChange {
  readonly folder: string
  apply(names: Map<string, SimulatedFile>): void
}

export class SimulatedDisk implements Disk {
  /** By path. */
  private readonly names = new Map<string, SimulatedFile>()
  private readonly durableNames = new Map<string, SimulatedFile>()
  private nameChanges: NameChange[] = []
  private readonly syncs: (() => void)[] = []
  private readonly claimed = new Set<string>()
  fault: Fault = () => {}
  /** A sync has begun; somebody has to end it ({@link finishSync}). */
  syncBegins = (): void => {}

  constructor(private readonly folders = new Set<string>()) {}

  /** How many syncs are under way. */
  get syncing(): number {
    return this.syncs.length
  }

  /** Ends the oldest sync: what its file held when it was asked for is durable. */
  finishSync(): void {
    this.syncs.shift()?.()
  }

  /** What the machine finds when it has gone down and comes back: chance decides. */
  afterCrash(random: Pick<Random, 'part'>, kind: CrashKind): SimulatedDisk {
    const found = new SimulatedDisk(this.folders)
    const names = new Map(this.durableNames)
    const kept = Math.floor(random.part() * (this.nameChanges.length + 1))
    for (const change of this.nameChanges.slice(0, kept)) change.apply(names)
    const survivors = new Map<SimulatedFile, SimulatedFile>()
    for (const [path, file] of names) {
      const survivor = survivors.get(file) ?? file.afterCrash(random, kind)
      survivors.set(file, survivor)
      found.names.set(path, survivor)
      found.durableNames.set(path, survivor)
    }
    return found
  }

  /** The server is gone, the machine is not: what was written is there, whether it was synced or not. */
  afterKill(): void {
    this.syncs.length = 0
    this.claimed.clear()
    this.fault = () => {}
  }

  /** The files of a folder that a crash leaves for certain, by name. */
  *durableFiles(folder: string): Generator<readonly [string, DurableFile]> {
    const start = `${folder}/`
    for (const [path, file] of this.durableNames)
      if (path.startsWith(start)) yield [path.slice(start.length), file]
  }

  makeFolder(folder: string): void {
    this.folders.add(folder)
  }

  list(folder: string): readonly string[] {
    if (!this.folders.has(folder)) throw new Error(`no such folder: ${folder}`)
    const start = `${folder}/`
    return [...this.names.keys()].flatMap((path) =>
      path.startsWith(start) ? [path.slice(start.length)] : [],
    )
  }

  isSame(folder: string, other: string): boolean {
    return folder === other
  }

  size(file: string): number {
    return this.names.get(file)?.content.size ?? 0
  }

  read(file: string): Buffer {
    const { bytes, size } = this.fileAt(file).content
    return Buffer.from(bytes.subarray(0, size))
  }

  open(file: string): ReadFile {
    const opened = this.fileAt(file)
    return {
      read(into, at, length, from) {
        const { bytes, size } = opened.content
        const piece = bytes.subarray(from, Math.min(size, from + length))
        into.set(piece, at)
        return Math.max(0, piece.length)
      },
      close() {},
    }
  }

  create(path: string): WriteFile {
    this.fault('create', path)
    const old = this.names.get(path)
    const file = old ?? new SimulatedFile(emptyContent())
    if (old === undefined) this.changeNames(path, (names) => names.set(path, file))
    else file.change({ kind: 'size', size: 0 })
    return this.writer(path, file)
  }

  truncate(file: string, size: number): void {
    this.fault('truncate', file)
    const cut = this.fileAt(file)
    cut.change({ kind: 'size', size })
    cut.beginSync()()
  }

  syncFile(file: string): void {
    this.fault('sync', file)
    this.fileAt(file).beginSync()()
  }

  rename(from: string, to: string): void {
    this.fault('rename', from)
    const file = this.fileAt(from)
    this.changeNames(from, (names) => {
      names.delete(from)
      names.set(to, file)
    })
  }

  remove(file: string): void {
    if (!this.names.has(file)) return
    this.fault('remove', file)
    this.changeNames(file, (names) => names.delete(file))
  }

  syncFolder(folder: string): void {
    this.fault('syncFolder', folder)
    for (const change of this.nameChanges) if (change.folder === folder) change.apply(this.durableNames)
    this.nameChanges = this.nameChanges.filter((change) => change.folder !== folder)
  }

  lock(folder: string): Promise<Claim> {
    if (this.claimed.has(folder)) return Promise.resolve({ kind: 'taken', by: 'another server' })
    this.claimed.add(folder)
    return Promise.resolve({ kind: 'held', unlock: () => void this.claimed.delete(folder) })
  }

  private writer(path: string, file: SimulatedFile): WriteFile {
    let end = 0
    return {
      append: (bytes) => {
        this.fault('append', path)
        file.change({ kind: 'write', at: end, bytes: Uint8Array.from(bytes) })
        end += bytes.length
      },
      resize: (size) => file.change({ kind: 'size', size }),
      sync: (done) => {
        const finish = file.beginSync()
        this.syncs.push(() => {
          try {
            this.fault('sync', path)
          } catch (error) {
            return done(error as Error)
          }
          finish()
          done(null)
        })
        this.syncBegins()
      },
      close() {},
    }
  }

  private changeNames(path: string, apply: (names: Map<string, SimulatedFile>) => void): void {
    const folder = path.slice(0, path.lastIndexOf('/'))
    apply(this.names)
    this.nameChanges.push({ folder, apply })
  }

  private fileAt(path: string): SimulatedFile {
    const file = this.names.get(path)
    if (file === undefined) throw new Error(`no such file: ${path}`)
    return file
  }
}

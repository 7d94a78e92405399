/** This machine's disk. Syncs of files run beside the event loop; all else is short enough to be done in it. */
import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import type { Claim, Disk, ReadFile, WriteFile } from '../storage/disk.js'
import { lockFolder } from './folder-lock.js'

export class FileDisk implements Disk {
  makeFolder(folder: string): void {
    mkdirSync(folder, { recursive: true })
  }

  list(folder: string): readonly string[] {
    return readdirSync(folder)
  }

  isSame(folder: string, other: string): boolean {
    return realpathSync(folder) === realpathSync(other)
  }

  /** 0 if there is no such file: it may go between two calls. */
  size(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0
  }

  read(file: string): Buffer {
    return readFileSync(file)
  }

  open(file: string): ReadFile {
    const fd = openSync(file, 'r')
    return {
      read: (into, at, length, from) => readSync(fd, into, at, length, from),
      close: () => closeSync(fd),
    }
  }

  create(file: string): WriteFile {
    return new OpenFile(openSync(file, 'w'))
  }

  truncate(file: string, size: number): void {
    const fd = openSync(file, 'r+')
    try {
      ftruncateSync(fd, size)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  }

  syncFile(file: string): void {
    syncAt(file, 'r+')
  }

  rename(from: string, to: string): void {
    renameSync(from, to)
  }

  remove(file: string): void {
    rmSync(file, { force: true })
  }

  syncFolder(folder: string): void {
    syncAt(folder, 'r')
  }

  lock(folder: string): Promise<Claim> {
    return lockFolder(folder)
  }
}

function syncAt(path: string, flags: 'r' | 'r+'): void {
  const fd = openSync(path, flags)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

class OpenFile implements WriteFile {
  private end = 0

  constructor(private readonly fd: number) {}

  append(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) at += writeSync(this.fd, bytes, at, bytes.length - at, this.end + at)
    this.end += bytes.length
  }

  resize(size: number): void {
    ftruncateSync(this.fd, size)
  }

  sync(done: (error: Error | null) => void): void {
    fdatasync(this.fd, done)
  }

  close(): void {
    closeSync(this.fd)
  }
}

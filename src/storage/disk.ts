/**
 * The disk as storage sees it: the runtime's, or a simulation's that tears, loses and delays what was not synced.
 * What is written to a file may be lost until the file is synced, and a file's name until its folder is.
 * Everything but a sync answers at once; everything throws what the system throws.
 */

/** A file that is read. */
export interface ReadFile {
  /** Reads up to `length` bytes of the file from `from` on into `into` at `at`; gives how many there were. */
  read(into: Uint8Array, at: number, length: number, from: number): number
  close(): void
}

/** A new file that is written from its start to its end. */
export interface WriteFile {
  append(bytes: Uint8Array): void
  /** Makes the file as long as what was appended, or longer; what follows reads as zeros until it is appended. */
  resize(size: number): void
  /** Makes durable what was appended before; tells when it is, or why it can't be. */
  sync(done: (error: Error | null) => void): void
  close(): void
}

export interface Disk {
  /** Makes a folder, and those above it, unless it is there. */
  makeFolder(folder: string): void
  /** The names in a folder. */
  list(folder: string): readonly string[]
  /** Whether two paths lead to the same folder. */
  isSame(folder: string, other: string): boolean
  /** A file's bytes; 0 if there is none. */
  size(file: string): number
  /** A whole file. */
  read(file: string): Buffer
  open(file: string): ReadFile
  /** A new file, or an old one that is emptied. */
  create(file: string): WriteFile
  /** Cuts a file; durable when it returns, and so is all that it keeps. */
  truncate(file: string, size: number): void
  /** Makes durable what a file holds, whoever wrote it; it is when this returns. */
  syncFile(file: string): void
  rename(from: string, to: string): void
  /** Removes a file; it is no error if there is none. */
  remove(file: string): void
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): void
  /** Claims a folder for this server; the end of its process ends the claim. Rejects where folders can't be claimed. */
  lock(folder: string): Promise<Claim>
}

/** What a claim came to: this server's, or that of another that runs. */
export type Claim =
  { readonly kind: 'held'; unlock(): void } | { readonly kind: 'taken'; readonly by: string }

/** The path of a file in a folder. */
export function inFolder(folder: string, name: string): string {
  return `${folder}/${name}`
}

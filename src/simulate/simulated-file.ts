/** A file of a simulated disk: what it holds, what of that is durable, and what was changed since. */
import type { Random } from '../random/random.js'

interface Content {
  bytes: Buffer
  size: number
}

export type FileChange =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'size'; readonly size: number }

/** How much of what was not synced a crash may leave. */
export type CrashKind =
  /** The first changes of each file, the last of them in part. */
  | 'ordered'
  /** Any sectors of what was written, as a system's cache may have written them back. */
  | 'scattered'

/** Bytes that a disk writes as one. */
const sector = 512

export function emptyContent(): Content {
  return { bytes: Buffer.alloc(256), size: 0 }
}

/** What of a file a crash leaves for certain. */
export interface DurableFile {
  /** How often what is durable became shorter. */
  readonly cuts: number
  durableBytes(): Buffer
}

export class SimulatedFile implements DurableFile {
  private readonly durable: Content
  private unsynced: FileChange[] = []
  cuts = 0

  constructor(readonly content: Content) {
    this.durable = copyOf(content)
  }

  change(change: FileChange): void {
    apply(this.content, change)
    this.unsynced.push(change)
  }

  /** A sync of what was changed so far; gives what ends it. */
  beginSync(): () => void {
    const synced = new Set(this.unsynced)
    return () => {
      for (const change of synced) {
        if (change.kind === 'size' && change.size < this.durable.size) this.cuts++
        apply(this.durable, change)
      }
      this.unsynced = this.unsynced.filter((change) => !synced.has(change))
    }
  }

  durableBytes(): Buffer {
    return this.durable.bytes.subarray(0, this.durable.size)
  }

  /** What a crash leaves. */
  afterCrash(random: Pick<Random, 'part'>, kind: CrashKind): SimulatedFile {
    const content = copyOf(this.durable)
    const changes = kind === 'ordered' ? inOrder(this.unsynced, random) : scattered(this.unsynced, random)
    for (const change of changes) apply(content, change)
    return new SimulatedFile(content)
  }
}

/** The first changes, and a part of the next. */
function inOrder(changes: readonly FileChange[], random: Pick<Random, 'part'>): FileChange[] {
  const whole = Math.floor(random.part() * (changes.length + 1))
  const kept = changes.slice(0, whole)
  const torn = changes[whole]
  if (torn?.kind !== 'write') return kept
  return [...kept, { ...torn, bytes: torn.bytes.subarray(0, Math.floor(random.part() * torn.bytes.length)) }]
}

/** Any sectors of any changes. */
function scattered(changes: readonly FileChange[], random: Pick<Random, 'part'>): FileChange[] {
  return changes.flatMap((change): FileChange[] => {
    if (change.kind === 'size') return [change]
    const pieces: FileChange[] = []
    for (let at = 0; at < change.bytes.length;) {
      const end = Math.min(change.bytes.length, at + sector - ((change.at + at) % sector))
      if (random.part() < 0.7)
        pieces.push({ kind: 'write', at: change.at + at, bytes: change.bytes.subarray(at, end) })
      at = end
    }
    return pieces
  })
}

function apply(content: Content, change: FileChange): void {
  if (change.kind === 'size') {
    ensure(content, change.size)
    if (change.size < content.size) content.bytes.fill(0, change.size, content.size)
    content.size = change.size
    return
  }
  const end = change.at + change.bytes.length
  ensure(content, end)
  content.bytes.set(change.bytes, change.at)
  content.size = Math.max(content.size, end)
}

function ensure(content: Content, size: number): void {
  if (size <= content.bytes.length) return
  const larger = Buffer.alloc(Math.max(size, content.bytes.length * 2))
  larger.set(content.bytes.subarray(0, content.size))
  content.bytes = larger
}

function copyOf({ bytes, size }: Content): Content {
  return { bytes: Buffer.from(bytes), size }
}

/**
 * What a member of an ensemble has, whatever its role: the tree and the sessions in memory, the newest transactions, and on disk
 * the epochs, the log and the snapshots. A role changes it; between two roles memory is brought up to the disk.
 */
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import { CommittedLog } from '../../broadcast/committed-log.js'
import type { Truncated } from '../../broadcast/truncated.js'
import type { DatabaseAfter } from '../../broadcast/leaving.js'
import type { Logger } from '../../platform/logger.js'
import { EpochFiles } from '../../storage/epoch-files.js'
import type { StorageError } from '../../storage/errors.js'
import type { Folders } from '../../storage/folders.js'
import { installSnapshot } from '../../storage/install-snapshot.js'
import { LogWriter } from '../../storage/log-writer.js'
import { readLogFrom } from '../../storage/read-log-from.js'
import { recover } from '../../storage/recovery.js'
import { saveSnapshot, type SnapshotPlace } from '../../storage/snapshot-file.js'
import type { SessionEntry } from '../../storage/snapshot-format.js'
import { SnapshotPolicy } from '../../storage/snapshot-policy.js'
import { SnapshotIntake, writeSnapshotStream } from '../../storage/snapshot-stream.js'
import { truncateLog } from '../../storage/truncate-log.js'
import { DataTree } from '../../tree/data-tree.js'
import type { Transaction } from '../../tree/txn.js'
import type { ServerConfig } from '../config/config.js'
import type { Outside } from '../outside.js'

/** Bytes of the log that are sent rather than a snapshot, however small that is. */
const smallLog = 1 << 20
/** The part of a snapshot's size that the log may have, as Apache's `snapshotSizeFactor`. */
const logShare = 0.33

export interface MemberDataOptions {
  readonly outside: Outside
  readonly config: ServerConfig
  readonly folders: Folders
  readonly logger: Logger
  /** The log is durable up to a zxid. */
  readonly onLogged: (zxid: Zxid) => void
  readonly onFailure: (error: StorageError) => void
  /** A transaction goes to the log, right behind another. */
  readonly onAppend?: ((transaction: Transaction, after: Zxid) => void) | undefined
}

export class MemberData {
  tree!: DataTree
  /** Timeouts in milliseconds, as of the last role; while clients are served, {@link serveSessions} has them. */
  sessions: Map<SessionId, number> = new Map()
  readonly committedLog = new CommittedLog()
  readonly epochs: EpochFiles
  private log: LogWriter
  private snapshots!: SnapshotPolicy
  private entries: (() => readonly SessionEntry[]) | undefined
  /** A tree that a leader is sending. */
  private intake: SnapshotIntake | undefined
  private lastLogged: Zxid = 0n
  private needsSnapshot = false
  /** Durable effects that are under way: the next role waits for them. */
  private readonly effects = new Set<Promise<void>>()

  constructor(private readonly options: MemberDataOptions) {
    const { outside, folders } = options
    this.epochs = new EpochFiles(outside.disk, folders.snapshots)
    this.log = this.openLog()
  }

  /** Reads the disk: what is in memory is what a start would find (BROADCAST-13, BROADCAST-14). */
  load(): void {
    const { outside, config, folders, logger } = this.options
    this.committedLog.clear()
    const found = recover({
      disk: outside.disk,
      compression: outside.compression,
      folders,
      tree: { extendedTypes: config.extendedTypes },
      trustEmpty: config.snapshotTrustEmpty,
      logger,
      onApplied: (transaction) => this.committedLog.add(transaction),
    })
    this.use(found.tree, new Map(found.sessions))
    this.needsSnapshot = found.needsSnapshot
    this.lastLogged = found.tree.lastProcessedZxid
    this.epochs.load(this.lastLogged)
  }

  /** A log must have a snapshot before it: without one, the next start would not know what came first. */
  async saveFirstSnapshot(): Promise<void> {
    if (!this.needsSnapshot) return
    await saveSnapshot(this.place(), this.tree, this.sessionEntries())
    this.needsSnapshot = false
  }

  /** Puts a transaction into the log; `onLogged` tells when it is durable. */
  append(transaction: Transaction): void {
    this.options.onAppend?.(transaction, this.lastLogged)
    this.lastLogged = transaction.header.zxid
    this.log.append(transaction)
  }

  /** Applies a transaction while no clients are served. */
  apply(transaction: Transaction): void {
    const { header, txn } = transaction
    this.tree.apply(transaction, () => {})
    if (txn.op === 'createSession') this.sessions.set(header.clientId, txn.timeOut)
    if (txn.op === 'closeSession') this.sessions.delete(header.clientId)
  }

  /** Clients are served: they have the sessions now. */
  serveSessions(entries: () => readonly SessionEntry[]): void {
    this.entries = entries
  }

  /** Clients are no longer served. */
  endSessions(): void {
    if (this.entries !== undefined) this.sessions = new Map(this.entries())
    this.entries = undefined
  }

  /** Takes a snapshot where enough was logged: of what is committed, while clients are served (BROADCAST-58). */
  private considerSnapshot(): void {
    if (this.entries !== undefined) this.snapshots.consider(this.log)
  }

  purge(): void {
    this.snapshots.purge()
  }

  /** The tree as a stream for a learner. */
  snapshotChunks(): Generator<Buffer> {
    return writeSnapshotStream(this.tree, this.sessionEntries())
  }

  /** BROADCAST-34: transactions of the log on disk, where they are so few that a snapshot would take longer. */
  logFrom(zxid: Zxid, before: Zxid): readonly Transaction[] {
    const limit = Math.max(smallLog, this.tree.approximateDataSize * logShare)
    return readLogFrom(this.options.outside.disk, this.options.folders, zxid, before, limit)
  }

  /** BROADCAST-41: cuts the log, and loads what is left. */
  async truncate(zxid: Zxid): Promise<Truncated> {
    const { disk } = this.options.outside
    await this.closeFiles()
    const isCut = truncateLog(disk, this.options.folders, zxid)
    if (isCut) this.load()
    this.log = this.openLog()
    return isCut ? { isCut, lastZxid: this.tree.lastProcessedZxid } : { isCut }
  }

  /** BROADCAST-41: takes an empty tree, in memory; the disk stays as it is. */
  beginEmpty(): void {
    const { extendedTypes } = this.options.config
    this.committedLog.clear()
    this.use(new DataTree({ extendedTypes }), new Map())
  }

  /** A snapshot is about to come in. */
  beginSnapshot(zxid: Zxid): SnapshotIntake {
    const { extendedTypes, juteMaxBuffer } = this.options.config
    return (this.intake = new SnapshotIntake(zxid, { extendedTypes }, 2 * juteMaxBuffer))
  }

  /** The snapshot that came in is the tree now, in memory. */
  takeSnapshot(): void {
    const { tree, sessions } = this.intake!
    this.intake = undefined
    this.committedLog.clear()
    this.use(tree, new Map(sessions))
  }

  /** BROADCAST-45: the tree as it is takes the place of all that the disk has. */
  async installSnapshot(): Promise<void> {
    await this.closeFiles()
    const { folders } = this.options
    await installSnapshot(this.place(), folders, this.tree, this.sessionEntries())
    this.lastLogged = this.tree.lastProcessedZxid
    this.use(this.tree, this.sessions)
    this.log = this.openLog()
  }

  /** BROADCAST-63, BROADCAST-64: a role is over. The log is flushed, and memory made what a start would find. */
  async settle(after: DatabaseAfter): Promise<void> {
    await Promise.all(this.effects)
    await this.closeFiles()
    const isBehind = this.tree.lastProcessedZxid !== this.lastLogged
    if (after === 'fromDisk' || (after === 'withLog' && isBehind)) this.load()
    else this.use(this.tree, this.sessions)
    await this.saveFirstSnapshot()
    this.log = this.openLog()
  }

  /** A role has begun a durable effect. */
  busy(effect: Promise<void>): void {
    this.effects.add(effect)
    void effect.finally(() => this.effects.delete(effect))
  }

  /** Makes everything durable, and closes the files. */
  async close(): Promise<void> {
    await Promise.all(this.effects)
    await this.closeFiles()
  }

  /** Closes the files as they are. */
  abandon(): void {
    this.snapshots.cancel()
    this.log.abandon()
  }

  private async closeFiles(): Promise<void> {
    this.snapshots.cancel()
    await this.log.close()
    await this.snapshots.idle()
  }

  private use(tree: DataTree, sessions: Map<SessionId, number>): void {
    this.tree = tree
    this.sessions = sessions
    this.snapshots = this.snapshotPolicy()
  }

  private sessionEntries(): readonly SessionEntry[] {
    return this.entries?.() ?? [...this.sessions]
  }

  private place(): SnapshotPlace {
    const { disk, clock, compression } = this.options.outside
    const { snapshotCompression: method } = this.options.config
    return { disk, clock, compression, method, folder: this.options.folders.snapshots }
  }

  private snapshotPolicy(): SnapshotPolicy {
    const { outside, config, folders, logger } = this.options
    return new SnapshotPolicy({
      ...this.place(),
      random: outside.random,
      logger,
      folders,
      tree: this.tree,
      sessions: () => this.sessionEntries(),
      snapCount: config.snapCount,
      snapSizeLimitInKb: config.snapSizeLimitInKb,
      snapRetainCount: config.snapRetainCount,
    })
  }

  private openLog(): LogWriter {
    const { outside, config, folders, logger, onLogged, onFailure } = this.options
    return new LogWriter({
      disk: outside.disk,
      clock: outside.clock,
      logger,
      folder: folders.logs,
      forceSync: config.forceSync,
      preAllocSize: config.preAllocSizeInKb * 1024,
      sizeLimit: Math.max(0, config.txnLogSizeLimitInKb) * 1024,
      syncWarningMs: config.fsyncWarningThresholdMs,
      onDurable: (zxid) => {
        onLogged(zxid)
        this.considerSnapshot()
      },
      onFailure,
    })
  }
}

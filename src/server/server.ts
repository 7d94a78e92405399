/** A server over whatever is outside of it: recovers its data, puts the parts together, listens, keeps time, stops. */
import { compile } from '../machine/compile.js'
import type { Cancel } from '../platform/clock.js'
import type { Logger } from '../platform/logger.js'
import type { SessionTracker } from '../session/session-tracker.js'
import type { StorageError } from '../storage/errors.js'
import { FolderClaim } from '../storage/folder-claim.js'
import { type Folders, foldersOf, folderSizes, makeFolders } from '../storage/folders.js'
import { LogWriter } from '../storage/log-writer.js'
import { recover } from '../storage/recovery.js'
import { saveSnapshot } from '../storage/snapshot-file.js'
import { SnapshotPolicy } from '../storage/snapshot-policy.js'
import type { Tracer } from '../trace/trace-event.js'
import type { DataTree } from '../tree/data-tree.js'
import { SessionIds } from '../session/session-ids.js'
import { assemble, standaloneSid } from './assemble.js'
import type { ServerConfig } from './config/config.js'
import { ServerCore } from './core.js'
import { ServerInspection } from './inspect.js'
import { type LifeContext, type LifeEvent, lifeMachine } from './life/life-machine.js'
import type { Outside } from './outside.js'
import type { Database } from './database.js'
import { LocalReplication } from './replication/local-replication.js'
import { startTrace } from './trace-start.js'

/** A server that serves. */
export interface RunningServer {
  readonly port: number
  readonly core: ServerCore
  readonly config: ServerConfig
  /** Stops cleanly: nothing new is taken, what was taken is made durable and answered, connections are closed. */
  stop(): Promise<void>
  /** Drops everything at once, as a crash would. */
  kill(): Promise<void>
  /** Resolves when the server has stopped; rejects when it had to, because its log can't be written. */
  readonly stopped: Promise<void>
}

export interface ServerOptions {
  readonly config: ServerConfig
  readonly logger: Logger
  readonly tracer?: Tracer | undefined
}

const life = compile(lifeMachine)
const hour = 3_600_000

export class Server implements RunningServer, LifeContext {
  readonly config: ServerConfig
  readonly stopped: Promise<void>
  port = 0
  core!: ServerCore
  private readonly logger: Logger
  private readonly tracer: Tracer | undefined
  private readonly folders: Folders
  private readonly claim = new FolderClaim()
  private log!: LogWriter
  private snapshots!: SnapshotPolicy
  private state = life.initial
  private readonly timers: Cancel[] = []
  private failure: StorageError | undefined
  private settle!: { resolve: () => void; reject: (error: unknown) => void }

  constructor(
    private readonly outside: Outside,
    options: ServerOptions,
  ) {
    this.config = options.config
    this.logger = options.logger
    this.tracer = options.tracer
    this.folders = foldersOf(this.config.dataDir, this.config.dataLogDir)
    this.stopped = new Promise((resolve, reject) => (this.settle = { resolve, reject }))
    this.stopped.catch(() => {}) // whoever waits hears of it; nobody has to
  }

  /** Rejects when the data can't be read, the folder can't be written, or the port can't be had. */
  async start(): Promise<void> {
    try {
      await this.recoverAndListen()
    } catch (error) {
      this.claim.release()
      throw error
    }
  }

  async stop(): Promise<void> {
    if (life.stateName(this.state) === 'serving') {
      this.turn({ type: 'STOP' })
      this.core.stop()
      if (this.core.pipeline.isIdle) this.turn({ type: 'DURABLE' })
    }
    return this.stopped
  }

  async kill(): Promise<void> {
    this.clearTimers()
    this.snapshots.cancel()
    this.log.abandon()
    this.outside.listener.destroy()
    this.claim.release()
    await this.outside.listener.closed(0)
    this.settle.resolve()
  }

  announce(state: 'recovering' | 'serving' | 'stopping' | 'stopped'): void {
    this.logger[state === 'recovering' ? 'debug' : 'info'](
      state === 'serving'
        ? { port: this.port, data: this.folders.snapshots, pid: this.outside.process.id }
        : {},
      state,
    )
  }

  refuseNewConnections(): void {
    this.outside.listener.stopAccepting()
  }

  closeConnections(): void {
    this.clearTimers()
    this.snapshots.cancel()
    this.core.closeAll()
    this.core.flush()
    void this.end()
  }

  reportFailure(): void {
    const { file, message } = this.failure!
    this.logger.error({ file }, `${message}; the server stops, nothing acknowledged is lost`)
  }

  private async recoverAndListen(): Promise<void> {
    const { config, folders, logger } = this
    const { disk, clock, listener } = this.outside
    this.turn({ type: 'RECOVER' })
    makeFolders(disk, folders)
    await this.claim.take(disk, folders, logger)
    const found = recover({
      disk,
      compression: this.outside.compression,
      folders,
      tree: { extendedTypes: config.extendedTypes },
      trustEmpty: config.snapshotTrustEmpty,
      logger,
    })
    const { tree, isFresh } = found
    if (found.needsSnapshot) {
      const { compression } = this.outside
      const place = {
        disk,
        clock,
        compression,
        method: config.snapshotCompression,
        folder: folders.snapshots,
      }
      await saveSnapshot(place, tree, [...found.sessions])
    }
    logger.info(
      {
        znodes: tree.size,
        sessions: found.sessions.size,
        replayed: found.transactions,
        zxid: `0x${tree.lastProcessedZxid.toString(16)}`,
      },
      isFresh ? 'the data directory is new' : 'data recovered',
    )
    const ids = new SessionIds(standaloneSid, clock.now())
    const { state, sessions } = assemble(config, this.outside.hash, tree, found.sessions, clock.now(), ids)
    this.snapshots = this.buildSnapshotPolicy(tree, sessions)
    this.log = this.buildLog()
    this.core = this.buildCore(state, sessions)
    if (this.tracer !== undefined) startTrace(this.tracer, config, tree, found.sessions, isFresh, clock.now())
    try {
      const { clientPort, clientPortAddress, clientPortListenBacklog } = config
      this.port = await listener.listen(this.core, clientPort, clientPortAddress, clientPortListenBacklog)
    } catch (error) {
      this.log.abandon()
      throw error
    }
    this.every(Math.max(10, Math.min(config.tickTime / 4, 250)), () => this.core.tick())
    this.every(config.containerCheckIntervalMs, () => this.core.reap())
    this.turn({ type: 'RECOVERED' })
    if (config.purgeInterval === 0) return
    // At once too: a server that is restarted more often than that would never purge.
    this.snapshots.purge()
    this.every(config.purgeInterval * hour, () => this.snapshots.purge())
  }

  private async end(): Promise<void> {
    await this.outside.listener.closed(2000)
    await this.log.close()
    await this.snapshots.idle()
    this.claim.release()
    this.tracer?.({
      time: this.outside.clock.now(),
      subsystem: 'service',
      instance: 'server',
      input: { type: 'stop' },
    })
    if (this.failure === undefined) this.settle.resolve()
    else this.settle.reject(this.failure)
  }

  private turn(event: LifeEvent): void {
    this.state = life.step(this.state, this, event)
  }

  private buildSnapshotPolicy(tree: DataTree, sessions: SessionTracker): SnapshotPolicy {
    const { disk, clock, random, compression } = this.outside
    const { snapCount, snapSizeLimitInKb, snapRetainCount } = this.config
    return new SnapshotPolicy({
      disk,
      clock,
      compression,
      method: this.config.snapshotCompression,
      random,
      logger: this.logger,
      folders: this.folders,
      tree,
      sessions: () => sessions.entries(),
      snapCount,
      snapSizeLimitInKb,
      snapRetainCount,
    })
  }

  private buildLog(): LogWriter {
    const { disk, clock } = this.outside
    return new LogWriter({
      disk,
      clock,
      logger: this.logger,
      folder: this.folders.logs,
      forceSync: this.config.forceSync,
      preAllocSize: this.config.preAllocSizeInKb * 1024,
      sizeLimit: Math.max(0, this.config.txnLogSizeLimitInKb) * 1024,
      syncWarningMs: this.config.fsyncWarningThresholdMs,
      onDurable: (zxid) => {
        this.core.logDurable(zxid)
        this.core.flush()
        this.snapshots.consider(this.log)
        if (life.stateName(this.state) === 'stopping' && this.core.pipeline.isIdle)
          this.turn({ type: 'DURABLE' })
      },
      onFailure: (error) => {
        this.failure = error
        this.turn({ type: 'FAIL' })
      },
    })
  }

  private buildCore(state: Database, sessions: SessionTracker): ServerCore {
    const { disk, clock, listener, process } = this.outside
    const { folders } = this
    const inspection = new ServerInspection(() => this.core, state, sessions, process, {
      dataDir: folders.snapshots,
      dataLogDir: folders.logs,
      port: () => this.port,
      mode: () => 'standalone',
      sid: 0,
      directorySizes: () => folderSizes(disk, folders),
    })
    return new ServerCore({
      config: this.config,
      state,
      sessions,
      replication: new LocalReplication(this.log, {
        state,
        sessions,
        now: () => this.core.now(),
        reconfigEnabled: this.config.reconfigEnabled,
        sid: BigInt(standaloneSid),
      }),
      transport: listener,
      logger: this.logger,
      now: () => clock.now(),
      inspection,
      tracer: this.tracer,
    })
  }

  private every(interval: number, action: () => void): void {
    const { clock } = this.outside
    this.timers.push(
      clock.every(interval, () => {
        action()
        this.core.flush()
      }),
    )
  }

  private clearTimers(): void {
    for (const cancel of this.timers.splice(0)) cancel()
  }
}

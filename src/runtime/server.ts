/** Runs a server in this process: recovers its data, puts the parts together, listens, keeps time, stops. */
import { compile } from '../machine/compile.js'
import { defaultConfig, type ServerConfig } from '../server/config/config.js'
import { ServerCore } from '../server/core.js'
import { ServerInspection } from '../server/inspect.js'
import { type LifeContext, type LifeEvent, lifeMachine } from '../server/life/machine.js'
import { type Logger, silent } from '../server/logger.js'
import type { SessionTracker } from '../session/session-tracker.js'
import type { State } from '../server/state.js'
import type { StorageError } from '../storage/errors.js'
import type { Tracer } from '../trace/event.js'
import { DataTree } from '../tree/data-tree.js'
import { assemble } from './assemble.js'
import { Listener } from './listener.js'
import { type Folders, openFolders, recover } from './storage/recover.js'
import { FileJournal } from './storage/journal.js'
import { SnapshotKeeper } from './storage/keeper.js'
import { saveSnapshot } from './storage/snapshots.js'
import { directorySizes, environment, fileDescriptors, version } from './surroundings.js'
import { startTrace } from './trace-start.js'

/** What a server is told. */
export interface StartOptions {
  /** Anything that a `zoo.cfg` may say; Apache's defaults otherwise. */
  readonly config?: Partial<ServerConfig>
  /** 0: any free port. */
  readonly port?: number
  readonly host?: string | null
  /** The folder of snapshots, and of logs unless `dataLogDir` says otherwise. */
  readonly dataDir: string
  readonly dataLogDir?: string | null
  readonly tracer?: Tracer
  readonly logger?: Logger
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

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

const life = compile(lifeMachine)
const minute = 60_000

/** Starts a server. Rejects when the data can't be read, the folder can't be written, or the port can't be had. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const server = new Server(options)
  await server.start()
  return server
}

class Server implements RunningServer, LifeContext {
  readonly config: ServerConfig
  readonly stopped: Promise<void>
  port = 0
  core!: ServerCore
  private readonly logger: Logger
  private readonly listener: Listener
  private readonly folders: Folders
  private readonly clock: () => number
  private journal!: FileJournal
  private keeper!: SnapshotKeeper
  private state = life.initial
  private readonly timers: NodeJS.Timeout[] = []
  private failure: StorageError | undefined
  private settle!: { resolve: () => void; reject: (error: unknown) => void }

  constructor(private readonly options: StartOptions) {
    this.config = { ...defaultConfig(), ...options.config, dataDir: options.dataDir }
    this.config.dataLogDir = options.dataLogDir ?? this.config.dataLogDir
    this.logger = options.logger ?? silent
    this.clock = monotonic(options.now ?? Date.now)
    this.listener = new Listener({ keepAlive: this.config.tcpKeepAlive })
    this.folders = openFolders(this.config.dataDir, this.config.dataLogDir)
    this.stopped = new Promise((resolve, reject) => (this.settle = { resolve, reject }))
    this.stopped.catch(() => {}) // whoever waits hears of it; nobody has to
  }

  async start(): Promise<void> {
    this.turn({ type: 'RECOVER' })
    const tree = new DataTree({ extendedTypes: this.config.extendedTypes })
    const {
      sessions: found,
      isFresh,
      transactions,
    } = recover(this.folders, tree, this.config.snapshotTrustEmpty, this.logger)
    if (isFresh) await saveSnapshot(this.folders.snapshots, tree, [])
    this.logger.info(
      {
        znodes: tree.size,
        sessions: found.size,
        replayed: transactions,
        zxid: `0x${tree.lastProcessedZxid.toString(16)}`,
      },
      isFresh ? 'the data directory is new' : 'data recovered',
    )
    const { state, sessions } = assemble(this.config, tree, found, this.clock())
    this.keeper = new SnapshotKeeper(this.config, this.folders, tree, sessions, this.logger)
    this.journal = new FileJournal({
      folder: this.folders.logs,
      forceSync: this.config.forceSync,
      preAllocSize: this.config.preAllocSizeInKb * 1024,
      sizeLimit: Math.max(0, this.config.txnLogSizeLimitInKb) * 1024,
      syncWarningMs: this.config.fsyncWarningThresholdMs,
      logger: this.logger,
      onDurable: (zxid) => {
        this.core.logDurable(zxid)
        this.core.flush()
        this.keeper.consider(this.journal)
        if (life.stateName(this.state) === 'stopping' && this.core.pipeline.isIdle)
          this.turn({ type: 'DURABLE' })
      },
      onFailure: (error) => {
        this.failure = error
        this.turn({ type: 'FAIL' })
      },
    })
    this.core = this.buildCore(state, sessions)
    if (this.options.tracer !== undefined)
      startTrace(this.options.tracer, this.config, tree, found, isFresh, this.clock())
    const { config } = this
    const host = this.options.host === undefined ? config.clientPortAddress : this.options.host
    try {
      this.port = await this.listener.listen(
        this.core,
        this.options.port ?? config.clientPort,
        host,
        config.clientPortListenBacklog,
      )
    } catch (error) {
      this.journal.abandon()
      throw error
    }
    this.every(Math.max(10, Math.min(config.tickTime / 4, 250)), () => this.core.tick())
    this.every(config.containerCheckIntervalMs, () => this.core.reap())
    if (config.purgeInterval > 0) this.every(config.purgeInterval * 60 * minute, () => this.keeper.purge())
    this.turn({ type: 'RECOVERED' })
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
    this.keeper.cancel()
    this.journal.abandon()
    this.listener.destroy()
    await this.listener.closed(0)
    this.settle.resolve()
  }

  announce(state: 'recovering' | 'serving' | 'stopping' | 'stopped'): void {
    this.logger[state === 'recovering' ? 'debug' : 'info'](
      state === 'serving' ? { port: this.port, data: this.folders.snapshots, pid: process.pid } : {},
      state,
    )
  }

  refuseNewConnections(): void {
    this.listener.stopAccepting()
  }

  closeConnections(): void {
    this.clearTimers()
    this.keeper.cancel()
    this.core.closeAll()
    this.core.flush()
    void this.end()
  }

  reportFailure(): void {
    const { file, message } = this.failure!
    this.logger.error({ file }, `${message}; the server stops, nothing acknowledged is lost`)
  }

  private async end(): Promise<void> {
    await this.listener.closed(2000)
    await this.journal.close()
    await this.keeper.idle()
    if (this.options.tracer !== undefined) {
      this.options.tracer({
        time: this.clock(),
        subsystem: 'service',
        instance: 'server',
        input: { type: 'stop' },
      })
    }
    if (this.failure === undefined) this.settle.resolve()
    else this.settle.reject(this.failure)
  }

  private turn(event: LifeEvent): void {
    this.state = life.step(this.state, this, event)
  }

  private buildCore(state: State, sessions: SessionTracker): ServerCore {
    const around = {
      version,
      dataDir: this.folders.snapshots,
      dataLogDir: this.folders.logs,
      environment,
      fileDescriptors,
      directorySizes: () => directorySizes(this.folders),
      port: () => this.port,
    }
    const inspection = new ServerInspection(() => this.core, state, sessions, around)
    return new ServerCore({
      config: this.config,
      state,
      sessions,
      journal: this.journal,
      transport: this.listener,
      logger: this.logger,
      now: this.clock,
      inspection,
      tracer: this.options.tracer,
    })
  }

  private every(interval: number, action: () => void): void {
    this.timers.push(
      setInterval(() => {
        action()
        this.core.flush()
      }, interval),
    )
  }

  private clearTimers(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer)
  }
}

/** A clock that never goes back, whatever the machine's does. */
function monotonic(clock: () => number): () => number {
  let last = 0
  return () => (last = Math.max(last, clock()))
}

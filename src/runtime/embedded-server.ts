/**
 * A server inside a program or a test: `import { startServer } from 'zoospec/server'`. It takes a free port and a folder of
 * its own, and is gone when it is stopped.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '../platform/logger.js'
import { defaultConfig } from '../server/config/config.js'
import { setKey } from '../server/config/read-config.js'
import type { RunningServer } from '../server/server.js'
import { startServer as startRunning } from './server.js'

export type { Log, Logger } from '../platform/logger.js'

/** What a server may be told. All of it may be left out. */
export interface EmbeddedServerOptions {
  /** The port to listen on; 0, the default: any free one. */
  readonly port?: number
  /** The address to listen on; 127.0.0.1 unless it is said. */
  readonly host?: string
  /** Where the data goes. Unless it is said, a temporary folder that {@link EmbeddedServer.stop} deletes. */
  readonly dataDir?: string
  /**
   * Settings as `zoo.cfg` has them, by its keys: `{ tickTime: 200, extendedTypesEnabled: true }`. Unlike in a file,
   * `tickTime` is 500 milliseconds unless it is said, and every four-letter word is answered.
   */
  readonly config?: Readonly<Record<string, string | number | boolean>>
  /** Where log lines go; nowhere unless it is said. */
  readonly logger?: Logger
}

/** A server that runs in this process. */
export interface EmbeddedServer {
  /** `HOST:PORT`, as clients want it. */
  readonly address: string
  readonly port: number
  /** The folder of its data. */
  readonly dataDir: string
  /** Stops it cleanly. A temporary folder goes with it. Does nothing when it has stopped. */
  stop(): Promise<void>
  /** Drops everything at once, as a crash would. Port and data stay for {@link EmbeddedServer.start}. */
  kill(): Promise<void>
  /** Starts it again after {@link EmbeddedServer.kill}, on the same port and data. Rejects while it runs, or once it was stopped. */
  start(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a server.
 * @throws ConfigError when a key or a value of `config` is wrong
 * @throws StorageError when the data can't be read or the folder is in use
 */
export async function startServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const config = { ...defaultConfig(), tickTime: 500, fourLetterWords: ['*'] }
  for (const [key, value] of Object.entries(options.config ?? {}))
    setKey(config, key, String(value), 'config')
  const { port = 0, host = '127.0.0.1', logger } = options
  const isTemporary = options.dataDir === undefined
  const dataDir = options.dataDir ?? temporaryFolder()
  const run = (on: number): Promise<RunningServer> =>
    startRunning({ config, port: on, host, dataDir, ...(logger === undefined ? {} : { logger }) })
  const forget = (): void => {
    if (isTemporary) removeFolder(dataDir)
  }
  try {
    return new Embedded(await run(port), host, dataDir, run, forget)
  } catch (error) {
    forget()
    throw error
  }
}

class Embedded implements EmbeddedServer {
  readonly address: string
  readonly port: number
  private running: RunningServer | undefined
  private isStopped = false

  constructor(
    first: RunningServer,
    host: string,
    readonly dataDir: string,
    private readonly run: (port: number) => Promise<RunningServer>,
    private readonly forget: () => void,
  ) {
    this.running = first
    this.port = first.port
    this.address = `${host.includes(':') ? `[${host}]` : host}:${this.port}`
  }

  async stop(): Promise<void> {
    this.isStopped = true
    const { running } = this
    this.running = undefined
    await running?.stop()
    this.forget()
  }

  async kill(): Promise<void> {
    const { running } = this
    this.running = undefined
    await running?.kill()
  }

  async start(): Promise<void> {
    if (this.isStopped) throw new Error(`the server on ${this.address} was stopped; start another one`)
    if (this.running !== undefined) throw new Error(`the server on ${this.address} runs already`)
    this.running = await this.run(this.port)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

/** Folders to delete when the process ends, if nobody has before. */
const left = new Set<string>()

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-'))
  if (left.size === 0) process.once('exit', removeAll)
  left.add(folder)
  return folder
}

function removeAll(): void {
  for (const folder of left) rmSync(folder, { recursive: true, force: true })
}

function removeFolder(folder: string): void {
  left.delete(folder)
  rmSync(folder, { recursive: true, force: true })
}

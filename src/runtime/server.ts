/** Runs a server in this process, on its sockets, files, clock and chance. */
import { resolve } from 'node:path'
import { type Logger, silent } from '../platform/logger.js'
import { defaultConfig, type ServerConfig } from '../server/config/config.js'
import type { Outside } from '../server/outside.js'
import { type RunningServer, Server } from '../server/server.js'
import type { Tracer } from '../trace/trace-event.js'
import { FileDisk } from './file-disk.js'
import { nodeHash } from './hash.js'
import { SocketListener } from './listener.js'
import { nodeCompression } from './node-compression.js'
import { processInfo } from './process-info.js'
import { SystemClock } from './system-clock.js'

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

/** Starts a server. Rejects when the data can't be read, the folder can't be written, or the port can't be had. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const config = configOf(options)
  const { logger = silent, tracer } = options
  const server = new Server(outsideOf(config, options.now), { config, logger, tracer })
  await server.start()
  return server
}

/** What was asked for, with the folders' whole paths: messages name them, whatever folder the operator is in. */
function configOf({ config, port, host, dataDir, ...rest }: StartOptions): ServerConfig {
  const whole = { ...defaultConfig(), ...config }
  const dataLogDir = rest.dataLogDir ?? whole.dataLogDir
  return {
    ...whole,
    dataDir: resolve(dataDir),
    dataLogDir: dataLogDir === null ? null : resolve(dataLogDir),
    clientPort: port ?? whole.clientPort,
    clientPortAddress: host === undefined ? whole.clientPortAddress : host,
  }
}

/** What a server has outside of it in this process. */
export function outsideOf(config: ServerConfig, now?: () => number): Outside {
  return {
    disk: new FileDisk(),
    clock: new SystemClock(now),
    listener: new SocketListener({ keepAlive: config.tcpKeepAlive }),
    random: Math.random,
    hash: nodeHash,
    compression: nodeCompression,
    process: processInfo,
  }
}

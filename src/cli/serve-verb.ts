/** `zoospec serve`: a server of this process's own, from `zoo.cfg` and flags until SIGTERM or SIGINT. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { consoleLogger, type LogLevel } from '../runtime/logger.js'
import { startServer } from '../runtime/server.js'
import { readSid, startMember } from '../runtime/member.js'
import { openTrace } from '../runtime/trace-file.js'
import { defaultConfig, type ServerConfig } from '../server/config/config.js'
import type { EnsembleConfig } from '../server/config/ensemble-config.js'
import {
  ConfigError,
  type ReadConfig,
  readConfig,
  setKey,
  takeClientAddress,
} from '../server/config/read-config.js'
import type { Logger } from '../platform/logger.js'
import { StorageError } from '../storage/errors.js'
import { serveFlags, serveHelp } from './serve-help.js'
import { type Arguments, parseArguments, UsageError } from './usage.js'

const levels: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent']

export async function serve(args: readonly string[]): Promise<number> {
  const given = parseArguments(args, serveFlags, 1, serveHelp)
  const level = given.flags.get('log-level') ?? 'info'
  if (!levels.includes(String(level))) {
    throw new UsageError(`--log-level is "${level}"; expected ${levels.join(', ')}`, serveHelp)
  }
  const logger = await consoleLogger(level as LogLevel)
  const places = new Map<string, string>()
  try {
    return await run(given, logger, places)
  } catch (error) {
    const explained = explain(error, places)
    if (explained === undefined) throw error
    logger.error({}, explained)
    return 1
  }
}

async function run(given: Arguments, logger: Logger, places: Map<string, string>): Promise<number> {
  const { config, warnings, ...read } = configuration(given)
  for (const [key, place] of read.places) places.set(key, place)
  for (const warning of warnings) logger.warn({}, warning)
  if (read.ensemble !== undefined)
    return runMember(given, { ...read, config, ensemble: read.ensemble }, logger)
  const traceFile = given.flags.get('trace')
  const trace = typeof traceFile === 'string' ? openTrace(traceFile) : undefined
  const dataDir = resolve(config.dataDir)
  logger.info({ data: dataDir, pid: process.pid }, 'zoospec starts')
  const server = await startServer({
    config,
    dataDir,
    logger,
    ...(trace === undefined ? {} : { tracer: trace.tracer }),
  })
  try {
    return await untilStopped(server, logger)
  } finally {
    trace?.close()
  }
}

/** Runs a server until it is asked to stop, or has to. */
async function untilStopped(
  server: { stop(): Promise<void>; readonly stopped: Promise<void> },
  logger: Logger,
): Promise<number> {
  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'asked to stop')
    void server.stop()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  try {
    await server.stopped
    return 0
  } catch (error) {
    // The server has said why it had to stop.
    if (error instanceof StorageError) return 1
    throw error
  }
}

/** A member of an ensemble, until SIGTERM or SIGINT. */
async function runMember(
  { positional, flags }: Arguments,
  {
    config,
    ensemble,
    places,
  }: { config: ServerConfig; ensemble: EnsembleConfig; places: ReadonlyMap<string, string> },
  logger: Logger,
): Promise<number> {
  const sid = readSid(resolve(config.dataDir), ensemble)
  const { client } = ensemble.members.get(sid)!
  const about = { name: `server.${sid}`, place: positional[0]!, client }
  if (!flags.has('client-port')) takeClientAddress(config, about, places)
  const traceFile = flags.get('trace')
  const trace = typeof traceFile === 'string' ? openTrace(traceFile, `server.${sid}`) : undefined
  try {
    const server = await startMember({ config, ensemble, sid, logger, tracer: trace?.tracer })
    return await untilStopped(server, logger)
  } finally {
    trace?.close()
  }
}

/** What the file and the flags say together; flags go before the file. */
function configuration({ positional, flags }: Arguments): ReadConfig {
  const [file] = positional
  const read =
    file === undefined
      ? { config: defaultConfig(), ensemble: undefined, warnings: [], places: new Map<string, string>() }
      : readConfig(readText(file), file)
  const port = flags.get('client-port')
  const dataDir = flags.get('data-dir')
  if (port !== undefined) setKey(read.config, 'clientPort', String(port), '--client-port')
  if (dataDir === undefined) return read
  setKey(read.config, 'dataDir', String(dataDir), '--data-dir')
  return { ...read, warnings: read.warnings.filter((warning) => !warning.includes('dataDir is not set')) }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `${file} can't be read (${(error as Error).message}); name a zoo.cfg, or none for the defaults`,
    )
  }
}

/** What to say of an error that an operator can do something about. `places`: where a file sets which key. */
function explain(error: unknown, places: ReadonlyMap<string, string>): string | undefined {
  if (error instanceof ConfigError || error instanceof StorageError) return error.message
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code === 'EADDRINUSE')
    return `${error.message}; another server listens there: stop it, or choose another --client-port`
  if (error.code === 'EACCES')
    return `${error.message}; this user may not do that: choose another port or folder`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    const place = places.get('clientPortAddress')
    const where = place === undefined ? '' : `${place}: `
    return `${where}clientPortAddress must be an address of this machine, or a name of one (${error.message})`
  }
  return 'syscall' in error ? error.message : undefined
}

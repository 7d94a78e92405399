/** Runs a member of an ensemble in this process, on its sockets, files, clock and chance. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Logger } from '../platform/logger.js'
import type { ServerConfig } from '../server/config/config.js'
import { ConfigError } from '../server/config/config-error.js'
import type { EnsembleConfig } from '../server/config/ensemble-config.js'
import { openElection } from '../server/ensemble/election-service.js'
import { EnsembleServer } from '../server/ensemble/ensemble-server.js'
import { MemberTrace } from '../server/ensemble/member-trace.js'
import { membershipOf } from '../server/ensemble/membership.js'
import type { Tracer } from '../trace/trace-event.js'
import { outsideOf } from './server.js'
import { SocketPeerNetwork } from './socket-peer-network.js'

/** What a member is told. */
export interface MemberOptions {
  readonly config: ServerConfig
  readonly ensemble: EnsembleConfig
  readonly logger: Logger
  /** Its number in the ensemble. */
  readonly sid: bigint
  /** Told of every turn of its roles. */
  readonly tracer?: Tracer | undefined
}

/** Starts a member. Rejects when the data can't be read, or a port can't be had. */
export async function startMember({
  config,
  ensemble,
  sid,
  logger,
  tracer,
}: MemberOptions): Promise<EnsembleServer> {
  const dataDir = resolve(config.dataDir)
  const dataLogDir = config.dataLogDir === null ? null : resolve(config.dataLogDir)
  const whole = { ...config, dataDir, dataLogDir }
  const outside = outsideOf(whole)
  const network = new SocketPeerNetwork()
  const { clock } = outside
  const trace = tracer && new MemberTrace(tracer, () => clock.now(), sid)
  const server = new EnsembleServer(
    {
      ...outside,
      network,
      elect: (decided) => openElection({ sid, ensemble, network, clock, logger, trace }, decided),
    },
    {
      config: whole,
      logger,
      members: membershipOf(sid, ensemble),
      ...(trace === undefined ? {} : { trace }),
    },
  )
  await server.start()
  return server
}

/**
 * Which member the file `myid` in `dataDir` says that this is.
 * @throws ConfigError where it says none
 */
export function readSid(dataDir: string, { members }: EnsembleConfig): bigint {
  const file = join(dataDir, 'myid')
  const known = [...members.keys()].join(', ')
  const advice = `expected the number of one of this ensemble's servers: ${known}`
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`${file} can't be read (${(error as Error).message}); ${advice}`)
  }
  const sid = /^\d{1,19}$/.test(text.trim()) ? BigInt(text.trim()) : undefined
  if (sid !== undefined && members.has(sid)) return sid
  throw new ConfigError(`${file} holds ${JSON.stringify(text.slice(0, 40))}; ${advice}`)
}

/** The server as the four-letter words see it: gathers what the core and its process know. */
import type { SessionId } from '../../spec/vocabulary/index.js'
import { sessionTimeouts } from './config/config.js'
import type { Connection } from './connection/connection.js'
import type { ServerCore } from './core.js'
import type { SessionTracker } from '../session/session-tracker.js'
import { shortName } from './request-kinds.js'
import type { ProcessInfo } from './outside.js'
import type { Database } from './database.js'
import type { ConnectionView, Inspection } from './four-letter/inspection.js'
import { javaDouble } from './four-letter/format-answer.js'

/** Where the server is. Sizes in bytes. */
export interface Location {
  port(): number
  /** What `srvr` calls this server: standalone, leader, follower or observer. */
  mode(): string
  /** Its number in the ensemble; 0 where it stands alone. */
  readonly sid: number
  readonly dataDir: string
  readonly dataLogDir: string
  directorySizes(): { readonly snapshots: number; readonly logs: number }
}

export class ServerInspection implements Inspection {
  traceMask = 0b100110010n
  private readonly coreOf: () => ServerCore
  private readonly state: Database
  private readonly sessions: SessionTracker
  private readonly process: ProcessInfo
  private readonly location: Location

  constructor(
    core: () => ServerCore,
    state: Database,
    sessions: SessionTracker,
    process: ProcessInfo,
    location: Location,
  ) {
    this.coreOf = core
    this.state = state
    this.sessions = sessions
    this.process = process
    this.location = location
  }

  private get core(): ServerCore {
    return this.coreOf()
  }

  version = () => this.process.version
  latency = () => this.core.context.stats.latency
  received = () => this.core.context.stats.packetsReceived
  sent = () => this.core.context.stats.packetsSent
  outstanding = () => this.core.context.throttle.outstanding
  lastZxid = () => this.state.lastZxid
  mode = () => this.location.mode()
  /** Apache counts the root twice: it stands in its table under two names. */
  nodeCount = () => this.state.tree.size + 1
  connectionCount = () => this.core.connections.size
  environment = () => this.process.environment()
  directorySizes = () => this.location.directorySizes()
  watchSummary = () => this.state.watches.summary()
  ephemerals = () => [...this.state.tree.ephemerals].map(([id, paths]) => [id, [...paths]] as const)
  sessionsByExpiry = () => this.sessions.byExpiry()

  connections(): ConnectionView[] {
    return [...this.core.connections.values()].map((connection) => this.view(connection))
  }

  configuration(): (readonly [string, string | number])[] {
    const { config } = this.core.context
    const { min, max } = sessionTimeouts(config)
    const { snapshots, logs } = this.location.directorySizes()
    return [
      ['clientPort', this.location.port()],
      ['secureClientPort', -1],
      ['dataDir', this.location.dataDir],
      ['dataDirSize', snapshots],
      ['dataLogDir', this.location.dataLogDir],
      ['dataLogSize', logs],
      ['tickTime', config.tickTime],
      ['maxClientCnxns', config.maxClientCnxns],
      ['minSessionTimeout', min],
      ['maxSessionTimeout', max],
      ['clientPortListenBacklog', config.clientPortListenBacklog],
      ['serverId', this.location.sid],
    ]
  }

  metrics(): (readonly [string, string | number])[] {
    const { connections, context } = this.core
    const { stats, started } = context
    const { open, max } = this.process.fileDescriptors()
    return [
      ['version', this.process.version],
      ['server_state', this.mode()],
      ['avg_latency', javaDouble(stats.latency.mean)],
      ['max_latency', stats.latency.max],
      ['min_latency', stats.latency.min],
      ['packets_received', stats.packetsReceived],
      ['packets_sent', stats.packetsSent],
      ['num_alive_connections', connections.size],
      ['outstanding_requests', this.core.context.throttle.outstanding],
      ['uptime', this.core.now() - started],
      ['znode_count', this.nodeCount()],
      ['watch_count', this.state.watches.total],
      ['ephemerals_count', this.state.tree.ephemeralCount],
      ['approximate_data_size', this.state.tree.approximateDataSize],
      ['global_sessions', this.sessions.count],
      ['local_sessions', 0],
      ['open_file_descriptor_count', open],
      ['max_file_descriptor_count', max],
      ['connection_drop_probability', '0.0'],
      ['last_client_response_size', stats.lastResponseSize],
      ['max_client_response_size', stats.maxResponseSize],
      ['min_client_response_size', stats.minResponseSize],
      ['outstanding_tls_handshake', 0],
      ['auth_failed_count', stats.authFailed],
      ['non_mtls_remote_conn_count', 0],
      ['non_mtls_local_conn_count', 0],
      ['proposal_count', this.core.pipeline.replication.proposedCount],
      ['bytes_received_count', stats.bytesReceived],
      ['connection_rejected', stats.connectionsRejected],
      ['connection_drop_count', stats.connectionsDropped],
      ['sessionless_connections_expired', stats.sessionlessExpired],
      ['stale_sessions_expired', stats.sessionsExpired],
    ]
  }

  watchesBySession(): [SessionId, readonly string[]][] {
    return this.state.watches.byWatcher().flatMap(([id, paths]): [SessionId, readonly string[]][] => {
      const connection = this.core.connections.get(id)
      return connection === undefined ? [] : [[connection.sessionId, paths]]
    })
  }

  watchesByPath(): [string, readonly SessionId[]][] {
    const byPath = new Map<string, SessionId[]>()
    for (const [session, paths] of this.watchesBySession()) {
      for (const path of paths) byPath.set(path, [...(byPath.get(path) ?? []), session])
    }
    return [...byPath]
  }

  connectionsByExpiry(): [number, ConnectionView[]][] {
    const byTime = new Map<number, ConnectionView[]>()
    const { tickTime, sessionlessCnxnTimeout } = this.core.context.config
    for (const connection of this.core.connections.values()) {
      const lifetime = connection.timeout === 0 ? sessionlessCnxnTimeout : connection.timeout
      const due = (Math.floor((this.core.now() + lifetime) / tickTime) + 1) * tickTime
      byTime.set(due, [...(byTime.get(due) ?? []), this.view(connection)])
    }
    return [...byTime].sort(([a], [b]) => a - b)
  }

  resetConnectionStats(): void {
    for (const connection of this.core.connections.values()) connection.stats.reset()
  }

  resetServerStats(): void {
    this.core.context.stats.reset()
  }

  private view(connection: Connection): ConnectionView {
    const { stats } = connection
    return {
      address: `/${connection.peer}`,
      reading: connection.isReading && connection.word === '',
      queued: connection.outstanding,
      received: stats.received,
      sent: stats.sent,
      sessionId: connection.sessionId,
      lastOperation: stats.lastType === 0 ? 'NA' : shortName(stats.lastType),
      established: connection.established,
      timeout: connection.timeout,
      lastCxid: stats.lastCxid,
      lastZxid: stats.lastZxid,
      lastResponse: stats.lastResponse,
      lastLatency: stats.lastLatency,
      minLatency: stats.latency?.min ?? 0,
      meanLatency: stats.latency?.mean ?? 0,
      maxLatency: stats.latency?.max ?? 0,
    }
  }
}

/** What the four-letter words can ask of a server. */
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'

/** A connection as `stat` and `cons` tell it. Times and latencies in milliseconds. */
export interface ConnectionView {
  /** As Java prints a socket address: `/127.0.0.1:40000`. */
  readonly address: string
  readonly reading: boolean
  readonly queued: number
  readonly received: number
  readonly sent: number
  /** 0n before the handshake. */
  readonly sessionId: SessionId
  readonly lastOperation: string
  readonly established: number
  readonly timeout: number
  /** -1 before the first. */
  readonly lastCxid: number
  readonly lastZxid: Zxid
  readonly lastResponse: number
  readonly lastLatency: number
  readonly minLatency: number
  readonly meanLatency: number
  readonly maxLatency: number
}

/** The server as the words see it. */
export interface Inspection {
  /** Apache's mask of what its text log traces: kept and told, for the tools that set it. */
  traceMask: bigint
  version(): string
  latency(): { readonly min: number; readonly mean: number; readonly max: number }
  received(): number
  sent(): number
  outstanding(): number
  lastZxid(): Zxid
  mode(): string
  nodeCount(): number
  connectionCount(): number
  connections(): readonly ConnectionView[]
  configuration(): readonly (readonly [string, string | number])[]
  environment(): readonly (readonly [string, string])[]
  directorySizes(): { readonly snapshots: number; readonly logs: number }
  metrics(): readonly (readonly [string, string | number])[]
  watchSummary(): { readonly connections: number; readonly paths: number; readonly total: number }
  watchesBySession(): readonly (readonly [SessionId, readonly string[]])[]
  watchesByPath(): readonly (readonly [string, readonly SessionId[]])[]
  sessionsByExpiry(): readonly (readonly [number, readonly SessionId[]])[]
  connectionsByExpiry(): readonly (readonly [number, readonly { address: string; sessionId: SessionId }[]])[]
  ephemerals(): readonly (readonly [SessionId, readonly string[]])[]
  resetConnectionStats(): void
  resetServerStats(): void
}

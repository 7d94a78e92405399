/**
 * What the parts of the core share: the clock, counters, output, limits, the trace. It is passed down, so that no part
 * knows the core, nor the others more than it needs.
 */
import type { Logger } from '../platform/logger.js'
import type { SessionTracker } from '../session/session-tracker.js'
import type { Tracer } from '../trace/trace-event.js'
import type { ServerConfig } from './config/config.js'
import type { Connection } from './connection/connection.js'
import type { Transport } from './effects.js'
import { OutputBuffers } from './output-buffers.js'
import type { Client } from './pipeline/session-order.js'
import type { Replication } from './replication/replication.js'
import { RepeatLimit } from './repeat-limit.js'
import { ServiceTrace } from './service-trace.js'
import type { Database } from './database.js'
import { ServerStats } from './stats.js'
import { Throttle } from './throttle.js'
import type { Inspection } from './four-letter/inspection.js'

/** What a server is made of. */
export interface ServerParts {
  readonly config: ServerConfig
  readonly state: Database
  readonly sessions: SessionTracker
  readonly replication: Replication
  readonly transport: Transport
  readonly logger: Logger
  /** Milliseconds since 1970; never goes back. */
  readonly now: () => number
  readonly tracer?: Tracer | undefined
  /** What the four-letter words tell. */
  readonly inspection: Inspection
}

export class ServerContext {
  readonly config: ServerConfig
  readonly stats = new ServerStats()
  readonly outlet: OutputBuffers
  readonly throttle: Throttle<Client>
  /** Tells what clients can see, when a trace is written. */
  readonly trace: ServiceTrace | undefined
  private readonly complaints: RepeatLimit
  /** When the server was put together. */
  readonly started: number
  private time: number

  constructor(readonly parts: ServerParts) {
    this.config = parts.config
    this.time = this.started = parts.now()
    this.trace = parts.tracer === undefined ? undefined : new ServiceTrace(parts.tracer, () => this.time)
    this.outlet = new OutputBuffers(parts.transport)
    this.throttle = new Throttle(outstandingLimit(parts.config))
    this.complaints = new RepeatLimit((fields, message) => parts.logger.warn(fields, message))
  }

  /** The time of the input that is being worked on, in milliseconds since 1970. */
  now(): number {
    return this.time
  }

  /** An input begins: its time is read, once. */
  beginInput(): void {
    this.time = this.parts.now()
  }

  /** Ends a connection once what it was answered is sent. */
  end(connection: Connection): void {
    this.outlet.end(connection)
    this.trace?.closed(connection)
  }

  /** One line about a client, unless there were many of its kind. */
  complain(kind: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    this.complaints.say(kind, this.time, fields, message)
  }

  /** Tells how many lines were left out, when it is time. */
  tickComplaints(): void {
    this.complaints.tick(this.time)
  }

  received(connection: Connection): void {
    connection.stats.received++
    this.stats.packetsReceived++
  }

  /** Counts; what the server says renews no session (SESSION-28). */
  sent(connection: Connection): void {
    connection.stats.sent++
    this.stats.packetsSent++
  }
}

/** Requests in progress that are too many. */
function outstandingLimit({ globalOutstandingLimit, requestThrottleMaxRequests }: ServerConfig): number {
  const most = requestThrottleMaxRequests === 0 ? Infinity : requestThrottleMaxRequests
  return Math.min(globalOutstandingLimit, most)
}

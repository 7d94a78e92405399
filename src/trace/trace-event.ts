/**
 * The trace format: one event a line (NDJSON), what a server did in the spec's words.
 * The server writes it (`--trace FILE`), the validator in this folder reads it.
 */

/** The subsystems that write events. `service` events are what clients can see; the others look inside. */
export type TraceSubsystem =
  | 'service'
  | 'session'
  | 'watcher'
  | 'acl'
  | 'tree'
  | 'connection'
  | 'storage'
  // Of a member of an ensemble.
  | 'election'
  | 'learner'
  | 'leader'

/**
 * One line of a trace. In JSON, 64-bit numbers are strings of `0x` and hexadecimal digits (two's complement),
 * bytes are `{"base64": "..."}`; everything else is plain.
 */
export interface TraceEvent {
  /** Counts up from 1 within a server's trace. */
  readonly seq: number
  /** Milliseconds since 1970, by the server's clock. */
  readonly time: number
  readonly server: string
  readonly subsystem: TraceSubsystem
  /** Which machine of the subsystem: a session's id, a connection's number, a path. */
  readonly instance: string
  /** What happened: its `type` is the event's name in the spec machine. */
  readonly input: { readonly type: string } & Readonly<Record<string, unknown>>
  /** State before and after, for subsystems whose machine has states. */
  readonly before?: string
  readonly after?: string
  /** The variables that the spec talks about. */
  readonly vars?: Readonly<Record<string, unknown>>
  /** The rule that the server believes it followed. */
  readonly rule?: string
}

/** What a server calls for each event; absent when no trace is written, so that it costs nothing then. */
export type Tracer = (event: Omit<TraceEvent, 'seq' | 'server'>) => void

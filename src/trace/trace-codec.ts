/**
 * Trace events as lines of text, and back. 64-bit numbers are `0x` and hexadecimal digits (two's complement),
 * bytes are `{"base64": "..."}`. Which fields are 64 bits wide is known by their names, so that a znode named `0x1` stays a name.
 */
import type { TraceEvent } from './trace-event.js'

/** The fields that are 64-bit numbers, wherever they stand. */
const wide: ReadonlySet<string> = new Set([
  'zxid',
  'czxid',
  'mzxid',
  'pzxid',
  'lastZxidSeen',
  'relativeZxid',
  'session',
  'sessionId',
  'ephemeralOwner',
  'ttl',
  'curConfigId',
])

/** A line that isn't a trace event. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError'
  /** The line's number, from 1. */
  readonly line: number
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`)
    this.line = line
  }
}

/** One event as a line, without the line's end. */
export function encodeEvent(event: TraceEvent): string {
  return JSON.stringify(event, (_, value: unknown) => {
    if (typeof value === 'bigint') return `0x${BigInt.asUintN(64, value).toString(16)}`
    if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
    if (isBufferJson(value)) return { base64: Buffer.from(value.data).toString('base64') }
    return value
  })
}

/** A Buffer, after its own `toJSON`. */
function isBufferJson(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { type?: unknown }).type === 'Buffer' &&
    Array.isArray((value as { data?: unknown }).data)
  )
}

/** The event of a line. Throws {@link TraceFormatError}. */
export function decodeEvent(text: string, line: number): TraceEvent {
  let value: unknown
  try {
    value = JSON.parse(text, revive)
  } catch (error) {
    throw new TraceFormatError(line, `not JSON (${(error as Error).message})`)
  }
  if (!isEvent(value)) {
    throw new TraceFormatError(
      line,
      'not a trace event: seq, time, server, subsystem, instance and input.type are needed',
    )
  }
  return value
}

function revive(key: string, value: unknown): unknown {
  if (typeof value === 'string' && wide.has(key) && /^0x[0-9a-f]{1,16}$/i.test(value)) {
    return BigInt.asIntN(64, BigInt(value))
  }
  if (typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string') {
    return new Uint8Array(Buffer.from(value.base64, 'base64'))
  }
  return value
}

function isEvent(value: unknown): value is TraceEvent {
  if (typeof value !== 'object' || value === null) return false
  const event = value as Partial<Record<keyof TraceEvent, unknown>>
  return (
    typeof event.seq === 'number' &&
    typeof event.time === 'number' &&
    typeof event.server === 'string' &&
    typeof event.subsystem === 'string' &&
    typeof event.instance === 'string' &&
    typeof event.input === 'object' &&
    event.input !== null &&
    typeof (event.input as { type?: unknown }).type === 'string'
  )
}

/** A tracer's sink that numbers events and gives each as a line. */
export function lineTracer(
  server: string,
  write: (line: string) => void,
): (event: Omit<TraceEvent, 'seq' | 'server'>) => void {
  let seq = 0
  return (event) => write(encodeEvent({ seq: ++seq, server, ...event }))
}

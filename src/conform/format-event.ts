/**
 * Events and outputs as short lines for people: what a rejection shows.
 */
import { errorName, EventType } from '../../spec/vocabulary/index.js'
import type { ServiceEvent, ServiceOutput } from '../../spec/service/service-events.js'

/** A 64-bit number as ZooKeeper's logs write it. */
export const formatHex = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16)}`

/** Any plain value, short. */
export function formatValue(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return formatHex(inner)
    if (inner instanceof Uint8Array) return formatBytes(inner)
    return inner
  })
}

/** Bytes as text, cut when long. */
export function formatBytes(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, 64))
    .toString('latin1')
    .replace(/[^ -~]/g, '.')
  return bytes.length > 64 ? `${shown}... (${bytes.length} bytes)` : shown
}

/** An error's name, or its number. */
export const formatError = (err: number): string => (err === 0 ? 'Ok' : (errorName(err) ?? `error ${err}`))

/** What the service said. */
export function formatOutput(output: ServiceOutput): string {
  const to = `connection ${output.connection}`
  switch (output.type) {
    case 'connected': {
      const { sessionId, timeOut } = output.response
      return timeOut <= 0
        ? `${to}: session refused`
        : `${to}: connected, session ${formatHex(sessionId)}, timeout ${timeOut}`
    }
    case 'reply': {
      const { xid, zxid, err, result } = output.reply
      return `${to}: reply to xid ${xid}, zxid ${formatHex(zxid)}, ${formatError(err)}${result === undefined ? '' : ` ${formatValue(result)}`}`
    }
    case 'notification': {
      const { event } = output.notification
      const name =
        Object.entries(EventType).find(([, code]) => code === event.type)?.[0] ??
        `event ${String(event.type)}`
      return `${to}: notification ${name} ${event.path}`
    }
    case 'closed':
      return `${to}: closed`
  }
}

/** A step of the service, or of a client. */
export function formatEvent(event: ServiceEvent): string {
  switch (event.type) {
    case 'request':
      return `connection ${event.connection} asks ${formatValue(event.request)} with xid ${event.xid}`
    case 'connect':
      return `connection ${event.connection} asks for ${event.request.sessionId === 0n ? 'a new session' : `session ${formatHex(event.request.sessionId)}`}`
    case 'serve':
    case 'disconnect':
    case 'abandon':
      return `${event.type} connection ${event.connection}`
    case 'expire':
    case 'giveUp':
      return `${event.type} session ${formatHex(event.session)}`
    case 'reap':
      return `reap ${event.path}`
    case 'tick':
      return 'time passes'
  }
}

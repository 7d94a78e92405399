/** Turns what a server knows of itself into the text that Apache's tools expect. */
import type { ConnectionView, Inspection } from './inspection.js'

const unsigned64 = (1n << 64n) - 1n
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A 64-bit number in hexadecimal, two's complement. */
export function hex(value: bigint): string {
  return `0x${(value & unsigned64).toString(16)}`
}

/** A time as Java's `Date` prints it, in UTC. */
export function javaDate(time: number): string {
  const date = new Date(time)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${days[date.getUTCDay()]!} ${months[date.getUTCMonth()]!} ${two(date.getUTCDate())} ${clock} UTC ${date.getUTCFullYear()}`
}

/** A number as Java prints a double of up to four decimals. */
export function javaDouble(value: number): string {
  const rounded = Math.round(value * 10_000) / 10_000
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded)
}

/** What `srvr` says, and with the connections what `stat` says. */
export function describeServer(server: Inspection, withConnections: boolean): string {
  const { min, mean, max } = server.latency()
  const clients = withConnections
    ? ['Clients:', ...server.connections().map((connection) => describeConnection(connection, true)), '']
    : []
  return [
    `Zookeeper version: ${server.version()}`,
    ...clients,
    `Latency min/avg/max: ${min}/${javaDouble(mean)}/${max}`,
    `Received: ${server.received()}`,
    `Sent: ${server.sent()}`,
    `Connections: ${server.connectionCount()}`,
    `Outstanding: ${server.outstanding()}`,
    `Zxid: ${hex(server.lastZxid())}`,
    `Mode: ${server.mode()}`,
    `Node count: ${server.nodeCount()}`,
    '',
  ].join('\n')
}

/** One connection as `cons` tells it, or in brief as `stat` does. */
export function describeConnection(c: ConnectionView, brief: boolean): string {
  const fields = [`queued=${c.queued}`, `recved=${c.received}`, `sent=${c.sent}`]
  if (!brief && c.sessionId !== 0n) {
    fields.push(
      `sid=${hex(c.sessionId)}`,
      `lop=${c.lastOperation}`,
      `est=${c.established}`,
      `to=${c.timeout}`,
    )
    if (c.lastCxid >= 0) fields.push(`lcxid=0x${c.lastCxid.toString(16)}`)
    fields.push(`lzxid=${hex(c.lastZxid)}`, `lresp=${c.lastResponse}`, `llat=${c.lastLatency}`)
    fields.push(`minlat=${c.minLatency}`, `avglat=${Math.trunc(c.meanLatency)}`, `maxlat=${c.maxLatency}`)
  }
  return ` ${c.address}[${c.reading ? 1 : 0}](${fields.join(',')})`
}

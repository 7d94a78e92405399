/**
 * The first message on a connection between two election ports: who it is that has connected, and where that server's own
 * election port is. Carries ELECTION-71.
 */
import { MarshallingError } from '../marshalling-error.js'

/** A host, by name or number (an IPv6 one without its brackets), and a port from 0 to 65535. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Who has connected. Servers before 3.5 send the sid alone, and so no address. */
export interface InitialMessage {
  readonly sid: bigint
  readonly addresses: readonly HostPort[]
}

/** The sid of an observer that has no number; several may call themselves so. */
export const unnumberedObserver = 2n ** 63n - 1n

/** The longest text of addresses, in bytes. */
export const longestAddresses = 2048

const oneAddress = -65536n
const severalAddresses = -65535n
const headBytes = 20

/** The message's bytes. Send them at once: Apache closes a connection on which they come in pieces. */
export function initialMessageBytes({ sid, addresses }: InitialMessage): Buffer {
  const text = Buffer.from(addresses.map(formatHostPort).join('|'))
  if (text.length < 1 || text.length > longestAddresses)
    throw new RangeError(`addresses of ${text.length} bytes: must be 1 to ${longestAddresses}`)
  const head = Buffer.alloc(headBytes)
  head.writeBigInt64BE(addresses.length === 1 ? oneAddress : severalAddresses, 0)
  head.writeBigInt64BE(sid, 8)
  head.writeInt32BE(text.length, 16)
  return Buffer.concat([head, text])
}

/**
 * Reads the message at the start of what a connection has sent so far.
 * @returns the message and how many bytes it has; undefined while it is not whole
 * @throws MarshallingError at bytes that begin no such message
 */
export function readInitialMessage(bytes: Buffer): { message: InitialMessage; length: number } | undefined {
  if (bytes.length < 8) return undefined
  const version = bytes.readBigInt64BE(0)
  if (version >= 0n) return { message: { sid: version, addresses: [] }, length: 8 }
  if (version !== oneAddress && version !== severalAddresses)
    throw new MarshallingError(
      0,
      `a sid, or the version ${oneAddress} or ${severalAddresses}`,
      String(version),
    )
  if (bytes.length < headBytes) return undefined
  const length = bytes.readInt32BE(16)
  if (length < 1 || length > longestAddresses)
    throw new MarshallingError(16, `a length of 1 to ${longestAddresses}`, String(length))
  const end = headBytes + length
  if (bytes.length < end) return undefined
  const texts = bytes.toString('utf8', headBytes, end).split('|')
  if (version === oneAddress && texts.length > 1)
    throw new MarshallingError(headBytes, 'one address', `${texts.length}`)
  return { message: { sid: bytes.readBigInt64BE(8), addresses: texts.map(readHostPort) }, length: end }
}

function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function readHostPort(text: string): HostPort {
  const [, numeric, name, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  const host = numeric ?? name
  if (host === undefined || port > 65535)
    throw new MarshallingError(headBytes, 'host:port, or [address]:port for IPv6', JSON.stringify(text))
  return { host, port }
}

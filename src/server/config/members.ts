/**
 * The lines `server.N` of a `zoo.cfg`, which name the members of an ensemble. Until a server of ours can be one, a single
 * line is a server that stands alone, and more are refused: servers that stand alone beside each other are a split brain.
 */
import { colonParts, plainHost, portOf } from './addresses.js'

/** Where a member's clients connect to. */
export interface ClientAddress {
  /** Undefined where only a port is named. */
  readonly host: string | undefined
  readonly port: number
}

/** What a line says of a member that matters to a server that stands alone. */
export interface Member {
  readonly role: 'participant' | 'observer'
  readonly client: ClientAddress | undefined
}

/** What a line must look like; completes "expected ...". */
export const memberShape =
  'HOST:PORT:PORT, then :participant or :observer if it is said, then ;PORT or ;HOST:PORT for clients; more addresses of one member behind |'

/** The member that the value of `server.N` describes; undefined when it is none. */
export function parseMember(value: string): Member | undefined {
  const [servers = '', ...clients] = value.split(';')
  if (clients.length > 1) return undefined
  const roles = servers.split('|').map(roleOf)
  if (roles.includes(undefined)) return undefined
  const role = roles.includes('observer') ? 'observer' : 'participant'
  if (clients.length === 0) return { role, client: undefined }
  const client = clientOf(clients[0]!.trim())
  return client === undefined ? undefined : { role, client }
}

/** The role in one address of a member; undefined when it is no address. */
function roleOf(address: string): 'participant' | 'observer' | undefined {
  const [host = '', quorumPort, electionPort, role = 'participant', ...rest] = colonParts(address.trim())
  const isAddress =
    plainHost(host) !== undefined && portOf(quorumPort) !== undefined && portOf(electionPort) !== undefined
  const name = role.toLowerCase()
  return isAddress && rest.length === 0 && (name === 'participant' || name === 'observer') ? name : undefined
}

function clientOf(text: string): ClientAddress | undefined {
  const parts = colonParts(text)
  const port = portOf(parts.at(-1))
  if (port === undefined || parts.length > 2) return undefined
  if (parts.length === 1) return { host: undefined, port }
  const host = plainHost(parts[0]!)
  return host === undefined ? undefined : { host, port }
}

/** The lines of a `zoo.cfg` that name the members of an ensemble: `server.N`, `group.N`, `weight.N`. */
import { colonParts, plainHost, portOf } from './addresses.js'

/** An address that servers reach another at: a host without brackets, and a port. */
export interface MemberAddress {
  readonly host: string
  readonly port: number
}

/** Where a member's clients connect to. */
export interface ClientAddress {
  /** Undefined where only a port is named. */
  readonly host: string | undefined
  readonly port: number
}

/** What a line `server.N` says of a member. */
export interface Member {
  readonly role: 'participant' | 'observer'
  /** Where it listens while it leads; at least one. */
  readonly quorum: readonly MemberAddress[]
  /** Where it listens for elections; as many. */
  readonly election: readonly MemberAddress[]
  readonly client: ClientAddress | undefined
}

/** What a line must look like; completes "expected ...". */
export const memberShape =
  'HOST:PORT:PORT, then :participant or :observer if it is said, then ;PORT or ;HOST:PORT for clients; more addresses of one member behind |'

/** The member that the value of `server.N` describes; undefined when it is none. */
export function parseMember(value: string): Member | undefined {
  const [servers = '', ...clients] = value.split(';')
  if (clients.length > 1) return undefined
  const addresses = servers.split('|').map(addressOf)
  if (!addresses.every((address) => address !== undefined)) return undefined
  const role = addresses.some((address) => address.role === 'observer') ? 'observer' : 'participant'
  const quorum = addresses.map(({ host, quorumPort }) => ({ host, port: quorumPort }))
  const election = addresses.map(({ host, electionPort }) => ({ host, port: electionPort }))
  if (clients.length === 0) return { role, quorum, election, client: undefined }
  const client = clientOf(clients[0]!.trim())
  return client === undefined ? undefined : { role, quorum, election, client }
}

interface ServerAddress {
  readonly host: string
  readonly quorumPort: number
  readonly electionPort: number
  readonly role: string
}

/** One address of a member; undefined when it is none. */
function addressOf(address: string): ServerAddress | undefined {
  const [text = '', first, second, role = 'participant', ...rest] = colonParts(address.trim())
  const [host, quorumPort, electionPort] = [plainHost(text), portOf(first), portOf(second)]
  if (host === undefined || quorumPort === undefined || electionPort === undefined) return undefined
  const name = role.toLowerCase()
  const isRole = name === 'participant' || name === 'observer'
  return rest.length === 0 && isRole ? { host, quorumPort, electionPort, role: name } : undefined
}

function clientOf(text: string): ClientAddress | undefined {
  const parts = colonParts(text)
  const port = portOf(parts.at(-1))
  if (port === undefined || parts.length > 2) return undefined
  if (parts.length === 1) return { host: undefined, port }
  const host = plainHost(parts[0]!)
  return host === undefined ? undefined : { host, port }
}

/** A member as Apache writes it, into notifications and `/zookeeper/config`. */
export function memberText({ role, quorum, election, client }: Member): string {
  const servers = quorum.map(({ host, port }, at) => `${bracketed(host)}:${port}:${election[at]!.port}`)
  const clients = client === undefined ? '' : `;${bracketed(client.host ?? '0.0.0.0')}:${client.port}`
  return `${servers.join('|')}:${role}${clients}`
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

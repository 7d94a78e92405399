/**
 * What a client saw, as a line of a scenario. Times are left out, and a session's id is written as the name of the client
 * that was given it: they differ from run to run. Zxids count from 1 and don't.
 */
import {
  errorName,
  EventType,
  type Acl,
  type ConnectResponse,
  type MultiResult,
  type Notification,
  type Reply,
  type Result,
  type Stat,
} from '../../spec/vocabulary/index.js'
import { formatBytes } from '../conform/format-event.js'

/** A session's name, by its id. */
export type SessionNames = ReadonlyMap<bigint, string>

/** What a connection was told. */
export type Seen =
  | { readonly type: 'connected'; readonly response: ConnectResponse }
  | { readonly type: 'reply'; readonly op: string; readonly reply: Reply }
  | { readonly type: 'notification'; readonly notification: Notification }
  | { readonly type: 'closed' }

/** What to call what differs from run to run. */
export interface Naming {
  readonly names: SessionNames
  /** Milliseconds since 1970 that times count from; absent to leave them out. */
  readonly start?: number
}

/** One line, without the client's name. */
export function formatSeen(seen: Seen, names: Naming): string {
  switch (seen.type) {
    case 'connected': {
      const { timeOut, sessionId } = seen.response
      if (timeOut <= 0) return 'refused'
      return `connected session=${names.names.get(BigInt.asIntN(64, sessionId)) ?? '?'} timeout=${timeOut}`
    }
    case 'notification': {
      const { type, path } = seen.notification.event
      return `watch ${nameOf(EventType, type)} ${path}`
    }
    case 'reply': {
      const { zxid, err, result } = seen.reply
      const outcome = err === 0 ? formatResult(result, names) : (errorName(err) ?? `error ${err}`)
      return `${seen.op}:${outcome === '' ? ' ok' : ` ${outcome}`} zxid=${zxid}`
    }
    case 'closed':
      return 'closed'
  }
}

function formatResult(result: Result | undefined, names: Naming): string {
  if (result === undefined) return ''
  switch (result.op) {
    case 'create':
      return result.path
    case 'sync':
      return result.path ?? 'null'
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return `${result.path} ${formatStat(result.stat, names)}`
    case 'exists':
    case 'setData':
    case 'setACL':
      return formatStat(result.stat, names)
    case 'getData':
      return `${formatData(result.data)} ${formatStat(result.stat, names)}`
    case 'getACL':
      return `${result.acl.map(formatAcl).join(';')} ${formatStat(result.stat, names)}`
    case 'getChildren':
      return formatList(result.children)
    case 'getChildren2':
      return `${formatList(result.children)} ${formatStat(result.stat, names)}`
    case 'multi':
    case 'multiRead':
      return `[${result.results.map((part) => formatPart(part, names)).join('; ')}]`
    case 'getEphemerals':
      return formatList(result.ephemerals)
    case 'getAllChildrenNumber':
      return String(result.totalNumber)
    case 'whoAmI':
      return `[${result.clientInfo.map(({ authScheme, user }) => `${authScheme}:${user}`).join(' ')}]`
    case 'sasl':
      return formatData(result.token)
    default:
      return ''
  }
}

function formatPart(part: MultiResult, names: Naming): string {
  switch (part.op) {
    case 'create':
      return part.path
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return `${part.path} ${formatStat(part.stat, names)}`
    case 'setData':
      return formatStat(part.stat, names)
    case 'getData':
      return `${formatData(part.data)} ${formatStat(part.stat, names)}`
    case 'getChildren':
      return formatList(part.children)
    case 'error':
      return part.err === 0 ? 'undone' : (errorName(part.err) ?? `error ${part.err}`)
    default:
      return 'ok'
  }
}

/** A Stat; its times only if there is something to count them from. */
function formatStat(stat: Stat, names: Naming): string {
  const { czxid, mzxid, pzxid, version, cversion, aversion, ephemeralOwner, numChildren, dataLength } = stat
  const owner =
    ephemeralOwner === 0n
      ? ''
      : ` owner=${names.names.get(BigInt.asIntN(64, ephemeralOwner)) ?? `0x${BigInt.asUintN(64, ephemeralOwner).toString(16)}`}`
  const times =
    names.start === undefined
      ? ''
      : ` times=${timeOf(stat.ctime, names.start)},${timeOf(stat.mtime, names.start)}`
  return `(version=${version},${cversion},${aversion} zxid=${czxid},${mzxid},${pzxid} length=${dataLength} children=${numChildren}${owner}${times})`
}

const timeOf = (time: number, start: number): string => (time === 0 ? '0' : `+${time - start}`)

const formatData = (data: Uint8Array | null): string => (data === null ? 'null' : `"${formatBytes(data)}"`)
const formatList = (list: readonly string[]): string => `[${[...list].sort().join(' ')}]`

const letters: readonly (readonly [string, number])[] = [
  ['c', 4],
  ['d', 8],
  ['r', 1],
  ['w', 2],
  ['a', 16],
]

function formatAcl({ perms, id }: Acl): string {
  const set = letters.filter(([, bit]) => (perms & bit) !== 0).map(([letter]) => letter)
  return `${id.scheme}:${id.id}:${set.join('')}`
}

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, each]) => each === value)?.[0] ?? String(value)
}

/**
 * The commands of scenario files: what a client does, what time does, what the operator does. One line each.
 *
 *     a: connect [timeout=MS] [session=NAME] [passwd=wrong] [seen=ZXID]     a new connection; NAME: the session that NAME was given
 *     a: disconnect
 *     a: create PATH [data=TEXT] [mode=ephemeral|...] [acl=ACL] [ttl=MS]    also create2, createContainer, createTTL
 *     a: delete|setData|setACL|check PATH [data=TEXT] [version=N] [acl=ACL]
 *     a: exists|getData|getChildren|getChildren2 PATH [watch]
 *     a: getACL|sync|getAllChildrenNumber PATH      a: getEphemerals [PATH]
 *     a: addWatch PATH [mode=persistentRecursive]   a: removeWatches|checkWatches PATH [type=children|data|any]
 *     a: setWatches [since=ZXID] [data=PATH,...] [exist=PATH,...] [child=PATH,...] [persistent=...] [recursive=...]
 *     a: auth SCHEME TEXT                           a: whoAmI   a: ping   a: closeSession
 *     a: malformed OPCODE                           a request without its record
 *     a: malformed OPCODE null-path                 one whose path is null, and all else zero
 *     a: multi create /x data=1; delete /y          a: multiRead getData /x; getChildren /y
 *     wait MS        time passes: what is overdue then, ends
 *     reap           empty containers, and nodes past their time, go
 *     restart        the server stops and starts on its data
 *     set KEY=VALUE  configures the server; stands before the first connect
 *
 * ACL: `SCHEME:ID:PERMS`, joined by `;`, PERMS of `cdrwa`: `world:anyone:r;auth::cdrwa`. Absent: `world:anyone:cdrwa`.
 */
import {
  AddWatchMode,
  CreateMode,
  WatcherType,
  type Acl,
  type Bytes,
  type MultiOp,
  type MultiReadOp,
  type Request,
} from '../../spec/vocabulary/index.js'
import type { Malformed } from '../../spec/service/service-events.js'

/** What a line asks for. `client` names a connection. */
export type Command =
  | {
      readonly type: 'connect'
      readonly client: string
      readonly timeOut: number
      /** Whose session is asked for. */
      readonly session?: string
      readonly wrongPassword: boolean
      readonly seen: bigint
    }
  | { readonly type: 'disconnect'; readonly client: string }
  | { readonly type: 'request'; readonly client: string; readonly request: Request | Malformed }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'reap' }
  | { readonly type: 'restart' }
  | { readonly type: 'set'; readonly key: string; readonly value: string }

/** A line that isn't a command. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** Reads a line. Throws {@link CommandError}. */
export function parseCommand(line: string): Command {
  const named = /^([A-Za-z]\w*):\s*(.*)$/.exec(line)
  if (named !== null) return clientCommand(named[1]!, named[2]!)
  const [verb, ...rest] = words(line)
  switch (verb) {
    case 'wait':
      return { type: 'wait', ms: number(rest[0], 'wait') }
    case 'reap':
    case 'restart':
      return { type: verb }
    case 'set': {
      const [key, value] = split(rest[0] ?? '', '=')
      if (value === undefined) throw new CommandError('set needs KEY=VALUE')
      return { type: 'set', key, value }
    }
    default:
      throw new CommandError(
        `"${line}" is no command: "NAME: ..." for a client's, or wait, reap, restart, set`,
      )
  }
}

function clientCommand(client: string, text: string): Command {
  const [op = '', ...rest] = words(text)
  if (op === 'disconnect') return { type: 'disconnect', client }
  if (op === 'malformed') {
    const isPathNull = rest[1] === 'null-path'
    return { type: 'request', client, request: { op, opcode: number(rest[0], 'malformed'), isPathNull } }
  }
  if (op !== 'connect') return { type: 'request', client, request: parseRequest(text) }
  const { options } = args(rest)
  const session = options.get('session')
  return {
    type: 'connect',
    client,
    timeOut: number(options.get('timeout') ?? '10000', 'timeout'),
    ...(session === undefined ? {} : { session }),
    wrongPassword: options.get('passwd') === 'wrong',
    seen: BigInt(options.get('seen') ?? 0),
  }
}

/** Reads a request. Throws {@link CommandError}. */
export function parseRequest(text: string): Request {
  const [op = '', ...rest] = words(text)
  const { plain, options } = args(rest)
  const path = plain[0] ?? ''
  const watch = plain.includes('watch')
  const paths = (key: string): string[] => (options.get(key) ?? '').split(',').filter((each) => each !== '')
  switch (op) {
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return { op, path, watch }
    case 'getACL':
    case 'sync':
    case 'getAllChildrenNumber':
      return { op, path }
    case 'deleteContainer':
      return { op }
    case 'getEphemerals':
      return { op, prefixPath: path === '' ? '/' : path }
    case 'setACL':
      return { op, path, acl: acl(options.get('acl')), version: version(options) }
    case 'addWatch':
      return { op, path, mode: pick(AddWatchMode, options.get('mode') ?? 'persistent') }
    case 'checkWatches':
    case 'removeWatches':
      return { op, path, type: pick(WatcherType, options.get('type') ?? 'any') }
    case 'setWatches':
    case 'setWatches2': {
      const lists = {
        relativeZxid: BigInt(options.get('since') ?? 0),
        dataWatches: paths('data'),
        existWatches: paths('exist'),
        childWatches: paths('child'),
      }
      if (op === 'setWatches') return { op, ...lists }
      return {
        op,
        ...lists,
        persistentWatches: paths('persistent'),
        persistentRecursiveWatches: paths('recursive'),
      }
    }
    case 'auth':
      return { op, authType: 0, scheme: path, auth: bytes(plain[1] ?? '') }
    case 'sasl':
      return { op, token: bytes(path) }
    case 'reconfig':
      return { op, joiningServers: path, leavingServers: null, newMembers: null, curConfigId: -1n }
    case 'whoAmI':
    case 'ping':
    case 'closeSession':
      return { op }
    case 'multi':
      return { op, ops: parts(text, op).map((part) => parseRequest(part) as MultiOp) }
    case 'multiRead':
      return { op, ops: parts(text, op).map((part) => parseRequest(part) as MultiReadOp) }
    case 'delete':
    case 'check':
      return { op, path, version: version(options) }
    case 'setData':
      return { op, path, data: data(options), version: version(options) }
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return create(op, path, options)
    default:
      throw new CommandError(`"${op}" is no operation`)
  }
}

function create(
  op: 'create' | 'create2' | 'createContainer' | 'createTTL',
  path: string,
  options: ReadonlyMap<string, string>,
): Request {
  const usual =
    op === 'createContainer' ? 'container' : op === 'createTTL' ? 'persistentWithTTL' : 'persistent'
  const fields = {
    path,
    data: data(options),
    acl: acl(options.get('acl')),
    flags: pick(CreateMode, options.get('mode') ?? usual),
  }
  return op === 'createTTL' ? { op, ...fields, ttl: BigInt(options.get('ttl') ?? 1000) } : { op, ...fields }
}

/** Words; a part in double quotes is one. */
function words(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''))
}

function args(given: readonly string[]): { plain: readonly string[]; options: ReadonlyMap<string, string> } {
  const plain: string[] = []
  const options = new Map<string, string>()
  for (const word of given) {
    const [key, value] = split(word, '=')
    if (value === undefined || word.startsWith('/')) plain.push(word)
    else options.set(key, value)
  }
  return { plain, options }
}

function split(word: string, at: string): [string, string | undefined] {
  const found = word.indexOf(at)
  return found === -1 ? [word, undefined] : [word.slice(0, found), word.slice(found + 1)]
}

function parts(text: string, op: string): readonly string[] {
  return text
    .slice(text.indexOf(op) + op.length)
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

const version = (options: ReadonlyMap<string, string>): number =>
  number(options.get('version') ?? '-1', 'version')

function data(options: ReadonlyMap<string, string>): Bytes | null {
  const text = options.get('data')
  return text === 'null' ? null : bytes(text ?? '')
}

const bytes = (text: string): Bytes => new TextEncoder().encode(text)

function number(text: string | undefined, what: string): number {
  const value = Number(text)
  if (text === undefined || !Number.isInteger(value))
    throw new CommandError(`${what} needs a whole number, not "${text ?? ''}"`)
  return value
}

function pick(table: Readonly<Record<string, number>>, name: string): number {
  const value = table[name] ?? Number(name)
  if (!Number.isInteger(value))
    throw new CommandError(`"${name}" is none of ${Object.keys(table).join(', ')}`)
  return value
}

const permissions: Readonly<Record<string, number>> = { r: 1, w: 2, c: 4, d: 8, a: 16 }

function acl(text = 'world:anyone:cdrwa'): readonly Acl[] | null {
  if (text === 'null') return null
  return text
    .split(';')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const first = entry.indexOf(':')
      const last = entry.lastIndexOf(':')
      if (first === last) throw new CommandError(`"${entry}" is no SCHEME:ID:PERMS`)
      const perms = [...entry.slice(last + 1)].reduce((bits, letter) => bits | (permissions[letter] ?? 0), 0)
      return { perms, id: { scheme: entry.slice(0, first), id: entry.slice(first + 1, last) } }
    })
}

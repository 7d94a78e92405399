/** Reads the lines of a `zoo.cfg` that name members: one that stands alone, or an ensemble. */
import { ConfigError } from './config-error.js'
import { type EnsembleConfig, problemOf } from './ensemble-config.js'
import { type Member, memberShape, parseMember } from './members.js'
import type { Property } from './properties.js'

/** A line `server.N`. */
export interface MemberLine {
  readonly property: Property
  readonly member: Member
}

/** What the lines come to: at most one of the two. */
export interface NamedMembers {
  readonly alone?: MemberLine
  readonly ensemble?: EnsembleConfig
}

const keyOf = /^(server|group|weight)\.(\d+)$/
/** The greatest sid: it is the first byte of a session's id. */
const greatestSid = 255n

/** Whether a line names members of an ensemble, or says what they count. */
export function isOfMembers({ key }: Property): boolean {
  return keyOf.test(key.trim()) || key.trim() === 'dynamicConfigFile'
}

/** Throws {@link ConfigError}. */
export function readMembers(lines: readonly Property[], file: string, warnings: string[]): NamedMembers {
  const servers = new Map<bigint, MemberLine>()
  const groups = new Map<bigint, readonly bigint[]>()
  const weights = new Map<bigint, bigint>()
  for (const property of lines) {
    const [, kind, number] = keyOf.exec(property.key.trim()) ?? []
    if (number === undefined)
      throw new ConfigError(
        `${file}:${property.line}: dynamicConfigFile names an ensemble's members in another file, which is not read; expected its server.N lines in ${file}`,
      )
    if (kind === 'server') servers.set(sidOf(number, property, file), serverOf(property, file))
    else if (kind === 'group') groups.set(BigInt(number), groupOf(property, file))
    else weights.set(BigInt(number), weightOf(property, file))
  }
  const [first] = servers.values()
  if (first === undefined || (servers.size === 1 && first.member.role === 'participant')) {
    for (const { key, line } of lines.filter(({ key }) => !key.trim().startsWith('server.')))
      warnings.push(`${file}:${line}: ${key} is not acted on: the server stands alone`)
    return first === undefined ? {} : { alone: first }
  }
  const sids = [...servers.keys()].sort((a, b) => (a < b ? -1 : 1))
  const ensemble = { members: new Map(sids.map((sid) => [sid, servers.get(sid)!.member])), groups, weights }
  const problem = problemOf(ensemble)
  if (problem !== undefined) throw new ConfigError(`${file}:${first.property.line}: ${problem}`)
  return { ensemble }
}

function sidOf(number: string, { key, line }: Property, file: string): bigint {
  const sid = BigInt(number)
  if (sid <= greatestSid) return sid
  throw new ConfigError(
    `${file}:${line}: ${key} names server ${sid}; expected a number of 0 to ${greatestSid}`,
  )
}

function serverOf(property: Property, file: string): MemberLine {
  const { key, value, line } = property
  const member = parseMember(value.trim())
  if (member !== undefined) return { property, member }
  throw new ConfigError(`${file}:${line}: ${key} is "${value.trim()}"; expected ${memberShape}`)
}

function groupOf({ key, value, line }: Property, file: string): readonly bigint[] {
  const parts = value.trim().split(':')
  if (parts.every((part) => /^\d+$/.test(part))) return parts.map(BigInt)
  throw new ConfigError(
    `${file}:${line}: ${key} is "${value.trim()}"; expected servers' numbers, such as 1:2:3`,
  )
}

function weightOf({ key, value, line }: Property, file: string): bigint {
  if (/^-?\d+$/.test(value.trim())) return BigInt(value.trim())
  throw new ConfigError(`${file}:${line}: ${key} is "${value.trim()}"; expected a whole number of 0 or more`)
}

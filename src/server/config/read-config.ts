/**
 * Reads a `zoo.cfg` into a {@link ServerConfig}: what is offered is taken over, what is known or unknown is warned about,
 * what is wrong is an error that names file, line, key and what was expected.
 */
import { type ServerConfig, defaultConfig, sessionTimeouts } from './config.js'
import type { OfferedKey } from './key-kinds.js'
import { offeredKeys } from './keys.js'
import { knownKeys } from './known-keys.js'
import type { EnsembleConfig } from './ensemble-config.js'
import type { ClientAddress } from './members.js'
import { ConfigError } from './config-error.js'
import { isOfMembers, type MemberLine, readMembers } from './read-members.js'
import { nearest } from '../../text/nearest-name.js'
import { parseProperties, type Property } from './properties.js'

export { ConfigError } from './config-error.js'

/** What a file says: the settings, and what it says that isn't acted on, each with its place. */
export interface ReadConfig {
  readonly config: ServerConfig
  /** The ensemble that it is a member of; undefined for a server that stands alone. */
  readonly ensemble: EnsembleConfig | undefined
  readonly warnings: readonly string[]
  /** Where each key that is offered was read: file and line. */
  readonly places: ReadonlyMap<string, string>
}

const offered = new Map(offeredKeys.map((key) => [key.key, key]))
const prefix = 'zookeeper.'

/** Reads the text of a `zoo.cfg`. `file` is the name that messages give it. Throws {@link ConfigError}. */
export function readConfig(text: string, file: string): ReadConfig {
  const config = defaultConfig()
  config.clientPortAddress = null // a file that names no address means them all, as Apache reads it
  const warnings: string[] = []
  const places = new Map<string, string>()
  const properties = parseProperties(text)
  for (const property of properties) {
    const key = offered.get(bare(property.key))
    if (key !== undefined) {
      take(config, key, property, file)
      places.set(key.key, `${file}:${property.line}`)
    } else if (!isOfMembers(property)) warnings.push(`${file}:${property.line}: ${complaint(property.key)}`)
  }
  if (!properties.some(({ key }) => key === 'dataDir')) {
    warnings.push(`${file}: dataDir is not set; data goes to ${config.dataDir}`)
  }
  const named = readMembers(properties.filter(isOfMembers), file, warnings)
  if (named.alone !== undefined) takeMember(config, named.alone, places, file, warnings)
  checkTogether(config, file, warnings)
  if (named.ensemble !== undefined) checkLimits(config, file)
  return { config, ensemble: named.ensemble, warnings, places }
}

/** Takes one value over, as if a file said so; for flags and programs. Throws {@link ConfigError}. */
export function setKey(config: ServerConfig, key: string, value: string, origin: string): void {
  const found = offered.get(bare(key))
  if (found === undefined) throw new ConfigError(`${origin}: ${complaint(key)}`)
  take(config, found, { key, value, line: 0 }, origin)
}

function bare(key: string): string {
  const name = key.trim()
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}

function take(config: ServerConfig, key: OfferedKey, { value, line }: Property, file: string): void {
  const trimmed = value.trim()
  if (key.set(config, trimmed)) return
  const place = line === 0 ? file : `${file}:${line}`
  throw new ConfigError(`${place}: ${key.key} is "${trimmed}"; expected ${key.expects}`)
}

function complaint(written: string): string {
  const key = bare(written)
  const match = knownKeys.find((known) => (known.prefix ? key.startsWith(known.key) : key === known.key))
  if (match !== undefined) return `${written} is not acted on: ${match.why}`
  const suggestion = nearest(key, [...offered.keys()])
  return `${written} is not a key that zoospec knows${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`
}

/** Takes the one member that a file may name: a server that stands alone. */
function takeMember(
  config: ServerConfig,
  { property, member }: MemberLine,
  places: ReadonlyMap<string, string>,
  file: string,
  warnings: string[],
): void {
  const place = `${file}:${property.line}`
  warnings.push(`${place}: ${property.key} is the only member: the server stands alone`)
  takeClientAddress(config, { name: property.key, place, client: member.client }, places)
}

/**
 * Takes over where a member's line says that its clients connect to, if it says so.
 * Throws {@link ConfigError} where `clientPort` says otherwise. `places`: where each key was read.
 */
export function takeClientAddress(
  config: ServerConfig,
  { name, place, client }: { name: string; place: string; client: ClientAddress | undefined },
  places: ReadonlyMap<string, string>,
): void {
  if (client === undefined) return
  const isPortSet = places.has('clientPort')
  if (isPortSet && config.clientPort !== client.port) {
    throw new ConfigError(
      `${place}: ${name} gives clients port ${client.port}, and ${places.get('clientPort')} port ${config.clientPort}; expected one of them, or the same`,
    )
  }
  config.clientPort = client.port
  if (client.host !== undefined && !places.has('clientPortAddress')) {
    setKey(config, 'clientPortAddress', client.host, place)
  }
}

/** A member of an ensemble has to be told how long the others may be silent. */
function checkLimits(config: ServerConfig, file: string): void {
  for (const key of ['initLimit', 'syncLimit'] as const) {
    if (config[key] > 0) continue
    throw new ConfigError(
      `${file}: ${key} is ${config[key]}; expected a number of ticks of 1 or more, as a member of an ensemble needs: ${key === 'initLimit' ? 'initLimit=10' : 'syncLimit=5'} is usual`,
    )
  }
}

/** What no single key can tell: bounds between keys, and values that Apache corrects. */
function checkTogether(config: ServerConfig, file: string, warnings: string[]): void {
  const { min, max } = sessionTimeouts(config)
  if (min > max) {
    throw new ConfigError(
      `${file}: minSessionTimeout is ${min} and maxSessionTimeout ${max}; expected a minimum that is not above the maximum`,
    )
  }
  if (config.snapRetainCount < 3) {
    warnings.push(
      `${file}: autopurge.snapRetainCount is ${config.snapRetainCount}; at least 3 snapshots are kept`,
    )
    config.snapRetainCount = 3
  }
  if (config.snapCount < 2) {
    warnings.push(`${file}: snapCount is ${config.snapCount}; it is taken as 2`)
    config.snapCount = 2
  }
}

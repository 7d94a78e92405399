/**
 * Reads a `zoo.cfg` into a {@link ServerConfig}: what is offered is taken over, what is known or unknown is warned about,
 * what is wrong is an error that names file, line, key and what was expected.
 */
import { type ServerConfig, defaultConfig, sessionTimeouts } from './config.js'
import { knownKeys, offeredKeys, type OfferedKey } from './keys.js'
import { nearest } from './nearest.js'
import { parseProperties, type Property } from './properties.js'

/** A `zoo.cfg` (or flag) that can't be followed; the message says where and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** What a file says: the settings, and what it says that isn't acted on, each with its place. */
export interface ReadConfig {
  readonly config: ServerConfig
  readonly warnings: readonly string[]
}

const offered = new Map(offeredKeys.map((key) => [key.key, key]))
const prefix = 'zookeeper.'

/** Reads the text of a `zoo.cfg`. `file` is the name that messages give it. Throws {@link ConfigError}. */
export function readConfig(text: string, file: string): ReadConfig {
  const config = defaultConfig()
  config.clientPortAddress = null // a file that names no address means them all, as Apache reads it
  const warnings: string[] = []
  const properties = parseProperties(text)
  for (const property of properties) {
    const key = offered.get(bare(property.key))
    if (key !== undefined) take(config, key, property, file)
    else warnings.push(`${file}:${property.line}: ${complaint(property.key)}`)
  }
  if (!properties.some(({ key }) => key === 'dataDir')) {
    warnings.push(`${file}: dataDir is not set; data goes to ${config.dataDir}`)
  }
  checkTogether(config, file, warnings)
  return { config, warnings }
}

/** Takes one value over, as if a file said so; for flags. */
export function setKey(config: ServerConfig, key: string, value: string, origin: string): void {
  take(config, offered.get(key)!, { key, value, line: 0 }, origin)
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

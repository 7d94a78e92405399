/** What `set KEY=VALUE` does, by the keys of `zoo.cfg`. */
import type { Settings } from '../../spec/tree/tree-types.js'

const setters: Readonly<Record<string, (value: string) => Partial<Settings>>> = {
  skipACL: (value) => ({ skipAcl: value === 'yes' }),
  extendedTypesEnabled: (value) => ({ extendedTypes: value === 'true' }),
  enforceQuota: (value) => ({ enforceQuota: value === 'true' }),
  'DigestAuthenticationProvider.superDigest': (value) => ({ superDigest: value }),
  'znode.container.maxNeverUsedIntervalMs': (value) => ({ neverUsedInterval: Number(value) }),
  tickTime: (value) => ({ tickTime: Number(value) }),
  minSessionTimeout: (value) => ({ minSessionTimeout: Number(value) }),
  maxSessionTimeout: (value) => ({ maxSessionTimeout: Number(value) }),
}

/** The settings after one more is set. Throws for a key that scenarios don't know. */
export function withSetting(settings: Settings, key: string, value: string): Settings {
  const setter = setters[key]
  if (setter === undefined) throw new Error(`set knows ${Object.keys(setters).join(', ')}, not ${key}`)
  return { ...settings, ...setter(value) }
}

/** When scenarios start, in milliseconds since 1970: at the start of a tick. */
export const scenarioStart = 1_600_000_000_000

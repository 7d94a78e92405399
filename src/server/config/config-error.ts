/** A `zoo.cfg` (or flag) that can't be followed; the message says where and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

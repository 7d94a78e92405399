/** What `zoospec configuration` can be told. */
import { formatHelp } from './usage.js'

export const configurationHelp = formatHelp(
  'configuration',
  'Prints the keys that zoo.cfg may have, as docs/configuration.md does.',
  {},
)

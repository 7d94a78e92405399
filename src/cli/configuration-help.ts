/** What `zoospec configuration` can be told. */
import { helpText } from './usage.js'

export const configurationHelp = helpText(
  'configuration',
  'Prints the keys that zoo.cfg may have, as docs/configuration.md does.',
  {},
)

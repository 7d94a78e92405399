/** `zoospec configuration`: prints the keys of `zoo.cfg`, from the table that reads them. */
import { configurationPage } from '../server/config/configuration-page.js'
import { configurationHelp } from './configuration-help.js'
import { parseArguments } from './usage.js'

export async function configuration(args: readonly string[]): Promise<number> {
  parseArguments(args, {}, 0, configurationHelp)
  process.stdout.write(configurationPage())
  return 0
}

#!/usr/bin/env node
/** The `zoospec` command: finds the verb and runs it. Verbs are in the table of `verbs.ts`, each in a file of its own. */
import { findVerb, overview } from './verbs.js'
import { InputError } from '../check/model/input-error.js'
import { UsageError } from './usage.js'

/** Whoever reads has read enough: `zoospec ... | head` ends quietly. */
function leaveWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}
process.stdout.on('error', leaveWhenUnread)
process.stderr.on('error', leaveWhenUnread)

async function main(args: readonly string[]): Promise<number> {
  const found = findVerb(args)
  if (found === undefined) {
    if (args.length === 0 || args[0] === 'help' || args[0]!.startsWith('-')) {
      const asked = args.length === 0 || ['help', '--help', '-h'].includes(args[0]!)
      if (!asked) throw new UsageError(`zoospec has no flag ${args[0]!}; flags follow the verb`, overview())
      process.stdout.write(overview())
      return 0
    }
    throw new UsageError(`zoospec has no verb ${args[0]!}`, overview())
  }
  const { verb, rest } = found
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(typeof verb.help === 'string' ? verb.help : await verb.help())
    return 0
  }
  return (await verb.load())(rest)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${error.help}`)
  else if (error instanceof InputError) process.stderr.write(`${error.message}\n`)
  else throw error
  process.exitCode = 2
}

/** `zoospec trace check`: replays a server's trace on the specification, and says whether the rules allow it. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { service } from '../../spec/service/standard-service.js'
import { traceCheckWith } from '../conform/check-trace.js'
import { traceCheckFlags, traceCheckHelp } from './trace-check-help.js'
import { parseArguments, UsageError } from './usage.js'

export async function traceCheck(args: readonly string[]): Promise<number> {
  const { positional, flags } = parseArguments(args, traceCheckFlags, 1, traceCheckHelp)
  const [file] = positional
  if (file === undefined) throw new UsageError('zoospec trace check needs a FILE', traceCheckHelp)
  const input = file === '-' ? process.stdin : createReadStream(file)
  const write = (text: string) => void process.stdout.write(text)
  const progress = (events: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${events} events`)
  }
  try {
    return await traceCheckWith(service, createInterface({ input, crlfDelay: Infinity }), {
      json: flags.has('json'),
      write,
      progress,
    })
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

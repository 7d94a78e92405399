/** The server's log: pino, as text in a terminal and as JSON elsewhere. The rest of the code knows the {@link Logger} only. */
import { type DestinationStream, pino } from 'pino'
import type { Logger } from '../platform/logger.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A logger on standard output, which it never buffers beyond the process's end. */
export async function consoleLogger(level: LogLevel): Promise<Logger> {
  const stream = process.stdout.isTTY ? await prettyStream() : pino.destination({ sync: true })
  const logger: Logger = pino({ level }, stream)
  return logger
}

/** Loaded for terminals alone: a server that a machine starts is there sooner without it. */
async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    colorize: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    sync: true,
  })
}

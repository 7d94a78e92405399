/** The server's log: pino, as text in a terminal and as JSON elsewhere. The rest of the code knows the {@link Logger} only. */
import { pino } from 'pino'
import pretty from 'pino-pretty'
import type { Logger } from '../server/logger.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A logger on standard output, which it never buffers beyond the process's end. */
export function consoleLogger(level: LogLevel): Logger {
  if (process.stdout.isTTY) {
    const stream = pretty({
      colorize: true,
      ignore: 'pid,hostname',
      translateTime: 'SYS:HH:MM:ss.l',
      singleLine: true,
      sync: true,
    })
    return pino({ level }, stream)
  }
  return pino({ level }, pino.destination({ sync: true }))
}

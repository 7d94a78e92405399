/** What the server says to its operator, whoever writes it down. */

/** A structured line: its fields, then one sentence. */
export type Log = (fields: Readonly<Record<string, unknown>>, message: string) => void

export interface Logger {
  debug: Log
  info: Log
  warn: Log
  error: Log
}

/** Says nothing. */
export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

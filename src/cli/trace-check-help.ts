/** What `zoospec trace check` can be told. */
import { type Flag, formatHelp } from './usage.js'

export const traceCheckFlags = {
  json: { about: 'print the verdict as JSON' },
} satisfies Record<string, Flag>

export const traceCheckHelp = formatHelp(
  'trace check FILE [--json]',
  'Reads a trace (zoospec serve --trace FILE; - reads standard input) and replays it on the specification.\nExit code 0: every event is allowed; 1: one is not, and it is explained; 2: the file can not be read.',
  traceCheckFlags,
)

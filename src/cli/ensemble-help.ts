/** What `zoospec ensemble` can be told. */
import { type Flag, formatHelp } from './usage.js'

export const ensembleFlags = {
  'client-port': {
    value: 'N',
    about: 'the first server’s port for clients; the others have the next ones (default 2181)',
  },
  'data-dir': {
    value: 'D',
    about: 'where the servers’ folders go (default: a temporary one, removed at the end)',
  },
  'tick-time': { value: 'MS', about: 'milliseconds of a tick (default 1000)' },
  'kill-leader-every': {
    value: 'TIME',
    about: 'kill the leader again and again, such as 10s, and start it again a third of that later',
  },
} satisfies Record<string, Flag>

export const ensembleHelp = formatHelp(
  'ensemble [N] [--client-port N] [--data-dir D] [--tick-time MS] [--kill-leader-every TIME]',
  'Runs an ensemble of N servers (default 3, at most 9) on loopback, each a process of its own, and tells who leads, until SIGTERM or SIGINT.',
  ensembleFlags,
)

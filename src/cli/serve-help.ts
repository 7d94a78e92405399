/** What `zoospec serve` can be told. */
import { type Flag, formatHelp } from './usage.js'

export const serveFlags = {
  'client-port': {
    value: 'N',
    about: 'the TCP port that clients connect to (default 2181; 0: any free port)',
  },
  'data-dir': { value: 'D', about: 'the folder of snapshots and logs (default ./zoospec-data)' },
  trace: { value: 'FILE', about: 'write what the server does to FILE, for zoospec trace check' },
  'log-level': { value: 'LEVEL', about: 'debug, info (default), warn, error or silent' },
} satisfies Record<string, Flag>

export const serveHelp = formatHelp(
  'serve [zoo.cfg] [--client-port N] [--data-dir D] [--trace FILE]',
  'Runs a server until SIGTERM or SIGINT: standalone, or the member of an ensemble whose server.N lines zoo.cfg has. Without zoo.cfg: port 2181 on loopback, data in ./zoospec-data.\nzoospec configuration prints what zoo.cfg may say.',
  serveFlags,
)

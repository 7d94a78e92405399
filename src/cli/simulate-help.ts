/** What `zoospec simulate` can be told. */
import { type Flag, formatHelp } from './usage.js'

export const simulateFlags = {
  seed: { value: 'N', about: 'the seed, or the first of them (default 1)' },
  seeds: { value: 'N', about: 'how many runs: the seed and those that follow it (default 1)' },
  servers: { value: 'N', about: 'servers that vote, 1 to 9 (default 3)' },
  observers: { value: 'N', about: 'observers beside them, 0 to 9 (default 0)' },
  clients: { value: 'N', about: 'clients, 1 to 50 (default 4)' },
  minutes: { value: 'M', about: 'simulated minutes of load and faults, each run (default 2)' },
  faults: { value: 'NAMES', about: 'only these kinds of faults, such as powerLoss,slowDisk' },
  schedule: { value: 'FILE', about: 'run a schedule that an earlier run has written' },
  out: { value: 'FILE', about: 'where the schedule of a failing run goes (default simulation-SEED.json)' },
  'no-shrink': { about: 'write the failing schedule as it is' },
  log: { about: 'show what the servers log (with --schedule, or a single seed)' },
  json: { about: 'print a line of JSON for each run' },
} satisfies Record<string, Flag>

export const simulateHelp = formatHelp(
  'simulate [--seed N] [--seeds N] [--servers N] [--observers N] [--minutes M] [--faults NAMES] [--schedule FILE]',
  'Runs whole ensembles of the real server on a simulated clock, network and disk, with faults and clients, and judges all that they do.\nEnds with 1 at the first run that breaks a rule: its schedule is made short and written to a file.',
  simulateFlags,
)

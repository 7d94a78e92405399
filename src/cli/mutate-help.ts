/** What `zoospec mutate` can be told. */
import { formatHelp, type Flag } from './usage.js'

export const mutateFlags = {
  machine: { value: 'ID', about: 'mutants of one machine (default: those of election and broadcast)' },
  only: { value: 'TEXT', about: 'only mutants whose id or rule contains TEXT' },
  list: { about: 'print the mutants, and check none' },
  json: { about: 'print the table as JSON' },
} satisfies Record<string, Flag>

export const mutateHelp = formatHelp(
  'mutate [--machine ID] [--only TEXT] [--list] [--json]',
  `Makes small mistakes in the spec's machines, one at a time, and says which the invariants notice: guards negated or
dropped, actions dropped or swapped, transitions removed, durable writes put after what follows them.
Survivors need a reason in src/check/mutate/survivors.ts.
Exit code 0: each mutant is killed or has its reason; 1: one isn't, or a reason is stale; 3: stopped before the end.`,
  mutateFlags,
)

/** What `zoospec diff` can be told. */
import { formatHelp, type Flag } from './usage.js'

export const diffFlags = {
  out: {
    value: 'DIR',
    about: 'draw both in one diagram there: SVG and Mermaid, one of each machine that differs',
  },
  check: { about: 'also say what the checker says of each' },
} satisfies Record<string, Flag>

export const diffHelp = formatHelp(
  'diff A B [--out DIR] [--check]',
  `Shows two versions of the spec side by side: machines, states, transitions, guards, actions and rules. A and B are each
  spec      the spec as it is
  FILE      a variant of it
  DIR       another checkout, built
Functions are compared by their own text, not by what they call.
Exit code 0: compared; 1: with --check, something is broken in one of them; 2: there is no such version.`,
  diffFlags,
)

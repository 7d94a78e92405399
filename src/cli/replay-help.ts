/** What `zoospec replay` can be told. */
import { formatHelp, type Flag } from './usage.js'

export const replayFlags = {
  variant: {
    value: 'FILE',
    about: 'replay on this variant; none: on the spec as it is (default: what the file says)',
  },
  sequence: { about: 'also draw it as a sequence diagram' },
  'as-test': { about: 'write an ava test that fails until the violation is gone, to OUT or beside FILE' },
} satisfies Record<string, Flag>

export const replayHelp = formatHelp(
  'replay FILE [--variant FILE] [--sequence] | replay FILE --as-test [OUT]',
  `Replays a counterexample (.json or scenario .txt, as zoospec check --out writes them) on the spec, step by step.
Exit code 0: the violation is gone; 1: it is still there; 2: the file can not be used.`,
  replayFlags,
)

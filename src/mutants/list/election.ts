/** Mistakes on the election port: bytes that are read too soon, at the wrong place, or not checked. */
import type { Mutant } from '../mutant.js'

const tests = ['dist/test/wire/peer/election-bytes.test.js']

export const electionMutants: readonly Mutant[] = [
  {
    id: 'initial-message-read-before-it-is-whole',
    file: 'src/wire/peer/initial-message.ts',
    find: 'if (bytes.length < end)\n        return undefined;',
    replace: '',
    rules: ['ELECTION-71'],
    tests,
  },
  {
    id: 'addresses-of-any-length',
    file: 'src/wire/peer/initial-message.ts',
    find: 'if (length < 1 || length > longestAddresses)',
    replace: 'if (length < 1)',
    rules: ['ELECTION-71'],
    tests,
  },
  {
    id: 'empty-election-message-taken',
    file: 'src/wire/peer/election-stream.ts',
    find: 'if (start === end)',
    replace: 'if (start > end)',
    rules: ['ELECTION-72'],
    tests,
  },
  {
    id: 'peer-epoch-of-the-round',
    file: 'src/wire/peer/notification.ts',
    find: 'peerEpoch: zxid >> 32n',
    replace: 'peerEpoch: vote.round',
    rules: ['ELECTION-74'],
    tests,
  },
  {
    id: 'configuration-longer-than-its-message',
    file: 'src/wire/peer/notification.ts',
    find: 'if (length < 0 || length > most)',
    replace: 'if (length < 0)',
    rules: ['ELECTION-74'],
    tests,
  },
]

/** Mistakes on the election port: bytes that are read too soon, at the wrong place, or not checked. */
import type { Mutant } from '../mutant.js'

const tests = ['dist/test/wire/peer/election-bytes.test.js']

export const electionMutants: readonly Mutant[] = [
  {
    id: 'observers-news-begin-the-while-anew',
    file: 'src/election/election.ts',
    find: 'if (this.options.voters.has(from))',
    replace: 'if (from > 0n)',
    rules: ['ELECTION-62'],
    tests: ['dist/test/election/hearing-observers.test.js'],
  },
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
  ...core([
    [
      'vote-compared-by-zxid-first',
      'vote',
      'if (vote.peerEpoch !== than.peerEpoch)\n        return vote.peerEpoch > than.peerEpoch;',
      '',
      'ELECTION-13',
    ],
    [
      'quorum-counts-observers',
      'election',
      'if (!this.options.isObserver)\n            supporters.add(this.options.sid);\n        return this.options.isQuorum(supporters);\n    }\n    /** ELECTION-47 */',
      'supporters.add(this.options.sid);\n        supporters.add([...this.options.voters].at(-1));\n        return this.options.isQuorum(supporters);\n    }\n    /** ELECTION-47 */',
      'ELECTION-43',
    ],
    [
      'lagging-round-counts',
      'election',
      "return heard.state === 'LOOKING' && heard.round < this.round;",
      'return false;',
      'ELECTION-33',
    ],
    [
      'votes-of-an-earlier-round-kept',
      'election',
      'this.received.clear();\n        this.received.set(heard.from, heard);',
      'this.received.set(heard.from, heard);',
      'ELECTION-34',
    ],
    [
      'leader-believed-without-its-word',
      'election',
      "return last?.state === 'LEADING';",
      'return true;',
      'ELECTION-53',
    ],
    [
      'epoch-kept-when-established',
      'election',
      'this.vote = { ...this.vote, peerEpoch };',
      '',
      'ELECTION-58',
    ],
    [
      'joined-with-its-own-round',
      'election',
      'this.vote = heard.vote;\n        this.round = heard.round;',
      'this.vote = heard.vote;',
      'ELECTION-54',
    ],
    [
      'adopted-in-silence',
      'election',
      'this.vote = event.heard.vote;\n        this.tellAll();',
      'this.vote = event.heard.vote;',
      'ELECTION-40',
    ],
  ]),
]

/** Mistakes of the election itself. */
function core(
  mistakes: readonly (readonly [id: string, file: string, find: string, replace: string, rule: string])[],
): Mutant[] {
  return mistakes.map(([id, file, find, replace, rule]) => ({
    id,
    file: `src/election/${file}.ts`,
    find,
    replace,
    rules: [rule],
    tests: ['dist/test/election/election-beside-spec.test.js'],
  }))
}

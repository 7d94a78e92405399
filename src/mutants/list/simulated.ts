/** Mistakes that simulated ensembles must notice, within the seeds of the tests. */
import type { Mutant } from '../mutant.js'
import { electionMutants } from './election.js'
import { quorumPortMutants } from './quorum-port.js'
import { replicationMutants } from './replication.js'
import { sessionMutants } from './session.js'
import { storageMutants } from './storage.js'
import { zabMutants } from './zab.js'

const tests = ['dist/test/simulate/ensembles.test.js']

/** Mistakes of other lists, which their own tests notice too. */
const shared: readonly string[] = [
  'ack-before-fsync',
  'epoch-accepted-before-it-is-written',
  'trunc-ignored',
  'diff-committed-in-memory-only',
  'leader-without-a-quorum-goes-on',
  'learner-answers-sync-itself',
  'learner-ends-sessions',
  'write-forwarded-without-its-record',
  'requests-do-not-renew',
  'session-never-expires',
  'durable-before-synced',
  'snapshot-renamed-before-synced',
  'epoch-written-in-place',
  'later-epoch-taken-for-a-gap',
  'snapshot-installed-under-its-final-name',
  'snapshot-of-its-last-change',
  'trunc-keeps-the-first-transaction-behind',
  'own-ack-before-log',
  'sync-acks-all-that-waits',
  'acks-outlive-their-connection',
  'newleader-acked-before-the-epoch-is-written',
  'newleader-acked-without-its-history',
  'uptodate-before-a-quorum-has-newleader',
  'name-of-log-not-synced',
  'name-of-epoch-not-synced',
  'session-expires-a-timeout-early',
]

const known = [
  ...electionMutants,
  ...quorumPortMutants,
  ...replicationMutants,
  ...sessionMutants,
  ...storageMutants,
  ...zabMutants,
]

/** Mistakes that no other list has: most are between the cores, where only a whole server shows them. */
const own: readonly Omit<Mutant, 'tests'>[] = [
  {
    id: 'trunc-done-in-words-only',
    file: 'src/server/ensemble/member-data.ts',
    find: 'const isCut = truncateLog(disk, this.options.folders, zxid);',
    replace: 'const isCut = true;',
    rules: ['BROADCAST-41'],
  },
  {
    id: 'role-ends-and-memory-stays',
    file: 'src/server/ensemble/member-data.ts',
    find: "if (after === 'fromDisk' || (after === 'withLog' && isBehind))",
    replace: 'if (false)',
    rules: ['BROADCAST-63'],
  },
  {
    id: 'snapshot-sessions-lost',
    file: 'src/server/ensemble/member-data.ts',
    find: 'this.use(tree, new Map(sessions));',
    replace: 'this.use(tree, new Map());',
    rules: ['BROADCAST-45'],
  },
  {
    id: 'vote-without-its-history',
    file: 'src/server/ensemble/ensemble-server.ts',
    find: 'this.election.look({ zxid: tree.lastProcessedZxid, epoch: epochs.current });',
    replace: 'this.election.look({ zxid: 0n, epoch: epochs.current });',
    rules: ['BROADCAST-15'],
  },
  {
    id: 'packets-behind-a-snapshot-lost',
    file: 'src/server/ensemble/learner-service.ts',
    find: 'this.stream.push(rest);',
    replace: '',
    rules: ['BROADCAST-40'],
  },
  {
    id: 'touched-sessions-not-told',
    file: 'src/server/ensemble/learner-service.ts',
    find: 'return [...heard].map(([sessionId, timeout]) => ({ sessionId, timeout }));',
    replace: 'return [];',
    rules: ['SESSION-53'],
  },
  {
    id: 'sync-counts-what-came-meanwhile',
    file: 'src/storage/log-writer.ts',
    find: 'this.sync(this.file, () => this.done(upTo));',
    replace: 'this.sync(this.file, () => this.done(this.appended));',
    rules: ['BROADCAST-52', 'SERVICE-70'],
  },
  {
    id: 'rolled-log-not-synced',
    file: 'src/storage/log-writer.ts',
    find: 'this.retired.push(this.file);',
    replace: 'this.file.close();',
    rules: ['SERVICE-70'],
  },
  {
    id: 'majority-with-half',
    file: 'src/quorum/quorum-verifier.ts',
    find: '2 * countOf(this.voters, sids) > this.voters.size',
    replace: '2 * countOf(this.voters, sids) >= this.voters.size',
    rules: ['QUORUM-12'],
  },
  {
    id: 'gone-follower-still-counted',
    file: 'src/broadcast/learners.ts',
    find: 'this.byId.delete(id);\n        this.sort();',
    replace: 'this.byId.delete(id);',
    rules: ['BROADCAST-61'],
  },
  {
    id: 'leader-synchronizes-up-to-its-start',
    file: 'src/broadcast/leader-role.ts',
    find: 'this.lastProcessed = zxid;\n        this.options.committedLog.add(transaction);',
    replace: 'this.options.committedLog.add(transaction);',
    rules: ['BROADCAST-31'],
  },
  {
    id: 'snapshot-of-the-sessions-of-its-start',
    file: 'src/server/ensemble/member-data.ts',
    find: 'return this.entries?.() ?? [...this.sessions];',
    replace: 'return [...this.sessions];',
    rules: ['SESSION-43', 'BROADCAST-58'],
  },
  {
    id: 'sessions-of-a-role-end-with-it',
    file: 'src/server/ensemble/member-data.ts',
    find: 'this.sessions = new Map(this.entries());',
    replace: '{}',
    rules: ['SESSION-43', 'BROADCAST-63'],
  },
  {
    id: 'session-of-a-diff-forgotten',
    file: 'src/server/ensemble/member-data.ts',
    find: 'this.sessions.set(header.clientId, txn.timeOut);',
    replace: '{}',
    rules: ['SESSION-10', 'BROADCAST-44'],
  },
  {
    id: 'committed-log-kept-at-a-load',
    file: 'src/server/ensemble/member-data.ts',
    find: 'const { outside, config, folders, logger } = this.options;\n        this.committedLog.clear();',
    replace: 'const { outside, config, folders, logger } = this.options;',
    rules: ['BROADCAST-33'],
  },
  {
    id: 'log-cut-and-memory-stays',
    file: 'src/server/ensemble/member-data.ts',
    find: 'if (isCut)\n            this.load();',
    replace: '',
    rules: ['BROADCAST-41'],
  },
]

const missing = shared.find((id) => !known.some((mutant) => mutant.id === id))
if (missing !== undefined) throw new Error(`no list has the mutant ${missing}`)

export const simulatedMutants: readonly Mutant[] = [
  ...own.map((mutant) => ({ ...mutant, tests })),
  ...known
    .filter(({ id }) => shared.includes(id))
    .map((mutant) => ({ ...mutant, id: `${mutant.id}-simulated`, tests })),
]

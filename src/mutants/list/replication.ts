/** Mistakes in how writes, syncs and sessions go between servers. */
import type { Mutant } from '../mutant.js'

const tests = ['dist/test/server/replication.test.js', 'dist/test/server/sessions.test.js']

export const replicationMutants: readonly Mutant[] = [
  {
    id: 'learner-answers-sync-itself',
    file: 'src/server/replication/learner-replication.ts',
    find: "this.forward({ type: 'SYNC', sessionId, cxid, body });\n        return false;",
    replace: "this.forward({ type: 'SYNC', sessionId, cxid, body });\n        return true;",
    rules: ['SERVICE-33'],
    tests,
  },
  {
    id: 'leader-answers-sync-at-once',
    file: 'src/server/replication/leader-replication.ts',
    find: 'if (this.outstanding === 0)',
    replace: 'if (true)',
    rules: ['SERVICE-33'],
    tests,
  },
  {
    id: 'session-not-revalidated',
    file: 'src/server/handshake.ts',
    find: 'return this.parts.replication.revalidate !== undefined && isPasswordRight(request);',
    replace: 'return false;',
    rules: ['SESSION-53'],
    tests,
  },
  {
    id: 'renewal-claims-no-session',
    file: 'src/server/replication/leader-replication.ts',
    find: 'if (isAlive)\n            sessions.claim(sessionId, sid);',
    replace: '',
    rules: ['SESSION-54'],
    tests,
  },
  {
    id: 'learner-ends-sessions',
    file: 'src/server/core.ts',
    find: 'if (this.parts.replication.leads)\n            this.expireSessions();',
    replace: 'this.expireSessions();',
    rules: ['SESSION-33'],
    tests,
  },
  {
    id: 'learner-takes-any-write-for-its-own',
    file: 'src/server/replication/learner-replication.ts',
    find: 'if (writes?.[0]?.xid !== cxid)',
    replace: 'if (writes === undefined)',
    rules: ['SERVICE-12'],
    tests,
  },
  {
    id: 'write-forwarded-without-its-record',
    file: 'src/server/request-dispatch.ts',
    find: 'const record = isForwarded ? this.reader.copyRest() : noBytes;',
    replace: 'const record = noBytes;',
    rules: ['BROADCAST-50'],
    tests,
  },
  {
    id: 'renewed-session-unknown-here',
    file: 'src/server/handshake.ts',
    find: 'if (connection.isRevalidating)',
    replace: 'if (false)',
    rules: ['SESSION-53'],
    tests,
  },
]

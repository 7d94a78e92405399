/** Puts a server's state together from what its disk held and what its configuration says. */
import type { SessionId } from '../../spec/vocabulary/index.js'
import { Access } from '../acl/access.js'
import type { SessionIds } from '../session/session-ids.js'
import { SessionTracker } from '../session/session-tracker.js'
import type { DataTree } from '../tree/data-tree.js'
import { Preparer } from '../tree/prepare.js'
import { WatchTable } from '../watcher/watch-table.js'
import { authenticator, type Hash } from './authenticate.js'
import type { ServerConfig } from './config/config.js'
import { Database } from './database.js'

/** What a standalone server puts into its session ids, as Apache's does. */
export const standaloneSid = 1

export function assemble(
  config: ServerConfig,
  hash: Hash,
  tree: DataTree,
  found: ReadonlyMap<SessionId, number>,
  now: number,
  ids: SessionIds,
): { state: Database; sessions: SessionTracker } {
  const sessions = new SessionTracker(config.tickTime, ids)
  // Their clients have a whole timeout to come back.
  for (const [id, timeout] of found) sessions.add(id, timeout, now)
  const access = new Access({ skipAcl: config.skipAcl, x509: false })
  const state = new Database({
    tree,
    access,
    sessions,
    preparer: new Preparer(tree, access, {
      enforceQuota: config.enforceQuota,
      closeSessionBytes: config.closeSessionTxn ? longestRecord(config) - recordOverhead : -1,
    }),
    watches: new WatchTable(),
    authenticate: authenticator(hash, config.superDigest, config.digestAlgorithm),
    reaping: { maxNeverUsedIntervalMs: config.containerMaxNeverUsedIntervalMs },
  })
  return { state, sessions }
}

/** Apache reads records of its log up to twice `jute.maxbuffer`. */
function longestRecord({ juteMaxBuffer }: ServerConfig): number {
  return 2 * juteMaxBuffer
}

/** Bytes of a transaction's header and digest, and some to spare. */
const recordOverhead = 256

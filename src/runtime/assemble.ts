/** Puts a server's state together from what its disk held and what its configuration says. */
import type { SessionId } from '../../spec/vocabulary/index.js'
import { Access } from '../acl/access.js'
import type { ServerConfig } from '../server/config/config.js'
import { State } from '../server/state.js'
import { SessionTracker } from '../session/session-tracker.js'
import type { DataTree } from '../tree/data-tree.js'
import { Preparer } from '../tree/prepare.js'
import { WatchTable } from '../watcher/watch-table.js'
import { authenticator } from './authenticate.js'

/** What a standalone server puts into its session ids, as Apache's does. */
const standaloneSid = 1

export function assemble(
  config: ServerConfig,
  tree: DataTree,
  found: ReadonlyMap<SessionId, number>,
  now: number,
): { state: State; sessions: SessionTracker } {
  const sessions = new SessionTracker(config.tickTime, standaloneSid, now)
  // Their clients have a whole timeout to come back.
  for (const [id, timeout] of found) sessions.add(id, timeout, now)
  const access = new Access({ skipAcl: config.skipAcl, x509: false })
  const state = new State({
    tree,
    access,
    sessions,
    preparer: new Preparer(tree, access, { enforceQuota: config.enforceQuota }),
    watches: new WatchTable(),
    authenticate: authenticator(config.superDigest, config.digestAlgorithm),
    reaping: { maxNeverUsedIntervalMs: config.containerMaxNeverUsedIntervalMs },
  })
  return { state, sessions }
}

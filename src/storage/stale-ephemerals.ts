/** Ephemerals that outlived their sessions: a snapshot may hold some that an older or a damaged server left. */
import { OpCode, type SessionId } from '../../spec/vocabulary/index.js'
import type { Logger } from '../platform/logger.js'
import type { DataTree } from '../tree/data-tree.js'
import { isTtlOwner } from '../tree/ephemeral-owner.js'
import { hex } from './names.js'

/** SERVICE-59: removes the znodes of sessions that do not exist. Gives how many there were. */
export function removeStaleEphemerals(
  tree: DataTree,
  sessions: ReadonlyMap<SessionId, number>,
  logger: Logger,
): number {
  let removed = 0
  for (const [owner, owned] of [...tree.ephemerals]) {
    if (sessions.has(owner)) continue
    const paths = [...owned]
    const session = hex(BigInt.asUintN(64, owner))
    if (isTtlOwner(owner)) {
      logger.warn({ paths }, 'these look like TTL nodes and are kept: set extendedTypesEnabled=true')
      continue
    }
    const zxid = tree.lastProcessedZxid
    const header = { clientId: owner, cxid: 0, zxid, time: 0, type: OpCode.closeSession }
    tree.apply({ header, txn: { op: 'closeSession', paths: null } }, () => {})
    removed += paths.length
    logger.warn({ session, paths }, 'ephemerals removed: their session does not exist')
  }
  return removed
}

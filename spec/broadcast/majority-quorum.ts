/** Quorums as broadcast needs them: majorities of the participants. */
import { isQuorum as decides, majority } from '../quorum/quorum.js'
import type { Ensemble } from './broadcast-types.js'
import type { Sid } from './zxid.js'

/** Whether the participants among some servers are a quorum (QUORUM's majority). */
export function isQuorum({ participants }: Ensemble, sids: readonly Sid[]): boolean {
  return decides(majority(participants), sids)
}

/** Quorums as broadcast needs them. */
import type { Ensemble } from './types.js'
import type { Sid } from './zxid.js'

/** Whether the participants among some servers are more than half of all participants. */
export function isQuorum({ participants }: Ensemble, sids: readonly Sid[]): boolean {
  return 2 * participants.filter((sid) => sids.includes(sid)).length > participants.length
}

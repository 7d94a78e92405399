/** BROADCAST-27, BROADCAST-68: which learners a leader takes. */
import type { LearnerMessage } from '../wire/peer/quorum-message.js'
import { protocolVersion } from './learner-handler.js'
import type { LeaderOptions } from './leader-host.js'
import { formatZxid, lastEpoch } from './zxid.js'

export type Info = Extract<LearnerMessage, { readonly type: 'FOLLOWERINFO' | 'OBSERVERINFO' }>

/** Why a learner is refused; undefined where it is not. */
export function refusalOf(
  info: Info,
  { sid, quorums, configVersion }: Pick<LeaderOptions, 'sid' | 'quorums' | 'configVersion'>,
): string | undefined {
  if (info.protocolVersion < protocolVersion)
    return `server ${info.sid} speaks protocol version 0x${info.protocolVersion.toString(16)}; this leader speaks 0x10000 (ZooKeeper 3.4 and later)`
  if (info.sid === sid)
    return `a learner says that it is server ${sid}, which is this leader: each server needs a myid of its own`
  if (info.type === 'FOLLOWERINFO' && !quorums.isVoter(info.sid))
    return `server ${info.sid} would follow, but is no participant of this ensemble: list it as one, or make it an observer`
  if (info.configVersion > configVersion)
    return `server ${info.sid} has configuration ${info.configVersion}, later than this leader's ${configVersion}`
  if (info.acceptedEpoch < 0 || info.acceptedEpoch >= lastEpoch)
    return `server ${info.sid} accepted epoch ${info.acceptedEpoch}: must be 0 to ${lastEpoch - 1}, or no epoch can follow`
  return undefined
}

/** Why a learner is refused that is ahead (BROADCAST-27). */
export function aheadText(
  sid: bigint,
  { currentEpoch, lastZxid }: Extract<LearnerMessage, { readonly type: 'ACKEPOCH' }>,
  own: Pick<LeaderOptions, 'currentEpoch' | 'lastZxid'>,
): string {
  return (
    `server ${sid} is ahead (epoch ${currentEpoch}, ${formatZxid(lastZxid)}) of this leader ` +
    `(epoch ${own.currentEpoch}, ${formatZxid(own.lastZxid)}), which must not lead it`
  )
}

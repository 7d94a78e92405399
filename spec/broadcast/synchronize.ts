/** BROADCAST-31 to 36: how a leader brings a learner up to date: what it picks, and what it sends. */
import type { Database, Ensemble, LeaderPacket, Txn } from './broadcast-types.js'
import { counterOf, epochOf, type Zxid } from './zxid.js'

/** A leader's choice: packets to send now, and the last zxid that they bring the learner to. Null packets: a snapshot. */
export interface Choice {
  readonly packets: readonly LeaderPacket[] | null
  readonly upTo: Zxid
}

/** What a learner is sent whose last zxid is `peer`. */
export function choose(database: Database, peer: Zxid, { forceSnapSync }: Ensemble): Choice {
  const { lastProcessed, committedLog } = database
  const min = committedLog[0]?.zxid ?? lastProcessed
  const max = committedLog.at(-1)?.zxid ?? lastProcessed
  const snap: Choice = { packets: null, upTo: lastProcessed }
  if (forceSnapSync) return snap
  // BROADCAST-31
  if (peer === lastProcessed) return { packets: [{ type: 'DIFF', zxid: peer }], upTo: peer }
  // BROADCAST-32; who is at the beginning of an epoch has nothing to cut (BROADCAST-35).
  if (peer > max && counterOf(peer) !== 0) return { packets: [{ type: 'TRUNC', zxid: max }], upTo: max }
  // BROADCAST-33
  if (peer >= min && peer <= max) return fromCommittedLog(committedLog, peer, max) ?? snap
  // BROADCAST-34
  return snap
}

/** The committed proposals after the learner's last, each with its commit; before them DIFF, or TRUNC to where both agree. */
function fromCommittedLog(log: readonly Txn[], peer: Zxid, max: Zxid): Choice | null {
  const later = log.filter(({ zxid }) => zxid > peer)
  const first = opening(log, peer, max)
  if (first === null) return null
  const proposals = later.flatMap((txn): readonly LeaderPacket[] => [
    { type: 'PROPOSAL', txn },
    { type: 'COMMIT', zxid: txn.zxid },
  ])
  return { packets: [first, ...proposals], upTo: later.at(-1)?.zxid ?? peer }
}

function opening(log: readonly Txn[], peer: Zxid, max: Zxid): LeaderPacket | null {
  const isKnown = log.some(({ zxid }) => zxid === peer)
  // BROADCAST-35
  if (isKnown || counterOf(peer) === 0) return { type: 'DIFF', zxid: max }
  const previous = log.filter(({ zxid }) => zxid < peer).at(-1)
  const next = log.find(({ zxid }) => zxid > peer)
  // A log can be cut within an epoch only.
  if (previous === undefined || next === undefined || epochOf(next.zxid) !== epochOf(peer)) return null
  return { type: 'TRUNC', zxid: previous.zxid }
}

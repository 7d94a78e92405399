/** Leaders of tests, on the way to what they are about: established, with server 3 as the one that follows. */
import type { Disk } from '../../spec/broadcast/broadcast-types.js'
import { emptyDisk as nothing } from '../../spec/broadcast/store.js'
import type { LeaderOptions } from '../../src/broadcast/leader-host.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { info, LeaderRig } from './leader-rig.js'
import { transaction } from './transactions.js'

export const epochAck = { type: 'ACK', zxid: makeZxid(1, 0n) } as const
export const ackOf = (counter: bigint) => ({ type: 'ACK', zxid: makeZxid(1, counter) }) as const
export const accepted = { type: 'ACKEPOCH', currentEpoch: 0, lastZxid: 0n } as const

/** An established leader of epoch 1, which server 3 follows. */
export function established(options: Partial<LeaderOptions> = {}, disk: Disk = nothing): LeaderRig {
  const rig = new LeaderRig(ensemble, disk, options)
  rig.leader.lead()
  rig.connect(3)
  rig.say(3, info(3, 0))
  rig.write()
  rig.say(3, accepted)
  rig.write()
  rig.say(3, epochAck)
  return rig
}

/** A server that comes and is brought up to date. */
export function joins(rig: LeaderRig, sid: number): void {
  rig.connect(sid)
  rig.say(sid, info(sid, 0, ensemble))
  rig.say(sid, accepted)
  rig.take({ type: 'SYNCHRONIZED', to: sid, fuzzy: [] }, { ensemble })
  rig.say(sid, epochAck)
}

export function propose(rig: LeaderRig, ...requests: readonly number[]): void {
  for (const each of requests) rig.leader.propose((zxid) => transaction(zxid, each))
}

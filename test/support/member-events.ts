/** What a member's roles are told, in the shapes that their traces take. */
import type { EnsembleConfig } from '../../src/server/config/ensemble-config.js'
import type { Member } from '../../src/server/config/members.js'
import type { LearnerStart } from '../../src/server/ensemble/member-trace.js'
import type { Vote } from '../../src/election/vote.js'
import type { Transaction } from '../../src/tree/txn.js'
import type { Notification, PeerState } from '../../src/wire/peer/notification.js'

const member: Member = {
  quorum: [],
  election: [],
  role: 'participant',
  client: undefined,
} as unknown as Member

/** Servers 1 to 3, all of them voters. */
export const threeServers: EnsembleConfig = {
  members: new Map([1n, 2n, 3n].map((sid) => [sid, member])),
  groups: new Map(),
  weights: new Map(),
}

export function notificationOf(state: PeerState, vote: Vote, round: bigint): Omit<Notification, 'version'> {
  return { state, ...vote, round, config: '' }
}

/** A follower that has accepted no epoch. */
export function startOf(start: Partial<LearnerStart>): LearnerStart {
  return {
    acceptedEpoch: 0,
    currentEpoch: 0,
    lastZxid: 0n,
    startsOver: false,
    isObserver: false,
    ...start,
  }
}

export function transactionOf(zxid: bigint): Transaction {
  const header = { clientId: 1n, cxid: 1, zxid, time: 1 }
  return { header, txn: { op: 'error', err: -101 } } as unknown as Transaction
}

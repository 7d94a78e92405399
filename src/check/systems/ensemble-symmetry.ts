/** Ensembles whose servers are alike: the same state with other names. `to[p]` is the new index of process p. */
import type { LeaderContext, Learner } from '../../../spec/broadcast/leader-context.js'
import type { Packet } from '../../../spec/broadcast/broadcast-types.js'
import type { Sid } from '../../../spec/broadcast/zxid.js'
import type { EnsembleSetup } from '../../../spec/ensemble/ensemble-network.js'
import type { Server } from '../../../spec/ensemble/ensemble-server.js'
import type { World } from '../../../spec/ensemble/ensemble-world.js'

/** All ways to rename the participants among themselves; observers keep their names. */
function permutationsOf(participants: number, all: number): readonly (readonly number[])[] {
  const rest = Array.from({ length: all - participants }, (_, at) => participants + at)
  return orders(Array.from({ length: participants }, (_, at) => at)).map((order) => [...order, ...rest])
}

function orders(values: readonly number[]): readonly (readonly number[])[] {
  if (values.length <= 1) return [values]
  return values.flatMap((first) =>
    orders(values.filter((value) => value !== first)).map((order) => [first, ...order]),
  )
}

type Rename = (sid: Sid) => Sid
const renaming =
  (to: readonly number[]): Rename =>
  (sid) =>
    sid === 0 ? 0 : to[sid - 1]! + 1
const ascending = (a: number, b: number): number => a - b

function permuteServer(server: Server, to: readonly number[]): Server {
  const rename = renaming(to)
  const sid = rename(server.peer.sid)
  if (server.life === 'following') {
    return { ...server, peer: { ...server.peer, sid, leader: rename(server.peer.leader) } }
  }
  if (server.life === 'leading') return { ...server, peer: permuteLeader({ ...server.peer, sid }, rename) }
  return { ...server, peer: { ...server.peer, sid } } as Server
}

function permuteLeader(leader: LeaderContext, rename: Rename): LeaderContext {
  const sids = (list: readonly Sid[]): readonly Sid[] => list.map(rename).sort(ascending)
  const learner = (one: Learner): Learner => ({ ...one, sid: rename(one.sid) })
  return {
    ...leader,
    learners: leader.learners.map(learner).sort((a, b) => a.sid - b.sid),
    connected: sids(leader.connected),
    accepted: sids(leader.accepted),
    synced: sids(leader.synced),
    outstanding: leader.outstanding.map(({ txn, acks }) => ({ txn, acks: sids(acks) })),
  }
}

function permuteWorld<Known extends World>(world: Known, to: readonly number[]): Known {
  const rename = renaming(to)
  const cut = world.cut
    .map(([a, b]) => [rename(a), rename(b)].sort(ascending) as unknown as readonly [Sid, Sid])
    .sort((x, y) => x[0] - y[0] || x[1] - y[1])
  const established = world.established.map(({ epoch, leader }) => ({ epoch, leader: rename(leader) }))
  return { ...world, cut, established }
}

/** Renames the servers of a network, so that the checker may take states that differ only in names for one. */
export function symmetryOf<Known extends World>({
  servers,
  observers,
}: Pick<EnsembleSetup, 'servers' | 'observers'>) {
  return {
    permutations: () => permutationsOf(servers, servers + observers),
    local: permuteServer,
    message: (packet: Packet): Packet => packet,
    world: permuteWorld<Known>,
  }
}

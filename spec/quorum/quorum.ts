/** Which sets of servers decide: majorities, weights, groups. Pure functions over sids. */

/** A server's number in its ensemble. */
export type Sid = number

/** A server that votes, and what its vote is worth (QUORUM-20). */
export interface Member {
  readonly sid: Sid
  /** Not negative. */
  readonly weight: number
}

/** How an ensemble decides. */
export type QuorumSystem =
  | { readonly kind: 'majority'; readonly voters: readonly Sid[] }
  | { readonly kind: 'hierarchical'; readonly groups: readonly (readonly Member[])[] }

/** More than half of the voters (QUORUM-12). */
export function majority(voters: readonly Sid[]): QuorumSystem {
  return { kind: 'majority', voters }
}

/** More than half of the weight: a hierarchy of one group (QUORUM-22). */
export function weighted(members: readonly Member[]): QuorumSystem {
  return { kind: 'hierarchical', groups: [members] }
}

/** More than half of the weight in each of more than half of the groups (QUORUM-21). */
export function hierarchical(groups: readonly (readonly Member[])[]): QuorumSystem {
  return { kind: 'hierarchical', groups }
}

/** The servers that vote, in ascending order (QUORUM-10). */
export function votersOf(system: QuorumSystem): readonly Sid[] {
  const voters = system.kind === 'majority' ? system.voters : system.groups.flat().map(({ sid }) => sid)
  return [...voters].sort((a, b) => a - b)
}

/** What a server's vote is worth; 0 for one that doesn't vote. */
export function weightOf(system: QuorumSystem, sid: Sid): number {
  if (system.kind === 'majority') return system.voters.includes(sid) ? 1 : 0
  return system.groups.flat().find((member) => member.sid === sid)?.weight ?? 0
}

/** Whether a set of servers is a quorum, or contains one. Servers that don't vote don't count (QUORUM-11). */
export function isQuorum(system: QuorumSystem, servers: readonly Sid[]): boolean {
  if (system.kind === 'majority') {
    return 2 * system.voters.filter((sid) => servers.includes(sid)).length > system.voters.length
  }
  // QUORUM-23: a group that has no weight neither decides nor counts.
  const groups = system.groups.filter((group) => weight(group) > 0)
  const won = groups.filter(
    (group) => 2 * weight(group.filter(({ sid }) => servers.includes(sid))) > weight(group),
  )
  return 2 * won.length > groups.length
}

/** Whether a set is a quorum in each of several systems: while one configuration gives way to another (QUORUM-30). */
export function isQuorumOfAll(systems: readonly QuorumSystem[], servers: readonly Sid[]): boolean {
  return systems.every((system) => isQuorum(system, servers))
}

function weight(members: readonly Member[]): number {
  return members.reduce((sum, member) => sum + member.weight, 0)
}

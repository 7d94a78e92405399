/** The ensemble that a `zoo.cfg` describes: its members, and which of them decide. */
import { QuorumVerifier } from '../../quorum/quorum-verifier.js'
import { type Member, memberText } from './members.js'

export interface EnsembleConfig {
  /** By sid, ascending. */
  readonly members: ReadonlyMap<bigint, Member>
  /** Members of groups, by the group's number. */
  readonly groups: ReadonlyMap<bigint, readonly bigint[]>
  readonly weights: ReadonlyMap<bigint, bigint>
}

/** What is wrong with an ensemble as a whole; undefined when nothing is. Completes the name of the file. */
export function problemOf({ members, groups, weights }: EnsembleConfig): string | undefined {
  const voters = votersOf(members)
  if (voters.length === 0) return 'every server is an observer; expected a participant'
  const addresses = new Map<string, bigint>()
  for (const [sid, { quorum, election }] of members)
    for (const { host, port } of [...quorum, ...election]) {
      const address = `${host}:${port}`
      const other = addresses.get(address)
      if (other !== undefined)
        return `server.${other} and server.${sid} both have ${address}; expected an address of its own for each port`
      addresses.set(address, sid)
    }
  for (const [sid, weight] of weights) {
    if (!members.has(sid)) return `weight.${sid} is for no server; expected a server.${sid}`
    if (weight < 0n) return `weight.${sid} is ${weight}; expected 0 or more` // QUORUM-20
  }
  return problemOfGroups(voters, groups, weights)
}

// QUORUM-20: each voter is in exactly one group.
function problemOfGroups(
  voters: readonly bigint[],
  groups: EnsembleConfig['groups'],
  weights: EnsembleConfig['weights'],
): string | undefined {
  if (groups.size === 0)
    return weights.size === 0 ? undefined : 'weights without groups have no effect; expected a group.N'
  const groupOf = new Map<bigint, bigint>()
  for (const [group, sids] of groups)
    for (const sid of sids) {
      if (!voters.includes(sid)) return `group.${group} has server ${sid}; expected participants only`
      const other = groupOf.get(sid)
      if (other !== undefined)
        return `server ${sid} is in group.${other} and group.${group}; expected one group for each`
      groupOf.set(sid, group)
    }
  const without = voters.filter((sid) => !groupOf.has(sid))
  return without.length === 0
    ? undefined
    : `server ${without.join(', ')} is in no group; expected one group for each participant`
}

/** Whose votes count. */
export function verifierOf({ members, groups, weights }: EnsembleConfig): QuorumVerifier {
  return new QuorumVerifier({ voters: votersOf(members), groups, weights })
}

/** The ensemble as text: what servers tell each other, and clients find in `/zookeeper/config`. */
export function configText({ members, groups, weights }: EnsembleConfig): string {
  const lines = [
    ...[...members].map(([sid, member]) => `server.${sid}=${memberText(member)}`),
    ...[...groups].map(([group, sids]) => `group.${group}=${sids.join(':')}`),
    ...(groups.size === 0 ? [] : votersOf(members).map((sid) => `weight.${sid}=${weights.get(sid) ?? 1n}`)),
    // Until it is reconfigured.
    'version=0',
  ]
  return lines.join('\n')
}

function votersOf(members: EnsembleConfig['members']): bigint[] {
  return [...members].filter(([, { role }]) => role === 'participant').map(([sid]) => sid)
}

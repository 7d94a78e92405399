/** Elections as one step (ENSEMBLE-20, ENSEMBLE-21): who may be elected by whom, and who may join whom. */
import { isQuorum } from '../broadcast/majority-quorum.js'
import type { Ensemble } from '../broadcast/broadcast-types.js'
import type { Sid } from '../broadcast/zxid.js'
import { none, reaches, type View, viewOf, type World, type WorldStep } from './ensemble-world.js'

/** How an ensemble is explored. */
export interface WorldRules {
  readonly ensemble: Ensemble
  /** Whether ties between votes are anybody's instead of the largest sid's: servers are then alike. */
  readonly anyTie: boolean
}

/** Every election's result that a state allows. */
export function electionSteps(world: World, views: readonly View[], rules: WorldRules): readonly WorldStep[] {
  const { participants, observers } = rules.ensemble
  const all = [...participants, ...observers]
  return [...elections(world, views, rules), ...all.flatMap((sid) => joins(world, views, sid))]
}

/**
 * ENSEMBLE-20: an election's result, as one step: a quorum of looking servers that the leader reaches, none with a better
 * vote. Smallest quorums are enough: whoever else looks may join right after.
 */
function elections(
  world: World,
  views: readonly View[],
  { ensemble, anyTie }: WorldRules,
): readonly WorldStep[] {
  const looking = ensemble.participants.filter((sid) => viewOf(views, sid).life === 'looking')
  return looking.flatMap((leader) => {
    const voters = looking.filter(
      (sid) =>
        sid === leader ||
        (reaches(world, leader, sid) &&
          !isBetter(viewOf(views, sid), sid, viewOf(views, leader), leader, anyTie)),
    )
    return smallestQuorums(ensemble, voters, leader).map((quorum) => ({
      ...none,
      action: { do: 'elect', leader, quorum } as const,
      world,
      events: quorum.map((sid) => ({ process: sid - 1, event: { type: 'ELECTED', leader } as const })),
      text: `servers ${quorum.join(', ')} elect server ${leader}`,
      rules: ['ENSEMBLE-20'],
    }))
  })
}

/** ELECTION-20: the later epoch, then the later zxid, then the larger sid. */
function isBetter(a: View, sidA: Sid, b: View, sidB: Sid, anyTie: boolean): boolean {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch
  if (a.zxid !== b.zxid) return a.zxid > b.zxid
  return !anyTie && sidA > sidB
}

function smallestQuorums(
  ensemble: Ensemble,
  voters: readonly Sid[],
  leader: Sid,
): readonly (readonly Sid[])[] {
  const others = voters.filter((sid) => sid !== leader)
  const found: Sid[][] = []
  for (let chosen = 0; chosen < 2 ** others.length; chosen++) {
    const quorum = [leader, ...others.filter((_, at) => (chosen >> at) & 1)].sort((a, b) => a - b)
    if (!isQuorum(ensemble, quorum)) continue
    const isSmallest = quorum.every(
      (sid) =>
        !isQuorum(
          ensemble,
          quorum.filter((other) => other !== sid),
        ) || sid === leader,
    )
    if (isSmallest) found.push(quorum)
  }
  return found
}

/** ENSEMBLE-21: a looking server learns of a leader that there is. */
function joins(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  if (viewOf(views, sid).life !== 'looking') return []
  return views.flatMap(({ life }, at) => {
    const leader = at + 1
    if (life !== 'leading' || !reaches(world, sid, leader)) return []
    return {
      ...none,
      action: { do: 'join', server: sid, leader } as const,
      world,
      events: [{ process: sid - 1, event: { type: 'ELECTED', leader } as const }],
      text: `server ${sid} learns that server ${leader} leads`,
      rules: ['ENSEMBLE-21'],
    }
  })
}

/** The server's election beside the spec's machine: the same states, votes, rounds and notifications, whatever happens. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { isQuorumOfAll, majority, weighted, weightOf } from '../../spec/quorum/quorum.js'
import { type ElectionState, stepElection, stopped } from '../../spec/election/step-election.js'
import type { ElectionEvent, Ensemble, Send, Server, Vote } from '../../spec/election/election-types.js'
import { serverOf } from '../../spec/election/vote.js'
import { Election } from '../../src/election/election.js'
import { peerStates, type PeerState } from '../../src/wire/peer/notification.js'

const ensembles: Ensemble[] = [
  { quorums: [majority([1, 2, 3])], observers: [4] },
  { quorums: [majority([1, 2, 3, 4, 5])], observers: [] },
  { quorums: [majority([1])], observers: [] },
  { quorums: [weighted([1, 2, 3].map((sid) => ({ sid, weight: sid - 1 })))], observers: [4] },
]
const history = fc.record({ zxid: fc.constantFrom(-1, 0, 1, 2), peerEpoch: fc.nat(1) })
const notification = fc.record({
  type: fc.constant('NOTIFICATION' as const),
  from: fc.integer({ min: 1, max: 5 }),
  state: fc.constantFrom(
    'looking' as const,
    'looking' as const,
    'following' as const,
    'leading' as const,
    'observing' as const,
  ),
  vote: fc.record({
    leader: fc.integer({ min: 1, max: 5 }),
    zxid: fc.constantFrom(-1, 0, 1),
    peerEpoch: fc.nat(1),
  }),
  round: fc.integer({ min: 1, max: 3 }),
})
const event: fc.Arbitrary<ElectionEvent> = fc.oneof(
  { arbitrary: notification, weight: 12 },
  { arbitrary: fc.record({ type: fc.constant('LOOK' as const), history }), weight: 3 },
  { arbitrary: fc.constantFrom({ type: 'SETTLE' as const }, { type: 'RESEND' as const }), weight: 2 },
  {
    arbitrary: fc.record({ type: fc.constant('ESTABLISHED' as const), peerEpoch: fc.nat(2) }),
    weight: 1,
  },
)

const onWire = (state: string) => state.toUpperCase() as PeerState
const toBig = ({ leader, zxid, peerEpoch }: Vote) => ({
  leader: BigInt(leader),
  zxid: BigInt(zxid),
  peerEpoch: BigInt(peerEpoch),
})

/** The server's side: the same events, as it hears of them. */
class Side {
  readonly sent: unknown[] = []
  readonly decided: bigint[] = []
  readonly election: Election
  private now = 0

  constructor({ sid, isVoter, ensemble, voters }: Server) {
    this.election = new Election(
      {
        sid: BigInt(sid),
        isObserver: !isVoter,
        voters: new Set(voters.map(BigInt)),
        hasObservers: ensemble.observers.length > 0,
        isQuorum: (sids) => isQuorumOfAll(ensemble.quorums, [...sids].map(Number)),
        canLead: (leader) => weightOf(ensemble.quorums[0]!, Number(leader)) > 0,
        configText: 'version=0',
      },
      {
        send: (to, { state, leader, zxid, peerEpoch, round }) =>
          void this.sent.push({ to, state, leader, zxid, peerEpoch, round }),
        connectAll: () => {},
        decided: (leader) => void this.decided.push(leader),
      },
    )
  }

  take(event: ElectionEvent): void {
    this.now++
    const { election } = this
    if (event.type === 'START' || event.type === 'LOOK')
      election.look(
        { zxid: BigInt(event.history.zxid), peerEpoch: BigInt(event.history.peerEpoch) },
        this.now,
      )
    else if (event.type === 'NOTIFICATION')
      election.heard(
        BigInt(event.from),
        {
          state: onWire(event.state),
          ...toBig(event.vote),
          round: BigInt(event.round),
          version: 2,
          config: null,
        },
        this.now,
      )
    else if (event.type === 'ESTABLISHED') election.establish(BigInt(event.peerEpoch))
    else election.tick((this.now += 120_000))
  }
}

/** Whether an event can happen to a server that is in a state: time, for one, does one thing in each. */
function canHappen(value: string, { type }: ElectionEvent): boolean {
  const isLooking = value.startsWith('looking')
  if (type === 'LOOK') return !isLooking
  if (type === 'SETTLE') return value === 'looking.settling'
  if (type === 'RESEND') return value === 'looking.collecting'
  return type !== 'ESTABLISHED' || !isLooking
}

const sendOf = ({ to, notification: { state, vote, round } }: Send) => ({
  to: BigInt(to),
  state: onWire(state),
  ...toBig(vote),
  round: BigInt(round),
})

test('ELECTION-20 to ELECTION-62: state, vote, round and what is sent are the spec’s after every event', (t) => {
  const rules = new Set<string>()
  const walk = fc.tuple(
    fc.constantFrom(...ensembles),
    fc.integer({ min: 1, max: 4 }),
    history,
    fc.array(event, { minLength: 5, maxLength: 40 }),
  )
  const compared = fc.property(walk, ([ensemble, sid, first, events]) => {
    const server = serverOf(sid, ensemble)
    let spec: ElectionState = stopped(server)
    const side = new Side(server)
    for (const each of [{ type: 'START' as const, history: first }, ...events]) {
      if (each.type !== 'START' && !canHappen(spec.value, each)) continue
      const wasLooking = spec.value.startsWith('looking') || spec.value === 'stopped'
      const step = stepElection(spec, each)
      assert(step !== null)
      for (const rule of step.rules) rules.add(rule)
      spec = { value: step.value, context: step.context }
      side.sent.length = 0
      side.decided.length = 0
      side.take(each)
      assert.equal(side.election.state, spec.value)
      assert.deepEqual(side.election.vote, toBig(spec.context.vote!))
      assert.equal(side.election.round, BigInt(spec.context.round))
      assert.deepEqual(side.sent, step.sends.map(sendOf))
      const hasSettled = wasLooking && !spec.value.startsWith('looking')
      assert.deepEqual(side.decided, hasSettled ? [BigInt(spec.context.vote!.leader)] : [])
    }
  })
  fc.assert(compared, { numRuns: 4000 })
  // It is no test of what never happened.
  const expected = [23, 24, 32, 33, 34, 35, 36, 37, 40, 41, 42, 44, 46, 47, 52, 54, 55, 58, 61, 62]
  for (const rule of expected) t.true(rules.has(`ELECTION-${rule}`), `ELECTION-${rule}`)
  t.deepEqual([...peerStates], ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'])
})

/** Each invariant of the election fails on a machine, or an ensemble, that breaks it. */
import test from 'ava'
import { assign } from 'xstate'
import { majority, type QuorumSystem, weighted } from '../../../spec/quorum/quorum.js'
import { followRound, joinRound } from '../../../spec/election/election-actions.js'
import { type ElectionMachine, electionMachine } from '../../../spec/election/election-machine.js'
import { boundedElection, type ElectionBounds } from '../../../src/check/systems/bounded-election.js'
import type { ElectionContext, ElectionEvent, On } from '../../../spec/election/election-types.js'
import { compiledElection } from '../../../src/check/systems/compiled-election.js'
import { explore } from './explore-election.js'

type Args = { readonly context: ElectionContext; readonly event: ElectionEvent }
type Change = Partial<ElectionContext>

/** A guard or an action that takes notifications. */
const told =
  <Result>(what: (context: ElectionContext, notification: On<'NOTIFICATION'>) => Result) =>
  ({ context, event }: Args): Result =>
    what(context, event as On<'NOTIFICATION'>)
const does = (what: (context: ElectionContext, notification: On<'NOTIFICATION'>) => Change) =>
  assign<ElectionContext, ElectionEvent, undefined, ElectionEvent, never>(told(what))

const have = (...zxids: readonly number[]) => zxids.map((zxid) => ({ zxid, peerEpoch: 0 }))
const ensembleOf = (system: QuorumSystem) => ({ quorums: [system], observers: [] })
const bounds: ElectionBounds = {
  ensemble: ensembleOf(majority([1, 2])),
  histories: have(1, 0),
  rounds: 2,
  crashes: 0,
  lapses: 1,
  epochs: 0,
  capacity: 1,
  repeats: false,
}
const three = {
  ...bounds,
  ensemble: ensembleOf(majority([1, 2, 3])),
  histories: have(0, 0, 0),
  rounds: 1,
  lapses: 0,
}

interface Wrong {
  readonly rule: string
  readonly name: string
  readonly machine: ElectionMachine
  readonly within?: ElectionBounds
  readonly says: RegExp
}

const wrong: readonly Wrong[] = [
  {
    rule: 'ELECTION-80',
    name: 'a later round brings its proposal along, better or not',
    machine: electionMachine.provide({
      actions: {
        joinRound: does((context, notification) => ({
          ...joinRound(context, notification),
          vote: notification.vote,
        })),
      },
    }),
    says: /server 1 proposes \(2, 0\) and has \(1, 1\)/,
  },
  {
    rule: 'ELECTION-80',
    name: 'a better vote is kept, and not adopted',
    machine: electionMachine.provide({ guards: { isBetterProposal: () => false } }),
    says: /server 2 proposes \(2, 0\) and has heard \(1, 1\) of 1/,
  },
  {
    rule: 'ELECTION-80',
    name: 'every vote is adopted',
    machine: electionMachine.provide({
      guards: { isBetterProposal: ({ event }) => 'state' in event && event.state === 'looking' },
    }),
    says: /the proposal of server \d goes from/,
  },
  {
    rule: 'ELECTION-81',
    name: 'an earlier round is joined',
    machine: electionMachine.provide({
      guards: {
        isLagging: () => false,
        isOfLaterRound: told(({ round }, { state, round: other }) => state === 'looking' && other !== round),
      },
    }),
    says: /the round of server \d goes from 2 back to 1/,
  },
  {
    rule: 'ELECTION-82',
    name: 'the wait begins with any vote',
    machine: electionMachine.provide({ guards: { hasQuorum: () => true } }),
    says: /server 1 waits with the support of \[1\]/,
  },
  {
    rule: 'ELECTION-82',
    name: 'a leader is believed alone',
    machine: electionMachine.provide({
      guards: { isDecidedInRound: told((_, { state }) => state === 'leading') },
    }),
    within: three,
    says: /server 3 is following with the support of \[2\]/,
  },
  {
    rule: 'ELECTION-83',
    name: 'votes are compared by sid alone',
    machine: electionMachine.provide({
      guards: {
        isBetterProposal: told(
          ({ vote }, { state, vote: other }) => state === 'looking' && other.leader > (vote?.leader ?? 0),
        ),
        isNothingBetter: told(({ vote }, { vote: other }) => other.leader <= (vote?.leader ?? 0)),
      },
    }),
    says: /has settled on \(2, 0\) with the vote of \(1, 1\)/,
  },
  {
    rule: 'ELECTION-84',
    name: 'a weight is negative, so that two quorums do not meet',
    machine: electionMachine,
    within: {
      ...three,
      ensemble: ensembleOf(weighted([1, 2, 3].map((sid) => ({ sid, weight: sid === 3 ? -1 : 1 })))),
    },
    says: /servers 1 and 2 lead a quorum/,
  },
  {
    rule: 'ELECTION-85',
    name: 'who is elected follows itself',
    machine: electionMachine.provide({ guards: { isMyself: () => false } }),
    says: /server 1 is following and has settled on 1/,
  },
  {
    rule: 'ELECTION-86',
    name: 'who joins puts its own zxid into the vote',
    machine: electionMachine.provide({
      actions: {
        followRound: does((context, notification) => ({
          ...followRound(context, notification),
          vote: { ...notification.vote, zxid: context.own.zxid },
        })),
      },
    }),
    within: { ...three, histories: have(1, 1, 0) },
    says: /\(2, 0\) and \(2, 1\) in round 1|\(2, 1\) and \(2, 0\) in round 1/,
  },
]

for (const { rule, name, machine, within, says } of wrong) {
  test(`${rule}: is broken when ${name}`, (t) => {
    const right = explore(boundedElection(bounds, compiledElection(electionMachine)), { only: rule })
    t.is(right.broken, null)
    const { broken } = explore(
      boundedElection(within ?? bounds, compiledElection(machine as ElectionMachine)),
      {
        only: rule,
      },
    )
    t.regex(broken?.what ?? 'nothing is broken', says)
    t.true((broken?.path.length ?? 0) > 0)
  })
}

test('ELECTION-87: is broken when what was dropped is never told again', (t) => {
  const silent = electionMachine.provide({ actions: { tellAll: assign({ outbox: [] }) } })
  const within = { ...bounds, crashes: 1, rounds: 3 }
  t.is(explore(boundedElection(within, compiledElection(electionMachine))).stuck, null)
  const { stuck, broken } = explore(boundedElection(within, compiledElection(silent as ElectionMachine)))
  t.is(broken, null)
  t.not(stuck, null)
})

/** Votes: their order, and those that a round begins with. */
import test from 'ava'
import fc from 'fast-check'
import { hierarchical, majority, weighted } from '../../../spec/quorum/quorum.js'
import type { Vote } from '../../../spec/election/election-types.js'
import {
  compareVotes,
  firstVote,
  isBetter,
  isSameVote,
  nobody,
  serverOf,
  zxidOf,
} from '../../../spec/election/vote.js'
import { formatNotification, formatVote } from '../../../spec/election/format-election.js'

const three = { quorums: [majority([1, 2, 3])], observers: [4] }
const vote = (leader: number, zxid: number, peerEpoch = 0): Vote => ({ leader, zxid, peerEpoch })

const votes = fc.record({ leader: fc.integer({ min: 1, max: 3 }), zxid: fc.nat(3), peerEpoch: fc.nat(2) })

test('ELECTION-13: votes are ordered by peer epoch, then zxid, then sid', (t) => {
  const server = serverOf(1, three)
  t.true(isBetter(server, vote(1, 0, 2), vote(3, zxidOf(1, 9), 1)))
  t.true(isBetter(server, vote(1, zxidOf(1, 2), 1), vote(3, zxidOf(1, 1), 1)))
  t.true(isBetter(server, vote(3, 5), vote(2, 5)))
  t.false(isBetter(server, vote(2, 5), vote(2, 5)))
  fc.assert(
    fc.property(votes, votes, votes, (a, b, c) => {
      t.is(compareVotes(a, b) > 0, compareVotes(b, a) < 0)
      t.is(compareVotes(a, b) === 0, isSameVote(a, b))
      if (compareVotes(a, b) > 0 && compareVotes(b, c) > 0) t.true(compareVotes(a, c) > 0)
    }),
  )
})

test('ELECTION-14: a vote for a server without weight is never the better', (t) => {
  const quorums = [weighted([1, 2, 3].map((sid) => ({ sid, weight: sid === 3 ? 0 : 1 })))]
  const server = serverOf(3, { quorums, observers: [] })
  t.false(isBetter(server, vote(3, 9), vote(1, 0)))
  t.true(isBetter(server, vote(2, 0), vote(1, 0)))
  t.false(isBetter(server, vote(2, 0), vote(3, 9))) // and it keeps its own
})

test('ELECTION-20, ELECTION-21: a voter first votes for itself, an observer for nobody', (t) => {
  const history = { zxid: zxidOf(2, 7), peerEpoch: 3 }
  t.deepEqual(firstVote(serverOf(2, three), history), { leader: 2, ...history })
  const first = firstVote(serverOf(4, three), history)
  t.deepEqual(first, { leader: -(2 ** 63), zxid: -(2 ** 63), peerEpoch: -(2 ** 63) })
  t.true(isBetter(serverOf(4, three), vote(1, 0), first))
  t.true(isBetter(serverOf(4, three), vote(1, -1), first))
})

test('ELECTION-12: a zxid as a number keeps epoch and counter in order', (t) => {
  t.true(zxidOf(1, 0) > zxidOf(0, 2 ** 32 - 1))
  t.is(zxidOf(2 ** 20, 5) % 2 ** 32, 5)
})

test('QUORUM-30: between two configurations, the voters are those of both', (t) => {
  const quorums = [majority([1, 2, 3]), hierarchical([[{ sid: 3, weight: 1 }], [{ sid: 5, weight: 1 }]])]
  t.deepEqual(serverOf(5, { quorums, observers: [] }).voters, [1, 2, 3, 5])
  t.true(serverOf(5, { quorums, observers: [] }).isVoter)
})

test('ELECTION-11, ELECTION-30: votes and notifications in words', (t) => {
  t.is(formatVote(vote(nobody, nobody, nobody)), '(nobody)')
  t.is(formatVote(vote(3, zxidOf(2, 9), 2)), '(3, 2:9, epoch 2)')
  t.is(formatNotification({ state: 'looking', vote: vote(3, 9), round: 1 }), 'looking (3, 9) in round 1')
})

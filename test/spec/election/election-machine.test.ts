/** One server: what it is told, what it does. */
import test, { type ExecutionContext } from 'ava'
import { majority } from '../../../spec/quorum/quorum.js'
import { type ElectionState, stepElection, stopped } from '../../../spec/election/step-election.js'
import type { ElectionEvent, ServerState, Vote } from '../../../spec/election/election-types.js'
import { nobody, serverOf } from '../../../spec/election/vote.js'

const three = { quorums: [majority([1, 2, 3])], observers: [] }
const five = { quorums: [majority([1, 2, 3, 4, 5])], observers: [6] }
const vote = (leader: number, zxid = 0, peerEpoch = 0): Vote => ({ leader, zxid, peerEpoch })
const says = (from: number, state: ServerState, voted: Vote, round = 1): ElectionEvent => {
  return { type: 'NOTIFICATION', from, state, vote: voted, round }
}
const start = (zxid = 0, peerEpoch = 0): ElectionEvent => ({ type: 'START', history: { zxid, peerEpoch } })
const look = (zxid = 0, peerEpoch = 0): ElectionEvent => ({ type: 'LOOK', history: { zxid, peerEpoch } })

/** A server that has taken some events; the last one's rules and sends, for looking at. */
function after(ensemble: typeof five, sid: number, ...events: readonly ElectionEvent[]) {
  let state: ElectionState = stopped(serverOf(sid, ensemble))
  let rules: readonly string[] = []
  let told: string[] = []
  for (const event of events) {
    const step = stepElection(state, event)
    if (step === null) throw new Error(`${state.value} doesn't take ${event.type}`)
    state = { value: step.value, context: step.context }
    rules = step.rules
    told = step.sends.map(({ to, notification: n }) => `${to} ${n.state} ${n.vote.leader} ${n.round}`)
  }
  const { value, context } = state
  return { value, round: context.round, vote: context.vote, context, rules, told }
}

const told = (t: ExecutionContext, found: ReturnType<typeof after>, rule: string, ...lines: string[]) => {
  t.deepEqual(found.told, lines)
  t.true(found.rules.includes(rule), found.rules.join(' '))
}

test('ELECTION-23: a round begins with its number, its own vote, and everyone told', (t) => {
  const begun = after(three, 1, start(7, 2))
  t.is(begun.value, 'looking.collecting')
  t.deepEqual([begun.round, begun.vote], [1, vote(1, 7, 2)])
  told(t, begun, 'ELECTION-23', '2 looking 1 1', '3 looking 1 1')
})

test('ELECTION-16, ELECTION-24, ELECTION-25: losing a leader begins the next round; a crash begins anew', (t) => {
  const settled = [start(), says(3, 'looking', vote(3)), { type: 'SETTLE' }] as const
  const again = after(three, 1, ...settled, look(4))
  t.deepEqual([again.value, again.round, again.vote], ['looking.collecting', 2, vote(1, 4)])
  t.deepEqual(again.context.received, [])
  t.true(again.rules.includes('ELECTION-24'))
  t.is(after(three, 1, ...settled, { type: 'CRASH' }, start()).round, 1)
})

test('ELECTION-31, ELECTION-40: a better vote is adopted, and everyone is told', (t) => {
  const better = after(five, 1, start(), says(3, 'looking', vote(3)))
  t.deepEqual(better.vote, vote(3))
  told(t, better, 'ELECTION-40', ...[2, 3, 4, 5].map((sid) => `${sid} looking 3 1`))
})

test('ELECTION-41: one that is not better is kept, and nobody is told', (t) => {
  const kept = after(five, 3, start(), says(1, 'looking', vote(1)))
  t.deepEqual(kept.vote, vote(3))
  t.deepEqual(
    kept.context.received.map(({ from }) => from),
    [1],
  )
  told(t, kept, 'ELECTION-41')
})

test('ELECTION-32: what is not for a voter, or from a server that observes, is ignored', (t) => {
  told(t, after(three, 1, start(), says(3, 'looking', vote(9))), 'ELECTION-32')
  told(t, after(three, 1, start(), says(3, 'looking', vote(nobody))), 'ELECTION-32')
  told(t, after(three, 1, start(), says(3, 'observing', vote(3))), 'ELECTION-32')
})

test('ELECTION-22: a server that has lost its disk is not voted for, and counts nothing', (t) => {
  t.deepEqual(after(three, 1, start(), says(3, 'looking', vote(3, -1, 5))).vote, vote(1))
  const lost = after(three, 1, start(-1), says(3, 'looking', vote(3)))
  t.deepEqual([lost.vote, lost.context.received], [vote(1, -1), []])
})

test('ELECTION-22: a server that has lost its disk elects nobody, even where it alone is a quorum', (t) => {
  const one = { quorums: [majority([1])], observers: [] }
  t.is(after(one, 1, start(-1)).value, 'looking.collecting')
  t.is(after(one, 1, start(-1), { type: 'RESEND' }).value, 'looking.collecting')
  t.is(after(one, 1, start()).value, 'looking.settling')
})

test('ELECTION-33: a lagging server is answered, and not counted', (t) => {
  const behind = after(five, 1, start(), says(3, 'looking', vote(3), 4), says(2, 'looking', vote(5, 9), 3))
  t.deepEqual([behind.round, behind.vote], [4, vote(3)])
  told(t, behind, 'ELECTION-33', '2 looking 3 4')
})

test('ELECTION-34: a later round is joined with the better of its vote and the own first one', (t) => {
  const ahead = after(five, 4, start(), says(5, 'looking', vote(5)), says(3, 'looking', vote(3), 2))
  t.deepEqual([ahead.round, ahead.vote], [2, vote(4)]) // 5 was of the round before
  t.deepEqual(
    ahead.context.received.map(({ from }) => from),
    [3],
  )
  told(t, ahead, 'ELECTION-34', ...[1, 2, 3, 5].map((sid) => `${sid} looking 4 2`))
})

test('ELECTION-35: a silence is broken by telling everyone again', (t) => {
  told(t, after(three, 1, start(), { type: 'RESEND' }), 'ELECTION-35', '2 looking 1 1', '3 looking 1 1')
})

test('ELECTION-36, ELECTION-37: who has settled answers those that look, and nobody else', (t) => {
  const settled = [start(), says(3, 'looking', vote(3)), { type: 'SETTLE' }] as const
  told(t, after(three, 1, ...settled, says(2, 'looking', vote(2, 9, 9), 7)), 'ELECTION-36', '2 following 3 1')
  told(t, after(three, 1, ...settled, says(2, 'following', vote(2, 9, 9), 7)), 'ELECTION-37')
})

test('ELECTION-42, ELECTION-43: the wait begins with a quorum of the same vote in full', (t) => {
  t.is(
    after(five, 3, start(), says(1, 'looking', vote(3)), says(2, 'looking', vote(3, 1))).value,
    'looking.collecting',
  )
  const enough = after(five, 3, start(), says(1, 'looking', vote(3)), says(2, 'looking', vote(3)))
  t.is(enough.value, 'looking.settling')
  t.true(enough.rules.includes('ELECTION-42'))
})

test('ELECTION-10: a single voter is its own quorum', (t) => {
  const one = { quorums: [majority([1])], observers: [] }
  t.is(after(one, 1, start()).value, 'looking.settling')
  t.is(after(one, 1, start(), { type: 'SETTLE' }).value, 'leading')
})

test('ELECTION-44: while it waits, what is not better is dropped, of a later round too', (t) => {
  const waits = [start(), says(3, 'looking', vote(3, 9))] as const
  const dropped = after(three, 1, ...waits, says(2, 'looking', vote(2, 7), 2))
  t.deepEqual([dropped.value, dropped.round, dropped.vote], ['looking.settling', 1, vote(3, 9)])
  told(t, dropped, 'ELECTION-44')
  told(t, after(three, 1, ...waits, says(2, 'following', vote(2), 1)), 'ELECTION-44')
  told(t, after(three, 1, ...waits, says(2, 'looking', vote(2), 0)), 'ELECTION-33', '2 looking 3 1')
})

test('ELECTION-45: what is better ends the wait', (t) => {
  const waits = [start(), says(3, 'looking', vote(3))] as const
  const later = after(three, 1, ...waits, says(2, 'looking', vote(2, 7), 2))
  t.deepEqual([later.round, later.vote], [2, vote(2, 7)])
  t.is(
    after(five, 1, ...waits, says(2, 'looking', vote(3)), says(4, 'looking', vote(4))).value,
    'looking.collecting',
  )
})

test('ELECTION-15, ELECTION-46, ELECTION-47: it settles, on itself or on another', (t) => {
  const follower = after(three, 1, start(), says(3, 'looking', vote(3)), { type: 'SETTLE' })
  t.deepEqual([follower.value, follower.vote, follower.context.received], ['following', vote(3), []])
  t.deepEqual(
    follower.context.supporters.map(({ sid }) => sid),
    [1, 3],
  )
  t.is(after(three, 3, start(), says(1, 'looking', vote(3)), { type: 'SETTLE' }).value, 'leading')
  t.is(stepElection(stopped(serverOf(1, three)), { type: 'SETTLE' }), null)
})

test('ELECTION-50, ELECTION-55: a leader alone is not believed', (t) => {
  const waits = after(three, 1, start(5), says(3, 'leading', vote(3), 1))
  t.is(waits.value, 'looking.collecting')
  told(t, waits, 'ELECTION-55')
  const followers = after(five, 1, start(), ...[2, 3, 4].map((sid) => says(sid, 'following', vote(5), 7)))
  t.is(followers.value, 'looking.collecting') // nor are followers without it
})

test('ELECTION-51, ELECTION-52: a quorum of its own round, and the leader has said so', (t) => {
  const joined = after(
    five,
    1,
    start(),
    says(5, 'looking', vote(5)),
    says(2, 'following', vote(5)),
    says(5, 'leading', vote(5)),
  )
  t.is(joined.value, 'following')
  t.true(joined.rules.includes('ELECTION-52'))
  t.deepEqual(
    joined.context.supporters.map(({ sid }) => sid),
    [1, 2, 5],
  ) // its own vote is one of them
  const moved = after(
    three,
    1,
    start(),
    says(2, 'following', vote(3, 1, 4)),
    says(3, 'leading', vote(3, 1, 5)),
  )
  t.is(moved.value, 'following') // the peer epoch may have moved on in one and not yet in the other
})

test('ELECTION-53: told that others have settled on itself in its own round, it leads', (t) => {
  const events = [start(), says(1, 'following', vote(3)), says(2, 'following', vote(3))] as const
  t.is(after(three, 3, ...events).value, 'leading')
  const earlier = [1, 2].map((sid) => says(sid, 'following', vote(3), 4))
  t.is(after(three, 3, start(), ...earlier).value, 'looking.collecting')
})

test('ELECTION-54, ELECTION-56, ELECTION-57: an established ensemble is joined, whatever its round', (t) => {
  const settled = [start(9), says(3, 'looking', vote(3, 9)), { type: 'SETTLE' }] as const
  const claims = [says(2, 'following', vote(3, 1, 4), 1), says(3, 'leading', vote(3, 2, 4), 8)] as const
  const joined = after(three, 1, ...settled, look(12, 3), ...claims)
  t.deepEqual([joined.value, joined.round, joined.vote], ['following', 8, vote(3, 2, 4)])
  t.true(joined.rules.includes('ELECTION-54'))
  const back = after(three, 1, ...settled, look(12, 3), claims[1], claims[0])
  t.is(back.round, 1) // ELECTION-81
  const apart = [says(2, 'following', vote(3, 1, 4), 7), says(3, 'leading', vote(3, 1, 5), 8)] as const
  t.is(after(three, 1, start(), ...apart).value, 'looking.collecting')
})

test('ELECTION-58: the established epoch is what newcomers are told', (t) => {
  const established = { type: 'ESTABLISHED', peerEpoch: 6 } as const
  const settled = [start(), says(3, 'looking', vote(3)), { type: 'SETTLE' }, established] as const
  t.deepEqual(after(three, 1, ...settled).vote, vote(3, 0, 6))
  told(t, after(three, 1, ...settled, says(2, 'looking', vote(2), 1)), 'ELECTION-36', '2 following 3 1')
})

test('ELECTION-60, ELECTION-61: an observer proposes what it hears, counts voters alone, and observes', (t) => {
  const asks = after(five, 6, start(4))
  told(t, asks, 'ELECTION-23', ...[1, 2, 3, 4, 5].map((sid) => `${sid} looking ${nobody} 1`))
  const two = [start(4), says(5, 'looking', vote(5)), says(4, 'looking', vote(5))] as const
  t.is(after(five, 6, ...two).value, 'looking.collecting')
  const three = [...two, says(3, 'looking', vote(5))] as const
  t.is(after(five, 6, ...three).value, 'looking.settling')
  t.is(after(five, 6, ...three, { type: 'SETTLE' }).value, 'observing')
})

test('ELECTION-62: an observer is answered at once, by a server that looks with its vote from before', (t) => {
  const asks = says(6, 'looking', vote(nobody, nobody, nobody), 1)
  told(t, after(five, 1, start(), says(3, 'looking', vote(3)), asks), 'ELECTION-62', '6 looking 1 1')
  const settled = [
    start(),
    ...[2, 3].map((sid) => says(sid, 'looking', vote(3))),
    { type: 'SETTLE' } as const,
  ]
  told(t, after(five, 1, ...settled, asks), 'ELECTION-62', '6 following 3 1')
  told(t, after(five, 1, ...settled, look(), asks), 'ELECTION-62', '6 looking 3 2')
  told(t, after(three, 1, start(), says(9, 'looking', vote(9))), 'ELECTION-62', '9 looking 1 1') // a stranger
})

test('ELECTION-63: an observer that has settled answers, too', (t) => {
  const settled = [
    start(),
    ...[3, 4, 5].map((sid) => says(sid, 'looking', vote(5))),
    { type: 'SETTLE' } as const,
  ]
  told(t, after(five, 6, ...settled, says(1, 'looking', vote(1))), 'ELECTION-36', '1 observing 5 1')
})

/** Traces of a member: turns that the spec's election and follower allow are accepted, and any other is named with its rule. */
import test from 'ava'
import { service } from '../../spec/service/standard-service.js'
import { validateTrace } from '../../src/conform/check-trace.js'
import { lineTracer, TraceFormatError } from '../../src/trace/trace-codec.js'
import type { Tracer } from '../../src/trace/trace-event.js'
import { MemberTrace } from '../../src/server/ensemble/member-trace.js'
import { notificationOf, startOf, threeServers, transactionOf } from '../support/member-events.js'

/** Validates what is told: the rule that is broken, or undefined. */
async function ruleOf(tell: (trace: MemberTrace, tracer: Tracer) => void): Promise<string | undefined> {
  const lines: string[] = []
  const tracer = lineTracer('server.2', (line) => lines.push(line))
  tell(new MemberTrace(tracer, () => 1, 2n), tracer)
  const { rejection } = await validateTrace(service, lines)
  return rejection && `${rejection.rule}: ${rejection.why}`
}

const own = { leader: 2n, zxid: 5n, peerEpoch: 0n }

function look(trace: MemberTrace, sent: readonly bigint[] = [1n, 3n]): void {
  trace.ensemble(threeServers)
  for (const to of sent) trace.notified(to, notificationOf('LOOKING', own, 1n))
  trace.electionTurn(
    { type: 'LOOK', history: { zxid: 5n, peerEpoch: 0n } },
    'stopped',
    'looking.collecting',
    own,
    1n,
  )
}

const better = { leader: 3n, zxid: 6n, peerEpoch: 0n }
const heard = {
  type: 'NOTIFICATION' as const,
  heard: { from: 3n, state: 'LOOKING' as const, vote: better, round: 1n },
}

test('ELECTION-40: a server that adopts a better vote and tells all is accepted', async (t) => {
  const rule = await ruleOf((trace) => {
    look(trace)
    for (const to of [1n, 3n]) trace.notified(to, notificationOf('LOOKING', better, 1n))
    trace.electionTurn(heard, 'looking.collecting', 'looking.settling', better, 1n)
  })
  t.is(rule, undefined)
})

test('ELECTION-31: who does not tell all voters is rejected', async (t) => {
  t.regex((await ruleOf((trace) => look(trace, [1n]))) ?? '', /sent .*after START/)
})

test('ELECTION-40: who keeps its own vote is rejected', async (t) => {
  const rule = await ruleOf((trace) => {
    look(trace)
    trace.electionTurn(heard, 'looking.collecting', 'looking.collecting', own, 1n)
  })
  t.regex(rule ?? '', /^ELECTION-.*after NOTIFICATION in looking.collecting/)
})

test('an election whose ensemble is not told is rejected', async (t) => {
  const rule = await ruleOf((trace) =>
    trace.electionTurn(heard, 'looking.collecting', 'looking.collecting', own, 1n),
  )
  t.regex(rule ?? '', /does not say who is in the ensemble/)
})

/** A follower up to broadcast, in epoch 1, by DIFF. */
function follow(trace: MemberTrace): void {
  trace.learnerBegins(startOf({ lastZxid: 5n }))
  trace.learnerSent({
    type: 'FOLLOWERINFO',
    acceptedEpoch: 0,
    sid: 2n,
    protocolVersion: 1,
    configVersion: 0n,
  })
  trace.learnerTurn({ type: 'FOLLOW' }, 'elected', 'discovery.awaitingLeaderInfo')
  const info = { type: 'LEADERINFO' as const, epoch: 1, protocolVersion: 1 }
  trace.learnerTurn(info, 'discovery.awaitingLeaderInfo', 'discovery.acceptingEpoch')
  trace.learnerSent({ type: 'ACKEPOCH', currentEpoch: 0, lastZxid: 5n })
  const accepted = 'synchronization.awaitingSync'
  trace.learnerTurn({ type: 'ACCEPTED_EPOCH_WRITTEN' }, 'discovery.acceptingEpoch', accepted)
  trace.learnerTurn({ type: 'DIFF', zxid: 5n }, accepted, 'synchronization.receiving')
  const newLeader = { type: 'NEWLEADER' as const, epoch: 1, config: null }
  trace.learnerTurn(newLeader, 'synchronization.receiving', 'synchronization.writingEpoch')
  trace.learnerSent({ type: 'ACK', zxid: 1n << 32n })
  const uptodate = 'synchronization.awaitingUptodate'
  trace.learnerTurn({ type: 'CURRENT_EPOCH_WRITTEN' }, 'synchronization.writingEpoch', uptodate)
  trace.learnerSent({ type: 'ACK', zxid: 1n << 32n })
  trace.learnerTurn({ type: 'UPTODATE', zxid: -1n }, uptodate, 'broadcast')
}

const first = (1n << 32n) + 1n

test('BROADCAST-52 to 55: proposals that are logged, acknowledged and committed in order are accepted', async (t) => {
  const rule = await ruleOf((trace) => {
    follow(trace)
    for (const zxid of [first, first + 1n])
      trace.learnerTurn({ type: 'PROPOSAL', transaction: transactionOf(zxid) }, 'broadcast', 'broadcast')
    for (const zxid of [first, first + 1n]) trace.learnerSent({ type: 'ACK', zxid })
    trace.learnerTurn({ type: 'LOGGED', zxid: first + 1n }, 'broadcast', 'broadcast')
    for (const zxid of [first, first + 1n])
      trace.learnerTurn({ type: 'COMMIT', zxid }, 'broadcast', 'broadcast')
    trace.learnerTurn({ type: 'CLOSED' }, 'broadcast', 'left')
  })
  t.is(rule, undefined)
})

test('BROADCAST-53: an acknowledgement of what is not on disk is rejected', async (t) => {
  const rule = await ruleOf((trace) => {
    follow(trace)
    trace.learnerSent({ type: 'ACK', zxid: first })
    trace.learnerTurn({ type: 'PROPOSAL', transaction: transactionOf(first) }, 'broadcast', 'broadcast')
  })
  t.regex(rule ?? '', /^BROADCAST-52: learner 2: PROPOSAL sent .*ACK/)
})

test('BROADCAST-55: a leader that commits out of order is rejected', async (t) => {
  const rule = await ruleOf((trace) => {
    follow(trace)
    trace.learnerTurn({ type: 'PROPOSAL', transaction: transactionOf(first) }, 'broadcast', 'broadcast')
    trace.learnerTurn({ type: 'COMMIT', zxid: first + 1n }, 'broadcast', 'left')
  })
  t.regex(rule ?? '', /^BROADCAST-55: .*COMMIT.*has no place in broadcast/)
})

test('BROADCAST-43: a leader that leaves a proposal out is rejected', async (t) => {
  const rule = await ruleOf((trace) => {
    follow(trace)
    const transaction = transactionOf(first + 1n)
    trace.learnerTurn({ type: 'PROPOSAL', transaction }, 'broadcast', 'left')
  })
  t.regex(rule ?? '', /^BROADCAST-(43|52): .*PROPOSAL.*has no place in broadcast/)
})

test('BROADCAST-41: a cut, and a cut that the snapshot does not allow', async (t) => {
  const cut = (result: { isCut: true; lastZxid: bigint } | { isCut: false }, after: string) =>
    ruleOf((trace) => {
      trace.learnerBegins(startOf({ lastZxid: 9n, acceptedEpoch: 1 }))
      trace.learnerSent({
        type: 'FOLLOWERINFO',
        acceptedEpoch: 1,
        sid: 2n,
        protocolVersion: 1,
        configVersion: 0n,
      })
      trace.learnerTurn({ type: 'FOLLOW' }, 'elected', 'discovery.awaitingLeaderInfo')
      trace.learnerSent({ type: 'ACKEPOCH', currentEpoch: -1, lastZxid: 9n })
      const awaiting = 'synchronization.awaitingSync'
      const info = { type: 'LEADERINFO' as const, epoch: 1, protocolVersion: 1 }
      trace.learnerTurn(info, 'discovery.awaitingLeaderInfo', awaiting)
      trace.learnerTurn({ type: 'TRUNC', zxid: 7n }, awaiting, 'synchronization.truncating')
      trace.learnerTurn({ type: 'TRUNCATED', result }, 'synchronization.truncating', after)
    })
  t.is(await cut({ isCut: true, lastZxid: 7n }, 'synchronization.receiving'), undefined)
  t.is(await cut({ isCut: false }, 'left'), undefined)
  t.regex((await cut({ isCut: false }, 'synchronization.receiving')) ?? '', /BROADCAST-41|TRUNCATED/)
})

test('a leader’s turn that the spec’s machine has not is rejected', async (t) => {
  const turn = (before: string, after: string) =>
    ruleOf((trace) => trace.leaderTurn({ type: 'LEAD' }, before, after))
  t.is(await turn('elected', 'discovery.awaitingLearners'), undefined)
  t.regex((await turn('elected', 'broadcast')) ?? '', /elected on LEAD went to broadcast/)
})

test('what lacks a field, or is no event of its subsystem, is refused with its line', async (t) => {
  const refusal = async (subsystem: 'election' | 'learner', input: { type: string }, sent?: unknown) => {
    const lines: string[] = []
    const tracer = lineTracer('server.2', (line) => lines.push(line))
    tracer({ time: 1, subsystem, instance: '2', input, ...(sent === undefined ? {} : { vars: { sent } }) })
    return (await t.throwsAsync(validateTrace(service, lines), { instanceOf: TraceFormatError }))?.message
  }
  t.is(
    await refusal('election', { type: 'ENSEMBLE' }),
    'line 1: ENSEMBLE needs member (number), and has undefined',
  )
  t.is(await refusal('learner', { type: 'COMMIT' }), 'line 1: COMMIT needs zxid (bigint), and has undefined')
  t.regex(
    (await refusal('learner', { type: 'START' })) ?? '',
    /^line 1: no learner event is called START; there are BEGIN/,
  )
  t.regex(
    (await refusal('learner', { type: 'PING' }, [null])) ?? '',
    /^line 1: PING has something else where a list/,
  )
})

/** The ensemble within small bounds, in full: what holds in every state, and how many states there are. */
import test from 'ava'
import { assign } from 'xstate'
import type { FollowerContext } from '../../../spec/broadcast/follower-actions.js'
import type { Bounds } from '../../../src/check/systems/ensemble-bounds.js'
import { patch } from '../../../spec/variants/patch.js'
import { defineVariant, provide } from '../../../spec/variants/variant.js'
import { check } from '../../../src/runtime/check/explore-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { ensemble } from '../../../src/check/systems/ensemble-system.js'

const held = `${[51, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 85].map((rule) => `BROADCAST-${rule}`).join(', ')}`

const bounded: Readonly<Record<string, { readonly bounds: Partial<Bounds>; readonly distinct: number }>> = {
  'a first election and a write': { bounds: { epochs: 1, crashes: 0 }, distinct: 2_679 },
  'a past, a write, a crash': { bounds: { history: 1, epochs: 1 }, distinct: 20_010 },
  'two elections and a cut link': {
    bounds: { epochs: 2, crashes: 0, partitions: 1, transactions: 0 },
    distinct: 14_759,
  },
  'snapshots for all': { bounds: { epochs: 1, snap: true }, distinct: 39_336 },
  'a disk that fails': { bounds: { history: 1, epochs: 1, crashes: 0, errors: 1 }, distinct: 5_267 },
  'a snapshot while serving': { bounds: { epochs: 1, crashes: 0, snapshots: 1 }, distinct: 6_153 },
  'an observer': { bounds: { servers: 2, observers: 1, epochs: 1 }, distinct: 8_968 },
  // Who accepted an epoch and crashed can't be counted for it again: its leader gives up (BROADCAST-25, BROADCAST-62).
  'two servers, one of which crashes': { bounds: { servers: 2, epochs: 2 }, distinct: 710 },
}

for (const [name, { bounds, distinct }] of Object.entries(bounded)) {
  test(`${held}: hold in every state of ${name}`, async (t) => {
    const result = await check(networkSpace(ensemble(bounds)), {
      request: { model: 'ensemble', bounds: {} },
      liveness: true,
    })
    t.deepEqual(
      result.violations.map(({ violation }) => violation.found),
      [],
    )
    t.true(result.exhausted)
    t.is(result.distinct, distinct)
  })
}

test('with symmetry and without, the verdict is the same; without, there are more states', async (t) => {
  const bounds = { history: 1, epochs: 1, crashes: 0, symmetry: true }
  const request = { model: 'ensemble', bounds: {} }
  const reduced = await check(networkSpace(ensemble(bounds)), { request })
  const whole = await check(networkSpace(ensemble(bounds), { symmetry: false }), { request })
  t.is(reduced.verdict, whole.verdict)
  t.true(whole.distinct > 4 * reduced.distinct, `${whole.distinct} and ${reduced.distinct}`)
})

test('BROADCAST-85: fails where learners do not accept a new epoch', async (t) => {
  const variant = defineVariant({
    id: 'no-new-epoch',
    title: 'a learner that is offered a new epoch leaves',
    forbidden: ['BROADCAST-24'],
    bounds: {},
    machines: {
      follower: patch({
        states: { discovery: { states: { awaitingLeaderInfo: { on: { LEADERINFO: { '#1': null } } } } } },
      }),
    },
  })
  const space = networkSpace(ensemble({ epochs: 2, transactions: 0, crashes: 0 }, variant))
  const { violations } = await check(space, { request: { model: 'ensemble', bounds: {} }, liveness: true })
  t.is(violations[0]?.violation.rule, 'BROADCAST-85')
})

test('BROADCAST-79: fails where a learner takes its current epoch back', async (t) => {
  const variant = defineVariant({
    id: 'epoch-back',
    title: 'a learner writes an epoch that was',
    forbidden: ['BROADCAST-47'],
    bounds: {},
    machines: {
      follower: provide({
        actions: {
          writeCurrentEpoch: assign(({ context }) => {
            const { disk } = context as FollowerContext
            return { disk: { ...disk, currentEpoch: 0 } }
          }),
        },
      }),
    },
  })
  const space = networkSpace(ensemble({ history: 1, epochs: 1, crashes: 0 }, variant))
  const { violations } = await check(space, { request: { model: 'ensemble', bounds: {} } })
  t.is(violations[0]?.violation.found, 'currentEpoch went from 1 to 0')
})

test('BROADCAST-28: fails where a leader does not wait for a quorum that accepts', async (t) => {
  const variant = defineVariant({
    id: 'unaccepted',
    title: 'a leader goes on when nobody has accepted its epoch',
    forbidden: ['BROADCAST-28'],
    bounds: {},
    machines: {
      leader: patch({
        states: { discovery: { states: { acceptingEpoch: { on: { WRITE: { '#1': { guard: null } } } } } } },
      }),
    },
  })
  const space = networkSpace(ensemble({ epochs: 2, transactions: 0, crashes: 1 }, variant))
  const { violations } = await check(space, { request: { model: 'ensemble', bounds: {} } })
  t.is(violations[0]?.violation.rule, 'BROADCAST-28')
})

test('BROADCAST-85: fails where a leader that serves logs nothing, so that nothing is committed', async (t) => {
  const variant = defineVariant({
    id: 'no-log',
    title: 'a leader does not log',
    forbidden: ['BROADCAST-53'],
    bounds: {},
    machines: { leader: patch({ states: { broadcast: { on: { LOG: { '#1': null } } } } }) },
  })
  const space = networkSpace(ensemble({ servers: 2, epochs: 1, crashes: 0 }, variant))
  const { violations } = await check(space, { request: { model: 'ensemble', bounds: {} }, liveness: true })
  t.is(violations[0]?.violation.rule, 'BROADCAST-85')
})

// One counter an epoch: the second write needs a new leader, and gets one.
const shortEpochs = { servers: 2, epochs: 2, transactions: 2, crashes: 0, counterLimit: 2 }

test('BROADCAST-51: a leader whose counters are used up stops leading, and a new epoch goes on', async (t) => {
  const result = await check(networkSpace(ensemble(shortEpochs)), {
    request: { model: 'ensemble', bounds: {} },
    liveness: true,
  })
  t.deepEqual(
    result.violations.map(({ violation }) => violation.found),
    [],
  )
  t.true(result.exhausted)
})

test('BROADCAST-51: fails where a leader goes on beyond its counters', async (t) => {
  const variant = defineVariant({
    id: 'endless-epoch',
    title: 'a leader proposes whatever the counter is',
    forbidden: ['BROADCAST-51'],
    bounds: {},
    machines: { leader: patch({ states: { broadcast: { on: { CLIENT: { '#1': null } } } } }) },
  })
  const space = networkSpace(ensemble(shortEpochs, variant))
  const { violations } = await check(space, { request: { model: 'ensemble', bounds: {} } })
  t.is(violations[0]?.violation.rule, 'BROADCAST-51')
  t.is(violations[0]?.violation.found, '0x100000002 is proposed, whose counter no transaction gets')
})

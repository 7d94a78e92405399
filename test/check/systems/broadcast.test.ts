/** One epoch within small bounds, in full, from whatever earlier epochs left: what holds, what is met, what a mistake breaks. */
import { lastCounter } from '../../../spec/broadcast/zxid.js'
import test from 'ava'
import { initialDisksOf } from '../../../src/check/systems/broadcast/initial-disks.js'
import {
  type BroadcastBounds,
  broadcastNetwork,
  defaultBroadcastBounds,
} from '../../../src/check/systems/broadcast/broadcast-network.js'
import { check } from '../../../src/runtime/check/explore-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { broadcast } from '../../../src/check/systems/broadcast-system.js'
import { machinesOf } from '../../../src/check/systems/ensemble-system.js'
import { loadVariant } from '../../../src/runtime/check/variant-file.js'
import { watched } from '../../support/ensemble-walks.js'

const request = { model: 'broadcast', bounds: {} }
const held = [70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 85].map((rule) => `BROADCAST-${rule}`)
const bounded: Readonly<
  Record<string, { readonly bounds: Partial<BroadcastBounds>; readonly distinct: number }>
> = {
  'an epoch with a write, after one that committed nothing': { bounds: { committed: 0 }, distinct: 66_510 },
  'an epoch of two servers and an observer': { bounds: { servers: 2, observers: 1 }, distinct: 27_832 },
}

for (const [name, { bounds, distinct }] of Object.entries(bounded)) {
  test(`${held.join(', ')}: hold in every state of ${name}`, async (t) => {
    const result = await check(networkSpace(broadcast(bounds)), { request, liveness: true })
    t.deepEqual(
      result.violations.map(({ violation }) => violation.found),
      [],
    )
    t.true(result.exhausted)
    t.is(result.distinct, distinct)
  })
}

test('BROADCAST-31, BROADCAST-32, BROADCAST-33, BROADCAST-34, BROADCAST-25, BROADCAST-27: all are met in one short epoch', async (t) => {
  const rules = new Set<string>()
  const sent = new Set<string>()
  const { server, follower, leader } = machinesOf()
  const note = (_: unknown, __: unknown, event: { readonly type: string }, taken: Taken | null): void => {
    if (taken === null) return
    for (const rule of taken.transition.rules) rules.add(rule)
    if (event.type === 'DIFF' || event.type === 'TRUNC' || event.type === 'SNAP') sent.add(event.type)
    // What a DIFF brings is logged before the epoch is written.
    if (taken.transition.actions.includes('logCommitted')) sent.add('DIFF with writes')
  }
  const machines = {
    server,
    follower: watched(follower, note as never),
    leader: watched(leader, note as never),
  }
  const network = broadcastNetwork(machines, { ...defaultBroadcastBounds, transactions: 0 })
  const { verdict, distinct } = await check(networkSpace(network), { request, liveness: true })
  t.deepEqual([verdict, distinct], ['holds', 56_297])
  t.deepEqual([...sent].sort(), ['DIFF', 'DIFF with writes', 'SNAP', 'TRUNC'])
  for (const rule of ['BROADCAST-25', 'BROADCAST-27', 'BROADCAST-41', 'BROADCAST-42', 'BROADCAST-46'])
    t.true(rules.has(rule), rule)
})

interface Taken {
  readonly transition: { readonly rules: readonly string[]; readonly actions: readonly string[] }
}

for (const [id, rule, bounds] of [
  ['zookeeper-3911', 'BROADCAST-77', { saved: false, transactions: 0, crashes: 1 }],
  ['zookeeper-4394', 'BROADCAST-72', {}],
] as const)
  test(`${id}: is found in one epoch`, async (t) => {
    const variant = await loadVariant(`spec/variants/${id}.ts`)
    const { violations } = await check(networkSpace(broadcast(bounds, variant)), { request })
    t.is(violations[0]?.violation.rule, rule)
  })

test('initial disks: what is committed is on the disks of a quorum, epochs and logs agree, nothing else was chosen', (t) => {
  const ensemble = {
    participants: [1, 2, 3],
    observers: [4],
    forceSnapSync: false,
    committedLogLimit: 500,
    counterLimit: lastCounter,
  }
  const choices = initialDisksOf(ensemble, { committed: 1, uncommitted: 1, saved: true }, false)
  const requestsOf = ({ snapshot, log }: (typeof choices)[number]['disks'][number]): number[] =>
    [...snapshot.txns, ...log].map((txn) => txn.request)
  for (const { disks, committed, proposed } of choices) {
    const histories = disks.map(requestsOf)
    const holders = (wanted: number) =>
      histories.slice(0, 3).filter((history) => history.includes(wanted)).length
    for (const txn of committed) t.true(holders(txn.request) >= 2)
    for (const txn of proposed) if (!committed.includes(txn)) t.true(holders(txn.request) < 2)
    for (const disk of disks) t.true(disk.currentEpoch <= disk.acceptedEpoch)
  }
  // A leader that has less, as much, more, or something else than a learner.
  const pairs = new Set(choices.flatMap(({ disks }) => disks.slice(0, 2).map(requestsOf).join(' | ')))
  for (const pair of ['1 | 1', '1 | 1,2', '1,2 | 1', ' | 1', '1,2 | 1,3']) t.true(pairs.has(pair), pair)
})

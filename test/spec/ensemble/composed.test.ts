/** The ensemble with its elections message by message: what holds, that it can fail, and that elections as one step leave nothing out. */
import test from 'ava'
import { lastCounter, makeZxid } from '../../../spec/broadcast/zxid.js'
import type { electionMachine } from '../../../spec/election/election-machine.js'
import type { ElectionContext, ElectionEvent, On, Vote } from '../../../spec/election/election-types.js'
import type { ComposedBounds } from '../../../src/check/systems/ensemble-bounds.js'
import type { ComposedLocal } from '../../../spec/ensemble/composed-server.js'
import { newServer, type Server, stepServer } from '../../../spec/ensemble/ensemble-server.js'
import { patch } from '../../../spec/variants/patch.js'
import { provide, type Variant } from '../../../spec/variants/variant.js'
import { variant as acknowledgedTooSoon } from '../../../spec/variants/zookeeper-3911.js'
import { variant as keptMemory } from '../../../spec/variants/zookeeper-2845.js'
import { check } from '../../../src/runtime/check/explore-space.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import { composed } from '../../../src/check/systems/composed-system.js'
import { ensemble, machinesOf } from '../../../src/check/systems/ensemble-system.js'
import { variantOf } from '../../check/systems/explore-system.js'
import { projections, type Walks } from './projection.js'

const request = { model: 'composed', bounds: {} }

const ofComposed = ({ server }: ComposedLocal): Server => server
const ofAtomic = (server: Server): Server => server

const bounded: Readonly<
  Record<string, { readonly bounds: Partial<ComposedBounds>; readonly distinct: number }>
> = {
  'two writes and a leader that is lost between them': { bounds: {}, distinct: 41_418 },
  'a cut link': { bounds: { crashes: 0, partitions: 1, transactions: 1 }, distinct: 14_023 },
  'a past, a crash, a disk that fails': {
    bounds: { history: 1, rounds: 2, transactions: 1, errors: 1 },
    distinct: 16_911,
  },
  'two notifications under way': {
    bounds: { rounds: 2, crashes: 0, transactions: 1, capacity: 2 },
    distinct: 2202,
  },
  'an observer': { bounds: { servers: 1, observers: 1, rounds: 2, transactions: 1 }, distinct: 29_781 },
}

for (const [name, { bounds, distinct }] of Object.entries(bounded)) {
  test(`ENSEMBLE-40 to ENSEMBLE-47, BROADCAST-70 to BROADCAST-85: hold in every state of ${name}`, async (t) => {
    const result = await check(networkSpace(composed(bounds)), { request, liveness: true })
    t.deepEqual(
      result.violations.map(({ violation }) => `${violation.rule}: ${violation.found}`),
      [],
    )
    t.true(result.exhausted)
    t.is(result.distinct, distinct)
  })
}

test('ENSEMBLE-42, ENSEMBLE-43: a leader is lost after its write, and another one writes, within the default bounds', async (t) => {
  const all = [...(await projections(composed(), ofComposed))]
  const writes = [makeZxid(1, 1), makeZxid(2, 1)].map((zxid, at) => ({ zxid, request: at + 1 }))
  t.true(all.some((text) => text.includes(`${JSON.stringify(writes)},0,0`)))
})

async function firstBroken(bounds: Partial<ComposedBounds>, variant: Variant): Promise<string | undefined> {
  const { violations } = await check(networkSpace(composed(bounds, variant)), { request, liveness: true })
  return violations[0]?.violation.rule
}

test('BROADCAST-46: ZOOKEEPER-3911 is found with elections message by message, too', async (t) => {
  t.is(await firstBroken({ history: 1, transactions: 1 }, acknowledgedTooSoon), 'BROADCAST-77')
})

test('BROADCAST-63: ZOOKEEPER-2845 is found with elections message by message, too', async (t) => {
  t.is(await firstBroken({ history: 1, crashes: 2 }, keptMemory), 'BROADCAST-81')
})

test('BROADCAST-85: fails where learners do not accept a new epoch', async (t) => {
  const refuse = patch({
    states: { discovery: { states: { awaitingLeaderInfo: { on: { LEADERINFO: { '#1': null } } } } } },
  })
  t.is(await firstBroken({ transactions: 0, crashes: 0 }, variantOf('follower', refuse)), 'BROADCAST-85')
})

test('ENSEMBLE-41: fails where a server settles, and its election says that it leads whatever it is on', async (t) => {
  const lead = provide<typeof electionMachine>({ guards: { isMyself: () => true } })
  const { violations } = await check(networkSpace(composed({}, variantOf('election', lead))), { request })
  t.true(['ENSEMBLE-41', 'ELECTION-85'].includes(violations[0]?.violation.rule ?? ''))
})

interface Compared {
  readonly both: {
    readonly servers: number
    readonly observers?: number
    readonly history?: number
    readonly transactions: number
    readonly crashes: number
    readonly partitions?: number
    readonly errors?: number
  }
  readonly rounds: number
  readonly epochs: number
  readonly walks?: Walks
}

/** What elections message by message come to, and what of it elections as one step do not. */
async function compare({ both, rounds, epochs, walks }: Compared, variant?: Variant) {
  const whole = await projections(composed({ ...both, rounds }, variant), ofComposed, walks)
  const atomic = await projections(ensemble({ ...both, epochs, symmetry: false }), ofAtomic)
  return { whole, more: [...whole].filter((each) => !atomic.has(each)) }
}

const compared: Readonly<Record<string, Compared>> = {
  'two servers, a write, a crash, a cut link': {
    both: { servers: 2, transactions: 1, crashes: 1, partitions: 1 },
    rounds: 2,
    epochs: 6,
  },
  'two servers with a past, a write, a crash, a disk that fails': {
    both: { servers: 2, history: 1, transactions: 1, crashes: 1, errors: 1 },
    rounds: 3,
    epochs: 6,
  },
  'walks of three servers with a write': {
    both: { servers: 3, transactions: 1, crashes: 0 },
    rounds: 2,
    epochs: 4,
    walks: { walks: 3000, depth: 150, seed: 11 },
  },
}

for (const [name, each] of Object.entries(compared))
  test(`ENSEMBLE-20, ENSEMBLE-21: leave out nothing of ${name}`, async (t) => {
    const { whole, more } = await compare(each)
    t.deepEqual(more.slice(0, 3), [])
    t.true([...whole].some((text) => text.includes('"leader":2}')))
  })

test('ENSEMBLE-20: what it leaves out is found, where votes are in another order', async (t) => {
  type Args = { readonly context: ElectionContext; readonly event: ElectionEvent }
  const isBetter = (vote: Vote, than: Vote | null): boolean => than !== null && vote.leader < than.leader
  const smallest = provide<typeof electionMachine>({
    guards: {
      isBetterProposal: ({ context, event }: Args) =>
        isBetter((event as On<'NOTIFICATION'>).vote, context.vote),
      isNothingBetter: ({ context, event }: Args) =>
        !isBetter((event as On<'NOTIFICATION'>).vote, context.vote),
    },
  })
  const each = { both: { servers: 2, transactions: 0, crashes: 0 }, rounds: 1, epochs: 3 }
  const { more } = await compare(each, variantOf('election', smallest))
  t.true(more.some((text) => text.includes('{"epoch":1,"leader":1}')))
})

test('ENSEMBLE-46: a server that is asked to lead by its own leader leaves it, and refuses', (t) => {
  const machines = machinesOf()
  const of = {
    participants: [1, 2],
    observers: [],
    forceSnapSync: false,
    committedLogLimit: 500,
    counterLimit: lastCounter,
  }
  const looking = newServer(1, of, [])
  const following = stepServer(machines, looking, { type: 'ELECTED', leader: 2 })!.server
  const asked = stepServer(machines, following, { type: 'FOLLOWERINFO', from: 2, acceptedEpoch: 0 })
  t.is(asked?.server.life, 'looking')
  t.deepEqual(asked?.closes, [2])
  t.deepEqual(asked?.rules, ['BROADCAST-65', 'BROADCAST-60'])
})

test('BROADCAST-65: the end of a connection that is not to its leader is nothing to a follower', (t) => {
  const machines = machinesOf()
  const of = {
    participants: [1, 2, 3],
    observers: [],
    forceSnapSync: false,
    committedLogLimit: 500,
    counterLimit: lastCounter,
  }
  const following = stepServer(machines, newServer(1, of, []), { type: 'ELECTED', leader: 2 })!.server
  t.deepEqual(stepServer(machines, following, { type: 'CLOSED', from: 3 })?.server, following)
  t.is(stepServer(machines, following, { type: 'CLOSED', from: 2 })?.server.life, 'looking')
})

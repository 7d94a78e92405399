import test from 'ava'
import { links, type LinksBounds } from '../../../src/bench/links.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkModel } from '../../../src/check/spaces/network-model.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'

const request = requestOf('test')
const small: LinksBounds = { processes: 2, messages: 1, crashes: 1, cuts: 1, opens: 2 }

test('the fast form and the plain one have the same states at each depth', async (t) => {
  for (const bounds of [small, { ...small, processes: 3, opens: 1, crashes: 1, cuts: 0, messages: 0 }]) {
    const options = { request, maxDepth: 7 }
    const fast = await check(networkSpace(links(bounds), { symmetry: false }), options)
    const plain = await check(modelSpace(networkModel(links(bounds))), options)
    t.deepEqual(fast.levels, plain.levels)
    t.is(fast.generated, plain.generated)
  }
})

test('mail waits for who is down, outlives crashes, and forgets by its own rule, in both forms alike', async (t) => {
  const mailed = {
    ...links({ ...small, opens: 1, messages: 2 }),
    mail: { lane: 1, queue: <Message>(_: readonly Message[], newest: Message) => [newest] },
  }
  const options = { request, maxDepth: 8 }
  const fast = await check(networkSpace(mailed, { symmetry: false }), options)
  const plain = await check(modelSpace(networkModel(mailed)), options)
  t.deepEqual(fast.levels, plain.levels)
  t.is(fast.generated, plain.generated)
  const without = await check(
    networkSpace(links({ ...small, opens: 1, messages: 2 }), { symmetry: false }),
    options,
  )
  t.notDeepEqual(without.levels, fast.levels)
})

test('mail that another takes the place of is told as lost', (t) => {
  const mailed = {
    ...links({ ...small, messages: 2 }),
    mail: { lane: 1, queue: <Message>(_: readonly Message[], newest: Message) => [newest] },
  }
  const model = networkModel(mailed)
  const own = (type: 'open' | 'say') => ({ kind: 'local', process: 0, event: { type, peer: 1 } }) as const
  const opened = model.next(model.initial()[0]!, own('open'))
  const said = model.next(opened, own('say'))
  const told = model.tell(said, own('say'), model.next(said, own('say')))
  t.deepEqual(
    told.messages?.map(({ as }) => as),
    ['sent', 'lost', 'sent'],
  )
})

const none = { world: [], each: [], pair: [], known: [], all: [] }
const named = { rule: 'KIND-1', name: 'it does not happen' }
const kinds: Readonly<Record<string, Partial<ReturnType<typeof links>['invariants']>>> = {
  world: {
    world: [
      { ...named, broken: ({ crashes, opened }) => (crashes === 0 && opened === 1 ? 'crashed' : null) },
    ],
  },
  each: { each: [{ ...named, broken: ({ local }) => (local.heard === 3 ? 'heard 3' : null) }] },
  pair: {
    pair: [
      {
        ...named,
        broken: ({ a, first, second }) => (a === 0 && first.heard + second.heard === 4 ? '4' : null),
      },
    ],
  },
  known: {
    known: [
      {
        ...named,
        broken: ({ process, local, world }) =>
          process === 1 && local.heard === 2 && world.crashes === 1 ? 'heard 2' : null,
      },
    ],
  },
  'known, by what happens to the world': {
    known: [
      {
        ...named,
        // What process 0 has under way is lost when it crashes, so the crash comes last.
        broken: ({ process, local, world }) =>
          process === 1 && local.heard === 1 && world.down[0] ? 'heard who is down' : null,
      },
    ],
  },
  all: {
    all: [
      {
        ...named,
        broken: ({ locals, world }) =>
          locals.every(({ heard }) => heard === 1) && world.cuts === 0 ? 'all heard' : null,
      },
    ],
  },
}

for (const [kind, invariants] of Object.entries(kinds))
  test(`an invariant of kind "${kind}" breaks as soon in the fast form as in the plain one`, async (t) => {
    const network = { ...links({ ...small, messages: 2 }), invariants: { ...none, ...invariants } }
    const [fast] = (await check(networkSpace(network, { symmetry: false }), { request })).violations
    const [plain] = (await check(modelSpace(networkModel(network)), { request })).violations
    t.is(fast?.violation.rule, 'KIND-1')
    t.is(fast?.steps.length, plain!.steps.length)
    t.true(fast!.steps.length > 1)
  })

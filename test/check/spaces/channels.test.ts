import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { canonical } from '../../../src/check/values/canonical.js'
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import { networkModel } from '../../../src/check/spaces/network-model.js'
import { networkSpace } from '../../../src/check/spaces/network-space.js'
import type { Network, NetworkAction, NetworkState } from '../../../src/check/model/network.js'
import { ModelWalk } from '../../../src/check/replay/model-walk.js'
import { type Havoc, puppets, type Trick } from '../systems/puppets.js'

type Puppets = ReturnType<typeof puppets>
type Action = NetworkAction<unknown>
type State = NetworkState<unknown, string, unknown>

const [a, b, c] = [0, 1, 2] as const
const does = (process: number, trick: number): Action => ({
  kind: 'local',
  process,
  event: { type: 'do', trick },
})
const havoc = (number: number): Action => ({ kind: 'world', action: { kind: 'havoc', number } })
const deliver = (from: number, to: number, lane = 0): Action => ({ kind: 'deliver', from, to, lane })

/** Takes actions in the plain form and in the fast one, holds them equal, and gives the last state. */
function after(t: ExecutionContext, network: Puppets, actions: readonly Action[]): State {
  const walk = new ModelWalk(networkModel(network))
  t.is(walk.take(actions).refusal, null)
  const space = networkSpace(network as Network<unknown, unknown, string, unknown, never, null>)
  let row = new Int32Array(space.slots)
  space.initial(() => (row = space.next.slice()))
  for (const action of actions) {
    let found: Int32Array | null = null
    space.load(row, 0)
    space.expand(() => {
      if (canonical(space.action(space.code())) === canonical(action)) found = space.next.slice()
    })
    row = found ?? t.fail('the fast form does not allow it')
  }
  t.deepEqual(space.decode(row), walk.state)
  return walk.state as State
}

const channel = (state: State, from: number, to: number, lane = 0) => state.channels[lane]![from]![to]!

test('messages arrive in order', (t) => {
  const network = puppets([[{ sends: [[b, 0, 'one']] }, { sends: [[b, 0, 'two']] }]])
  t.deepEqual(channel(after(t, network, [does(a, 0), does(a, 1)]), a, b), ['one', 'two'])
  const one = after(t, network, [does(a, 0), does(a, 1), deliver(a, b)])
  t.deepEqual(channel(one, a, b), ['two'])
  t.like(one.locals[b], { got: 'one' })
})

test('closing loses what is under way both ways, and the peer meets the end', (t) => {
  const network = puppets([
    [{ connect: [b], sends: [[b, 0, 'hello']] }, { closes: [b] }],
    [{ sends: [[a, 0, 'welcome']] }],
  ])
  const closed = after(t, network, [does(a, 0), does(b, 0), does(a, 1)])
  t.deepEqual(channel(closed, a, b), [null])
  t.deepEqual(channel(closed, b, a), [])
  t.like(after(t, network, [does(a, 0), does(a, 1), deliver(a, b)]).locals[b], { got: 'end' })
})

test('who closes and opens again in one step sends on the new connection', (t) => {
  const network = puppets([[{ sends: [[b, 0, 'old']] }, { closes: [b], sends: [[b, 0, 'new']] }]])
  t.deepEqual(channel(after(t, network, [does(a, 0), does(a, 1)]), a, b), [null, 'new'])
})

test('a send on a connection that the other has ended goes nowhere', (t) => {
  const network = puppets([[{ closes: [b] }], [{ sends: [[a, 0, 'late']] }, { sends: [[a, 1, 'beside']] }]])
  const state = after(t, network, [does(a, 0), does(b, 0), does(b, 1)])
  t.deepEqual(channel(state, b, a), [])
  t.deepEqual(channel(state, b, a, 1), ['beside'])
})

test('closing a connection whose end is on its way tells nobody, and leaves the newer connection', (t) => {
  const network = puppets([
    [{ sends: [[b, 0, 'sent before']] }, { closes: [b] }],
    [{ closes: [a] }, { sends: [[a, 0, 'newer']] }],
  ])
  const state = after(t, network, [does(b, 0), does(b, 1), does(a, 1)])
  t.deepEqual(channel(state, b, a), ['newer'])
  t.deepEqual(channel(state, a, b), [])
})

test('who ends a connection twice, opening one between, is met with one end', (t) => {
  const network = puppets([
    [{ closes: [b] }],
    [{ closes: [a] }, { sends: [[a, 0, 'between']] }, { closes: [a], sends: [[a, 0, 'last']] }],
  ])
  const twice = [does(b, 0), does(b, 1), does(b, 2)]
  t.deepEqual(channel(after(t, network, twice), b, a), [null, 'last'])
  const state = after(t, network, [...twice, does(a, 0)])
  t.deepEqual(channel(state, b, a), ['last'])
})

test('a peer that is closed twice keeps the first end under way', (t) => {
  const network = puppets([[{ closes: [b], sends: [[b, 0, 'again']] }], [{ closes: [a] }]])
  const state = after(t, network, [does(a, 0), does(b, 0)])
  t.deepEqual(channel(state, a, b), ['again'])
  t.deepEqual(channel(state, b, a), [])
})

test('a crash empties every channel, and tells who was connected', (t) => {
  const network = puppets(
    [
      [
        {
          sends: [
            [b, 0, 'x'],
            [c, 1, 'y'],
          ],
        },
      ],
      [
        {
          connect: [a],
          sends: [
            [a, 0, 'p'],
            [a, 1, 'q'],
          ],
        },
      ],
      [{ sends: [[b, 1, 'stays']] }],
    ],
    [{ crash: [a] }, { crash: [a, b] }],
  )
  const actions = [does(a, 0), does(b, 0), does(c, 0)]
  const one = after(t, network, [...actions, havoc(0)])
  t.deepEqual(channel(one, a, b), [null])
  t.deepEqual(channel(one, a, c), [])
  t.deepEqual([channel(one, b, a), channel(one, b, a, 1), channel(one, a, c, 1)], [[], [], []])
  t.deepEqual(channel(one, c, b, 1), ['stays'])
  const both = after(t, network, [...actions, havoc(1)])
  t.deepEqual(channel(both, a, b), [], 'who crashed itself is told nothing')
  t.deepEqual(both.locals[b], { peers: [], got: '' })
})

test('a cut empties both ways, and tells each end that was connected', (t) => {
  const network = puppets(
    [[{ connect: [b], sends: [[b, 0, 'x']] }], [{ sends: [[a, 1, 'y']] }]],
    [{ cut: [[a, b]] }],
  )
  const state = after(t, network, [does(a, 0), does(b, 0), havoc(0)])
  t.deepEqual(channel(state, b, a), [null])
  t.deepEqual(channel(state, a, b), [])
  t.deepEqual(channel(state, b, a, 1), [])
})

test('nothing gets through where the world does not reach', (t) => {
  const network = puppets(
    [
      [
        {
          sends: [
            [b, 0, 'x'],
            [b, 1, 'y'],
          ],
        },
      ],
      [{ sends: [[a, 0, 'z']] }],
    ],
    [{ walls: [[a, b]] }],
  )
  const state = after(t, network, [havoc(0), does(a, 0), does(b, 0)])
  t.deepEqual([channel(state, a, b), channel(state, a, b, 1), channel(state, b, a)], [[], [], ['z']])
})

test('a message that no rule speaks of is a violation', async (t) => {
  const network = puppets([[{ sends: [[b, 0, 'riddle']] }]], [], 'riddle')
  for (const space of [networkSpace(network), modelSpace(networkModel(network))]) {
    const { violations } = await check(space, { request: requestOf('puppets') })
    t.is(violations[0]?.violation.name, 'no message arrives in a state whose rules do not speak of it')
    t.regex(violations[0]!.violation.found, /^b has no rule for riddle from a/)
    t.is(violations[0]?.steps.length, 1)
  }
})

const peer = fc.integer({ min: 0, max: 2 })
const trick: fc.Arbitrary<Trick> = fc.record(
  {
    connect: fc.array(peer, { maxLength: 2 }),
    closes: fc.array(peer, { maxLength: 2 }),
    sends: fc.array(fc.tuple(peer, fc.integer({ min: 0, max: 1 }), fc.constantFrom('x', 'y')), {
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
)
const pair = fc.tuple(peer, peer)
const anyHavoc: fc.Arbitrary<Havoc> = fc.record(
  {
    crash: fc.uniqueArray(peer, { maxLength: 2 }),
    cut: fc.array(pair, { maxLength: 1 }),
    walls: fc.array(pair, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

test('whatever processes and the world do, the fast form and the plain one agree', async (t) => {
  const tricks = fc.array(fc.array(trick, { maxLength: 2 }), { minLength: 3, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(tricks, fc.array(anyHavoc, { maxLength: 1 }), async (tricks, havoc) => {
      const network = puppets(tricks, havoc)
      const options = { request: requestOf('puppets'), maxDepth: 4, maxStates: 400 }
      const fast = await check(networkSpace(network), options)
      const plain = await check(modelSpace(networkModel(network)), options)
      t.deepEqual(fast.levels, plain.levels)
      t.is(fast.generated, plain.generated)
    }),
    { numRuns: 60 },
  )
})

/** A trace that a real server left, damaged in one place: the validator names the place and the rule that the damage breaks. */
import test from 'ava'
import { service } from '../../spec/service/standard-service.js'
import { validateTrace } from '../../src/conform/check-trace.js'
import { decodeEvent, encodeEvent } from '../../src/trace/trace-codec.js'
import type { TraceEvent } from '../../src/trace/trace-event.js'
import { explain, formatRule } from '../../src/conform/format-rejection.js'
import { parseCommand } from '../../src/scenario/scenario-command.js'
import { ServerWorld } from '../scenario/server-world.js'

const blocks = [
  ['a: connect timeout=10000', 'b: connect timeout=10000'],
  ['a: create /x data=one', 'a: create /x', 'a: getData /x watch', 'a: exists /none'],
  ['b: getData /x watch'],
  ['a: setData /x data=two', 'a: getData /x'],
  ['b: getData /x'],
  ['b: setWatches since=1 data=/x'],
  ['a: create /e mode=ephemeral'],
  ['b: exists /e watch'],
  ['a: closeSession'],
  ['wait 4000'],
  ['restart'],
]

/** The server's trace of these commands: connection 1 is a's, connection 2 is b's. */
async function recorded(): Promise<TraceEvent[]> {
  const world = new ServerWorld()
  try {
    for (const block of blocks) await world.perform(block.map(parseCommand))
  } finally {
    await world.end()
  }
  return world.trace.map((line, at) => decodeEvent(line, at + 1))
}

const original = recorded()

type Input = TraceEvent['input'] & { reply?: Record<string, unknown>; notification?: Record<string, unknown> }
type Damage = (events: TraceEvent[]) => TraceEvent[]

const renumbered = (events: readonly TraceEvent[]): TraceEvent[] =>
  events.map((event, at) => ({ ...event, seq: at + 1 }))

/** Where the nth event of a type (counted from 0) of a connection stands. */
function find(events: readonly TraceEvent[], type: string, connection: number | undefined, nth = 0): number {
  const places = events.flatMap(({ input }, at) =>
    input.type === type && (connection === undefined || input.connection === connection) ? [at] : [],
  )
  const at = places[nth]
  if (at === undefined) throw new Error(`no ${type} number ${nth} of connection ${connection}`)
  return at
}

const drop =
  (type: string, connection?: number, nth = 0): Damage =>
  (events) =>
    events.toSpliced(find(events, type, connection, nth), 1)

const twice =
  (type: string, connection?: number, nth = 0): Damage =>
  (events) => {
    const at = find(events, type, connection, nth)
    return events.toSpliced(at, 0, events[at]!)
  }

/** Swaps an event with the next one that its connection has. */
const swapWithNext =
  (type: string, connection: number, nth = 0): Damage =>
  (events) => {
    const at = find(events, type, connection, nth)
    const next = events.findIndex(({ input }, place) => place > at && input.connection === connection)
    return events.with(at, events[next]!).with(next, events[at]!)
  }

const change =
  (type: string, connection: number | undefined, nth: number, with_: (input: Input) => Input): Damage =>
  (events) => {
    const at = find(events, type, connection, nth)
    return events.with(at, { ...events[at]!, input: with_(events[at]!.input as Input) })
  }

const changeReply = (
  connection: number,
  nth: number,
  reply: (reply: Record<string, unknown>) => Record<string, unknown>,
) => change('reply', connection, nth, (input) => ({ ...input, reply: reply(input.reply!) }))

const insertAfter =
  (
    type: string,
    connection: number,
    nth: number,
    input: (events: readonly TraceEvent[]) => TraceEvent['input'],
  ): Damage =>
  (events) => {
    const at = find(events, type, connection, nth)
    return events.toSpliced(at + 1, 0, { ...events[at]!, input: input(events) })
  }

const lastZxid = (events: readonly TraceEvent[]): bigint =>
  events[find(events, 'commit', 1, 1)]!.input.zxid as bigint

/** What is damaged, how, and the rule that it breaks. */
const damages: readonly (readonly [rule: string, what: string, damage: Damage])[] = [
  ['SERVICE-12', 'a reply is missing', drop('reply', 1, 2)],
  ['SERVICE-12', 'a reply is given twice', twice('reply', 1, 3)],
  ['SERVICE-12', 'a reply goes to another request', changeReply(1, 2, (reply) => ({ ...reply, xid: 999 }))],
  ['SERVICE-12', 'a write is done that nobody has asked for', drop('request', 1, 6)],
  ['SERVICE-11', 'a write is done before its turn', drop('request', 1, 0)],
  ['SERVICE-10', 'a connection asks before its handshake', drop('connected', 2)],
  [
    'SERVICE-20',
    'a zxid is left out',
    change('commit', 1, 2, (input) => ({ ...input, zxid: (input.zxid as bigint) + 1n })),
  ],
  ['SERVICE-26', 'a reply comes before its write is committed', swapWithNext('commit', 1, 1)],
  ['SERVICE-30', "a read's header has an older zxid", changeReply(1, 2, (reply) => ({ ...reply, zxid: 1n }))],
  ['SERVICE-40', 'a read shows a change before the notification', drop('notification', 2, 0)],
  ['SERVICE-40', 'a notification never comes', drop('notification', 2, 2)],
  [
    'SERVICE-42',
    'the reply to a write comes before the notification that it causes',
    swapWithNext('notification', 1, 0),
  ],
  ['SERVICE-43', 'setWatches is answered before what it has found', drop('notification', 2, 1)],
  ['SERVICE-47', 'a watch fires twice', twice('notification', 1, 0)],
  [
    'SERVICE-41',
    'a notification names another path',
    change('notification', 2, 0, (input) => ({
      ...input,
      notification: {
        ...input.notification,
        event: { ...(input.notification!.event as object), path: '/y' },
      },
    })),
  ],
  [
    'SERVICE-46',
    'a notification has a zxid',
    change('notification', 2, 0, (input) => ({
      ...input,
      notification: { ...input.notification, zxid: 5n },
    })),
  ],
  ['TREE-38', 'a second creation succeeds', changeReply(1, 1, (reply) => ({ ...reply, err: 0 }))],
  ['TREE-71', 'a read finds what is not there', changeReply(1, 3, (reply) => ({ ...reply, err: -102 }))],
  [
    'TREE-73',
    'a read gives other data',
    changeReply(1, 2, (reply) => ({
      ...reply,
      result: { ...(reply.result as object), data: new Uint8Array([1]) },
    })),
  ],
  [
    'TREE-59',
    "a write's Stat has a wrong version",
    changeReply(1, 4, (reply) => {
      const result = reply.result as { stat: object }
      return { ...reply, result: { ...result, stat: { ...result.stat, version: 7 } } }
    }),
  ],
  [
    'SERVICE-56',
    'a session is expired that its client has just used',
    insertAfter('reply', 1, 0, (events) => {
      const { session, zxid } = events[find(events, 'commit', 2, 0)]!.input
      return { type: 'commit', cause: 'expire', session, zxid: (zxid as bigint) + 2n, time: events[0]!.time }
    }),
  ],
  [
    'SERVICE-10',
    'a connection is told something after its end',
    insertAfter('closed', 1, 0, (events) => events[find(events, 'reply', 1, 0)]!.input),
  ],
  [
    'SERVICE-70',
    'a restart loses a write',
    (events) => change('start', undefined, 1, (input) => ({ ...input, zxid: lastZxid(events) }))(events),
  ],
  [
    'SERVICE-70',
    'a restart changes a znode',
    change('start', undefined, 1, (input) => {
      const nodes = input.nodes as [string, object][]
      return {
        ...input,
        nodes: nodes.map(([path, node]) => [path, path === '/x' ? { ...node, version: 9 } : node]),
      }
    }),
  ],
]

test('SERVICE-20: the trace is accepted as it is', async (t) => {
  const { rejection } = await validateTrace(service, (await original).map(encodeEvent))
  t.is(rejection === undefined ? '' : explain(rejection), '')
})

for (const [rule, what, damage] of damages) {
  test(`${rule}: a trace is rejected where ${what}`, async (t) => {
    const events = renumbered(damage([...(await original)]))
    const { rejection } = await validateTrace(service, events.map(encodeEvent))
    t.is(rejection?.rule, rule, rejection === undefined ? 'accepted' : explain(rejection))
    t.true(explain(rejection!).includes(formatRule(rule)))
    t.false(formatRule(rule).includes('no page'))
  })
}

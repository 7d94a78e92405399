/**
 * The alternating-bit protocol as a network: a sender repeats a message until it is acknowledged, a receiver takes it once.
 * What a lossy line does, losing, is what repeating allows: a message that was never sent again.
 */
import type { Network, Step } from '../../../src/check/model/network.js'

export interface End {
  readonly bit: 0 | 1
  /** Messages sent and acknowledged, or taken. */
  readonly count: number
  /** Times that the sender may send the current message. */
  readonly tries: number
}
export type BitEvent =
  { readonly type: 'send' } | { readonly type: 'data' | 'ack'; readonly bit: 0 | 1; readonly number: number }
export interface BitMessage {
  readonly type: 'data' | 'ack'
  readonly bit: 0 | 1
  readonly number: number
}

/** `deaf`: the receiver doesn't look at the bit. `mute`: it does not acknowledge. */
export function alternatingBit(
  messages: number,
  tries: number,
  mutant: 'none' | 'deaf' | 'mute' = 'none',
): Network<End, BitEvent, BitMessage, null, never, number> {
  const flip = (bit: 0 | 1): 0 | 1 => (bit === 0 ? 1 : 0)
  type Did = Step<End, BitMessage, never> | null
  const does = (local: End, to: number, message?: BitMessage): Did => ({
    local,
    sends: message === undefined ? [] : [{ to, lane: 1, message }],
    closes: [],
    notes: [],
    rules: [],
  })
  const sender = (local: End, event: BitEvent): Did => {
    const { bit, count } = local
    if (event.type === 'send')
      return does({ ...local, tries: local.tries - 1 }, 1, { type: 'data', bit, number: count })
    if (event.type !== 'ack') return null
    return does(event.bit === bit ? { bit: flip(bit), count: count + 1, tries } : local, 1)
  }
  const receiver = (local: End, event: BitEvent): Did => {
    if (event.type !== 'data') return null
    const fresh = mutant === 'deaf' || event.bit === local.bit
    const after = fresh ? { ...local, bit: flip(local.bit), count: local.count + 1 } : local
    const ack = { type: 'ack', bit: event.bit, number: event.number } as const
    return does(after, 0, mutant === 'mute' ? undefined : ack)
  }
  return {
    name: 'alternating bit',
    processes: ['sender', 'receiver'],
    lanes: 2,
    initial: () => ({
      locals: [
        { bit: 0, count: 0, tries },
        { bit: 0, count: 0, tries: 0 },
      ],
      world: null,
    }),
    events: (process, { count, tries }) =>
      process === 0 && count < messages && tries > 0 ? [{ type: 'send' }] : [],
    arrival: (_, __, message) => message,
    closed: () => ({ type: 'send' }),
    step: (process, local, event) => (process === 0 ? sender : receiver)(local, event),
    connections: () => [],
    view: (_, { count }) => count,
    reaches: () => true,
    worldSteps: () => [],
    learn: (world) => world,
    invariants: {
      world: [],
      each: [],
      pair: [
        {
          rule: 'BIT-1',
          name: 'what is taken was sent, once',
          broken: ({ first, second }) =>
            second.count < first.count || second.count > first.count + 1
              ? `${first.count} acknowledged, ${second.count} taken`
              : null,
        },
      ],
      known: [],
      all: [],
    },
    goal: { rule: 'BIT-2', name: 'all arrives', holds: (_, [sent]) => sent === messages },
    mayEnd: () => true,
    tell: (_, __, event) => ({ text: event.type, rules: [] }),
    tellMessage: ({ type, bit, number }) => `${type} ${number}, bit ${bit}`,
    show: (_, { bit, count }) => `${count} done, bit ${bit}`,
    showWorld: () => '',
  }
}

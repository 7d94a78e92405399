/** The bytes of the election port: what is written is read again, and what is no message is refused with its place. */
import test from 'ava'
import fc from 'fast-check'
import { FrameError, MarshallingError } from '../../../src/wire/index.js'
import { ElectionStream, longestMessage } from '../../../src/wire/peer/election-stream.js'
import {
  type InitialMessage,
  initialMessageBytes,
  readInitialMessage,
  unnumberedObserver,
} from '../../../src/wire/peer/initial-message.js'
import {
  type Notification,
  notificationBytes,
  peerStates,
  readNotification,
} from '../../../src/wire/peer/notification.js'
import { buffer, frame, int, long } from '../../interop/bytes.js'

const longs = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
/** Values of one shape are equal, whatever their prototypes. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
const hostPorts = fc.record({
  host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
  port: fc.nat(65535),
})
const initials: fc.Arbitrary<InitialMessage> = fc.record({
  sid: fc.oneof(fc.constant(unnumberedObserver), longs),
  addresses: fc.array(hostPorts, { minLength: 1, maxLength: 3 }),
})
const notifications: fc.Arbitrary<Notification> = fc.record({
  state: fc.constantFrom(...peerStates),
  leader: longs,
  zxid: longs,
  round: longs,
  peerEpoch: longs,
  version: fc.constant(2),
  config: fc.string({ unit: 'grapheme' }),
})

/** The fields of a notification up to its peer epoch, by hand. */
const vote = [int(2), long(3n), long(0x5_0000_0007n), long(9n)]

function received(isAccepted: boolean, chunks: readonly Buffer[]) {
  const initial: InitialMessage[] = []
  const messages: string[] = []
  const stream = new ElectionStream(isAccepted, {
    initial: (message) => initial.push(message),
    message: (bytes) => messages.push(bytes.toString('hex')),
  })
  for (const chunk of chunks) stream.push(chunk)
  return { initial, messages }
}

test('ELECTION-71: an initial message of one address and of several, byte by byte', (t) => {
  const one = { host: '127.0.0.1', port: 3888 }
  const text = Buffer.from('127.0.0.1:3888')
  t.deepEqual(
    initialMessageBytes({ sid: 2n, addresses: [one] }),
    Buffer.concat([long(-65536n), long(2n), buffer(text)]),
  )
  const several = Buffer.from('127.0.0.1:3888|[::1]:3889')
  const bytes = initialMessageBytes({ sid: 2n, addresses: [one, { host: '::1', port: 3889 }] })
  t.deepEqual(bytes, Buffer.concat([long(-65535n), long(2n), buffer(several)]))
})

test('ELECTION-71: an initial message is read as it was written, and is not whole before its last byte', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(initials, fc.uint8Array({ maxLength: 9 }), fc.nat(), (message, behind, cut) => {
        const bytes = initialMessageBytes(message)
        const read = readInitialMessage(Buffer.concat([bytes, behind]))!
        return (
          read.length === bytes.length &&
          plain(read.message) === plain(message) &&
          readInitialMessage(bytes.subarray(0, cut % bytes.length)) === undefined
        )
      }),
    ),
  )
})

test('ELECTION-71: a first number that is not negative is a sid by itself', (t) => {
  t.deepEqual(readInitialMessage(long(7n)), { message: { sid: 7n, addresses: [] }, length: 8 })
})

test('ELECTION-71: what is no initial message is refused, with its place', (t) => {
  const from = (version: bigint, text: string, length = text.length): Buffer =>
    Buffer.concat([long(version), long(2n), int(length), Buffer.from(text)])
  const refused: [Buffer, number, RegExp][] = [
    [long(-1n), 0, /found -1/],
    [long(-65537n), 0, /found -65537/],
    [from(-65536n, '', 0), 16, /1 to 2048, found 0/],
    [from(-65536n, '', -1), 16, /found -1/],
    [from(-65536n, '', 2049), 16, /found 2049/],
    [from(-65536n, 'a:1|b:2'), 20, /one address/],
    [from(-65535n, 'a:1|'), 20, /host:port/],
    [from(-65536n, 'nowhere'), 20, /"nowhere"/],
    [from(-65536n, 'a:65536'), 20, /"a:65536"/],
    [from(-65536n, '::1:3888'), 20, /"::1:3888"/],
  ]
  for (const [bytes, offset, message] of refused) {
    const error = t.throws(() => readInitialMessage(bytes), { instanceOf: MarshallingError, message })
    t.is(error?.offset, offset)
  }
  t.throws(() => initialMessageBytes({ sid: 1n, addresses: [] }), {
    instanceOf: RangeError,
    message: /0 bytes/,
  })
  const long1 = { host: 'h'.repeat(2048), port: 1 }
  t.throws(() => initialMessageBytes({ sid: 1n, addresses: [long1] }), {
    instanceOf: RangeError,
    message: /2050/,
  })
})

test('ELECTION-73: a notification, byte by byte, and read as it was written', (t) => {
  const notification = {
    state: 'LEADING',
    leader: 3n,
    zxid: 0x5_0000_0007n,
    round: 9n,
    peerEpoch: 5n,
    config: 'ü',
  } as const
  const bytes = Buffer.concat([...vote, long(5n), int(2), buffer('ü')])
  t.deepEqual(notificationBytes(notification), bytes)
  t.deepEqual(readNotification(bytes), { ...notification, version: 2 })
  t.notThrows(() =>
    fc.assert(
      fc.property(
        notifications,
        (value) => plain(readNotification(notificationBytes(value))) === plain(value),
      ),
    ),
  )
})

test('ELECTION-74: older forms of a notification', (t) => {
  const read = { state: 'LEADING', leader: 3n, zxid: 0x5_0000_0007n, round: 9n } as const
  t.deepEqual(readNotification(Buffer.concat(vote)), { ...read, peerEpoch: 5n, version: 0, config: null })
  const forty = Buffer.concat([...vote, long(4n), int(2)])
  t.deepEqual(readNotification(forty), { ...read, peerEpoch: 4n, version: 0, config: null })
  const first = Buffer.concat([...vote, long(4n), int(1), int(-7)])
  t.deepEqual(readNotification(first), { ...read, peerEpoch: 4n, version: 1, config: null })
})

test('ELECTION-74: a notification that is short, of another state, or whose lengths do not fit is refused', (t) => {
  const whole = Buffer.concat([...vote, long(5n), int(2), buffer('abc')])
  const lengths = [...whole.keys()].filter((length) => length !== 28 && length !== 40)
  for (const length of lengths)
    t.throws(() => readNotification(whole.subarray(0, length)), { instanceOf: MarshallingError })
  for (const state of [-1, 4]) {
    const bytes = Buffer.concat([int(state), whole.subarray(4)])
    t.throws(() => readNotification(bytes), { instanceOf: MarshallingError, message: /a state from 0 to 3/ })
  }
  for (const length of [-1, 4, 2 ** 31 - 1]) {
    const bytes = Buffer.concat([...vote, long(5n), int(2), int(length), Buffer.from('abc')])
    t.is(t.throws(() => readNotification(bytes), { instanceOf: MarshallingError })?.offset, 40)
  }
})

test('ELECTION-72: messages come out whole however the stream is cut, behind the initial message where there is one', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.boolean(),
        initials,
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (isAccepted, initial, messages, cuts) => {
          const head = isAccepted ? [initialMessageBytes(initial)] : []
          const bytes = Buffer.concat([...head, ...messages.map((message) => frame(Buffer.from(message)))])
          const places = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ]
          const chunks = places.slice(1).map((place, i) => bytes.subarray(places[i], place))
          const came = received(isAccepted, chunks)
          return (
            plain(came.initial) === plain(isAccepted ? [initial] : []) &&
            plain(came.messages) === plain(messages.map((message) => Buffer.from(message).toString('hex')))
          )
        },
      ),
    ),
  )
})

test('ELECTION-72: another length than 1 to 524288 ends the stream', (t) => {
  t.throws(() => received(false, [int(0)]), { instanceOf: MarshallingError, message: /1 to 524288/ })
  for (const length of [-1, longestMessage + 1])
    t.throws(() => received(false, [int(length)]), { instanceOf: FrameError })
  t.is(received(false, [frame(Buffer.alloc(longestMessage, 1))]).messages.length, 1)
})

/** Packets of the quorum port: they come out whole however the stream is cut, and lengths are judged before their bytes come. */
import test from 'ava'
import { type JuteWriter, MarshallingError } from '../../../src/wire/index.js'
import { packetBytes, PacketType, QuorumPacketStream } from '../../../src/wire/peer/quorum-packet.js'
import { buffer, int, long } from '../../interop/bytes.js'
import {
  body,
  leaderBytes,
  learnerBytes,
  limit,
  onlyPacket,
  packet,
  packetsOf,
  zxid,
} from '../../support/quorum-samples.js'

test('BROADCAST-90: a packet comes with its last byte and not before, and byte by byte as well', (t) => {
  for (const [, bytes] of [...leaderBytes, ...learnerBytes]) {
    for (let cut = 0; cut < bytes.length; cut++) {
      const stream = new QuorumPacketStream(limit)
      stream.push(bytes.subarray(0, cut))
      t.is(stream.next(), undefined)
      stream.push(bytes.subarray(cut))
      t.deepEqual(stream.next(), onlyPacket(bytes))
    }
  }
  const all = [...leaderBytes, ...learnerBytes].map(([, bytes]) => bytes)
  const whole = Buffer.concat(all)
  t.is(packetsOf(whole, [...whole.keys()]).length, all.length)
})

test('BROADCAST-95: what follows a packet is given out untouched, and packets are read again behind it', (t) => {
  const snap = packet(15, zxid)
  const behind = Buffer.from('behind the packet')
  for (let cut = 0; cut <= snap.length + behind.length; cut++) {
    const bytes = Buffer.concat([snap, behind])
    const stream = new QuorumPacketStream(limit)
    stream.push(bytes.subarray(0, cut))
    const early = stream.next()
    if (early === undefined) {
      stream.push(bytes.subarray(cut))
      t.is(stream.next()?.type, PacketType.SNAP)
      t.deepEqual(stream.takeRest(), behind)
    } else {
      const first = stream.takeRest()
      t.deepEqual(stream.takeRest(), Buffer.alloc(0))
      stream.push(bytes.subarray(cut))
      t.deepEqual(Buffer.concat([first, stream.takeRest()]), behind)
    }
    t.is(stream.next(), undefined)
    stream.push(snap)
    t.is(stream.next()?.type, PacketType.SNAP)
  }
})

/** What reading some bytes is refused with, as soon as the last of them has come. */
function refusal(bytes: Buffer): { readonly offset: number; readonly message: string } | undefined {
  const stream = new QuorumPacketStream(limit)
  stream.push(bytes.subarray(0, -1))
  if (stream.next() !== undefined) throw new Error('a packet')
  stream.push(bytes.subarray(-1))
  try {
    stream.next()
    return undefined
  } catch (error) {
    if (error instanceof MarshallingError) return error
    throw error
  }
}

test('BROADCAST-91: a length of data that no packet has is refused before its bytes come', (t) => {
  for (const length of [-2, -(2 ** 31), limit + 1, 2 ** 31 - 1]) {
    const refused = refusal(Buffer.concat([int(1), long(0n), int(length)]))
    t.is(refused?.offset, 12)
    t.is(refused?.message, `at byte 12: expected data of -1 to ${limit} bytes, found ${length}`)
  }
  const largest = onlyPacket(packet(1, 0n, Buffer.alloc(limit, 1)))
  t.is(largest.data?.length, limit)
})

test('BROADCAST-91: more identities, or larger ones, than a packet may have are refused before they come', (t) => {
  const head = Buffer.concat([int(1), long(0n), int(-1)])
  for (const count of [1025, 2 ** 31 - 1]) {
    const refused = refusal(Buffer.concat([head, int(count)]))
    t.is(refused?.offset, 16)
    t.regex(refused?.message ?? '', new RegExp(`at most 1024 identities, found ${count}`))
  }
  const strings: readonly (readonly [Buffer, number, RegExp])[] = [
    // A scheme, and an id.
    [int(-1), 20, /a string of 0 to 1048572 bytes in the identities, found -1/],
    [int(-2), 20, /found -2/],
    [int(limit), 20, /found 1048576/],
    [int(2 ** 31 - 1), 20, /found 2147483647/],
    [
      Buffer.concat([buffer('ip'), int(-2)]),
      26,
      /a string of -1 to 1048566 bytes in the identities, found -2/,
    ],
    [Buffer.concat([buffer('ip'), int(limit - 9)]), 26, /found 1048567/],
    [Buffer.concat([buffer('ip'), int(-1), int(-1)]), 30, /found -1/],
  ]
  for (const [bytes, offset, message] of strings) {
    const refused = refusal(Buffer.concat([head, int(2), bytes]))
    t.is(refused?.offset, offset)
    t.regex(refused?.message ?? '', message)
  }
})

test('BROADCAST-90: a count below 0 is no identity, an id may be null, and 1024 identities are read', (t) => {
  t.deepEqual(onlyPacket(packet(3, zxid, null, int(-7))).identities, [])
  t.deepEqual(onlyPacket(packet(3, zxid, null, int(0))).identities, [])
  const withNull = packet(1, zxid, null, Buffer.concat([int(1), buffer('ip'), buffer(null)]))
  t.deepEqual(onlyPacket(withNull).identities, [{ scheme: 'ip', id: '' }])
  const many = Array.from({ length: 1024 }, () => ({ scheme: 'ip', id: '10.0.0.1' }))
  const data = (writer: JuteWriter) => writer.raw(body)
  t.deepEqual(onlyPacket(packetBytes(PacketType.REQUEST, zxid, data, many)), {
    type: PacketType.REQUEST,
    ...{ zxid, data: body, identities: many },
  })
})

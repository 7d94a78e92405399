/**
 * Feeds the decoders what nobody should send: right records mutated, cut, with huge lengths, and noise. A decoder gives a
 * value or a MarshallingError, reads nothing outside the record, and takes no memory by a length that it was only told.
 * Carries WIRE-11, WIRE-12, WIRE-16 and WIRE-40 to WIRE-42, as far as decoders can.
 */
import { FrameError, FrameSplitter } from '../frames.js'
import { readConnectRequest, writeConnectRequest } from '../handshake.js'
import { JuteReader } from '../jute-reader.js'
import { JuteWriter } from '../jute-writer.js'
import { MarshallingError } from '../marshalling-error.js'
import { readRequest, requestNames, writeRequest } from '../requests.js'
import { readTransaction, writeTransaction } from '../transactions.js'
import { Random } from '../../random/random.js'
import { seedRequests, seedTransactions } from './seeds.js'

/** What came of it. */
export interface FuzzResult {
  /** Frames that were some value. */
  readonly decoded: number
  /** Frames that were refused by a MarshallingError or FrameError. */
  readonly refused: number
}

/** A decoder that did what none may; the message has all that is needed to see it again. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure'

  constructor(
    seed: number,
    index: number,
    decoder: string,
    bytes: Uint8Array,
    what: string,
    cause?: unknown,
  ) {
    super(
      `seed ${seed}, frame ${index}: ${decoder} of ${Buffer.from(bytes).toString('hex') || 'nothing'}: ${what}`,
      { cause },
    )
  }
}

/** A decoder, and how to write what it gave: two readings are equal when they are written alike. */
interface Decoder {
  readonly name: string
  /** Reads a record and gives its bytes as we write them. */
  readonly echo: (reader: JuteReader) => Buffer
  readonly seeds: readonly Buffer[]
}

const writer = new JuteWriter()

function requestDecoders(): Decoder[] {
  return [...requestNames.values()].map((op) => ({
    name: op,
    seeds: seedRequests.filter((request) => request.op === op).map((request) => recordOf(request)),
    echo: (reader) => recordOf(readRequest(op, reader)),
  }))
}

/** A request's record, without length and header. */
function recordOf(request: (typeof seedRequests)[number]): Buffer {
  writeRequest(writer, 0, request)
  return writer.take().subarray(12)
}

function transactionBytes(transaction: (typeof seedTransactions)[number]): Buffer {
  writeTransaction(writer, transaction)
  return writer.take()
}

function handshakeBytes(request: ReturnType<typeof readConnectRequest>): Buffer {
  writeConnectRequest(writer, request)
  return writer.take().subarray(4)
}

const hello = {
  protocolVersion: 0,
  lastZxidSeen: 3n,
  timeOut: 4000,
  sessionId: 5n,
  passwd: Buffer.alloc(16, 7),
}

const decoders: readonly Decoder[] = [
  ...requestDecoders(),
  {
    name: 'transaction',
    seeds: seedTransactions.map(transactionBytes),
    echo: (reader) => transactionBytes(readTransaction(reader)),
  },
  {
    name: 'handshake',
    seeds: [handshakeBytes(hello), handshakeBytes({ ...hello, readOnly: true })],
    echo: (reader) => handshakeBytes(readConnectRequest(reader)),
  },
]

/** Where a record lies in memory whose other bytes are not its own. */
const margin = 16

/**
 * Runs so many frames from a seed. `progress` is told every 50,000.
 * @throws FuzzFailure at the first frame that a decoder does not take as it should
 */
export function fuzz(seed: number, frames: number, progress?: (done: number) => void): FuzzResult {
  const random = new Random(seed)
  let decoded = 0
  let refused = 0
  for (let index = 0; index < frames; index++) {
    if (progress !== undefined && index > 0 && index % 50_000 === 0) progress(index)
    const decoder = decoders[random.below(decoders.length)]!
    // A record read as another operation's is a fine piece of noise.
    const source = random.below(4) === 0 ? decoders[random.below(decoders.length)]! : decoder
    const bytes = mutate(source.seeds[random.below(source.seeds.length)]!, random)
    const fail = (what: string, cause?: unknown) =>
      new FuzzFailure(seed, index, decoder.name, bytes, what, cause)
    const among0 = read(decoder, bytes, 0x00, fail)
    const among1 = read(decoder, bytes, 0xff, fail)
    if (among0.found !== among1.found) throw fail(`read what is outside: ${among0.found}, ${among1.found}`)
    if (among0.isValue) decoded++
    else refused++
    if (index % 8 === 0) stream(bytes, random, fail)
  }
  return { decoded, refused }
}

type Fail = (what: string, cause?: unknown) => FuzzFailure

function read(
  decoder: Decoder,
  bytes: Buffer,
  around: number,
  fail: Fail,
): { isValue: boolean; found: string } {
  const memory = Buffer.alloc(bytes.length + 2 * margin, around)
  bytes.copy(memory, margin)
  const reader = new JuteReader(memory, margin, margin + bytes.length)
  writer.clear()
  try {
    const echo = decoder.echo(reader)
    if (reader.offset > bytes.length) throw fail(`read ${reader.offset} of ${bytes.length} bytes`)
    // Replaced UTF-8 takes three bytes where one was; nothing else grows but vectors and strings of null.
    if (echo.length > bytes.length * 3 + 64) throw fail(`became ${echo.length} bytes`)
    return { isValue: true, found: echo.toString('latin1') }
  } catch (error) {
    if (error instanceof FuzzFailure) throw error
    if (!(error instanceof MarshallingError)) throw fail(`threw ${String(error)}`, error)
    if (error.offset < 0 || error.offset > bytes.length) throw fail(`an error at byte ${error.offset}`)
    return { isValue: false, found: error.message }
  }
}

/** The same bytes as a stream of frames, in pieces: whole frames come out or the stream is refused. */
function stream(bytes: Buffer, random: Random, fail: Fail): void {
  const most = 200
  const splitter = new FrameSplitter(most)
  try {
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random.below(40)
      const chunk = Buffer.from(bytes.subarray(at, at + size))
      at += size
      splitter.push(chunk, (memory, start, end) => {
        if (start < 4 || end < start || end > memory.length || end - start > most) {
          throw fail(`a frame from ${start} to ${end} of ${memory.length} bytes`)
        }
      })
      if (splitter.buffered > bytes.length) throw fail(`kept ${splitter.buffered} bytes`)
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error
  }
}

const lengths = [
  -1, -2, 0, 1, 0x7fff_ffff, -0x8000_0000, 0x7fff_fff0, 0x10_0000, 0x00ff_ffff, 0x4000_0000, 0x2000_0000,
]

/** A copy with a few things wrong; sometimes all, seldom none. */
function mutate(seed: Buffer, random: Random): Buffer {
  if (random.below(16) === 0) return noise(random.below(64), random)
  let bytes = Buffer.from(seed)
  for (let changes = random.below(4); changes > 0; changes--) bytes = change(bytes, random)
  return bytes
}

function noise(length: number, random: Random): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = random.below(256)
  return bytes
}

function change(bytes: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> {
  const at = random.below(bytes.length + 1)
  switch (random.below(6)) {
    // Cut.
    case 0:
      return bytes.subarray(0, at)
    // Another byte.
    case 1:
      if (at < bytes.length) bytes[at] = random.below(256)
      return bytes
    // A bit.
    case 2:
      if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8))
      return bytes
    // A length, or another int, that is none.
    case 3:
      if (at + 4 <= bytes.length) bytes.writeInt32BE(lengths[random.below(lengths.length)]!, at)
      return bytes
    // Something put in.
    case 4:
      return Buffer.concat([bytes.subarray(0, at), noise(1 + random.below(6), random), bytes.subarray(at)])
    // A piece twice.
    default: {
      const end = Math.min(bytes.length, at + random.below(24))
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    }
  }
}

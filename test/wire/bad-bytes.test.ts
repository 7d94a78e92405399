/** Bytes that are no record: a MarshallingError that says where, never another throw, never a read past the end. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import {
  FrameError,
  FrameSplitter,
  JuteReader,
  JuteWriter,
  MarshallingError,
  readRequest,
  requestNames,
  writeRequest,
} from '../../src/wire/index.js'
import { request } from '../support/arbitraries.js'

test('random and mutated bytes decode or give a MarshallingError', (t) => {
  const ops = [...requestNames.values()]
  let refused = 0
  fc.assert(
    fc.property(
      request,
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(),
      fc.nat(255),
      fc.constantFrom(...ops),
      (value, noise, at, byte, op) => {
        const writer = new JuteWriter()
        writeRequest(writer, 1, value)
        const mutated = writer.take().subarray(12)
        const cut = Buffer.from(mutated.subarray(0, at % (mutated.length + 1)))
        if (mutated.length > 0) mutated[at % mutated.length] = byte
        for (const candidate of [mutated, cut, Buffer.from(noise)]) {
          for (const as of [value.op, op]) {
            const reader = new JuteReader(candidate)
            try {
              readRequest(as, reader)
            } catch (error) {
              if (!(error instanceof MarshallingError)) throw error
              refused++
            }
            assert.ok(reader.offset <= candidate.length)
          }
        }
      },
    ),
    { numRuns: 2000 },
  )
  t.true(refused > 1000)
})

test('an error says where, what was expected and what was found', (t) => {
  const bytes = Buffer.from('0000000400', 'hex')
  t.throws(() => new JuteReader(bytes).string(), {
    instanceOf: MarshallingError,
    message: 'at byte 0: expected the length of a string, -1 to 1, found 4',
  })
  t.throws(() => new JuteReader(Buffer.from('fffffffe', 'hex')).buffer(), { message: /found -2/ })
  t.throws(() => new JuteReader(Buffer.from('7fffffff00', 'hex')).vector(4, (reader) => reader.int()), {
    message: /count of a vector, at most 0, found 2147483647/,
  })
  t.throws(() => new JuteReader(Buffer.alloc(3)).int(), { message: /an int of 4 bytes, found 3 bytes left/ })
})

test('frames come out whole however the stream is cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (frames, cuts) => {
        const writer = new JuteWriter()
        for (const frame of frames) writer.buffer(frame)
        const stream = writer.take()
        const splitter = new FrameSplitter(300)
        const seen: string[] = []
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] ?? 1
          // A copy: the socket reuses its memory.
          const chunk = Buffer.from(stream.subarray(at, at + size))
          splitter.push(chunk, (bytes, start, end) => {
            seen.push(bytes.toString('hex', start, end))
          })
          chunk.fill(0xee)
          at += size
        }
        assert.deepEqual(
          seen,
          frames.map((frame) => Buffer.from(frame).toString('hex')),
        )
        assert.equal(splitter.buffered, 0)
      },
    ),
  )
  t.pass()
})

test('a negative or oversized frame length is an error, whole or in pieces', (t) => {
  const never = () => t.fail()
  t.throws(() => new FrameSplitter(10).push(Buffer.from('ffffffff', 'hex'), never), {
    instanceOf: FrameError,
  })
  const splitter = new FrameSplitter(10)
  splitter.push(Buffer.from('0000', 'hex'), never)
  t.throws(() => splitter.push(Buffer.from('000b', 'hex'), never), {
    instanceOf: FrameError,
    message: 'frame length 11: must be 0 to 10 (jute.maxbuffer)',
  })
})

/**
 * `spec/wire/bytes.md`: the page is what the codec writes, and the conversation on it is what servers answer, this one
 * and, where it is installed, Apache ZooKeeper.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { conversation, volatileFields } from '../../src/bytes-page/conversation.js'
import { annotate, bytesPage, type NamedField } from '../../src/bytes-page/bytes-page.js'
import { startServer } from '../../src/runtime/server.js'
import { hasApache, startApache } from '../interop/apache-server.js'

test('spec/wire/bytes.md is fresh (npm run bytes-page)', (t) => {
  t.is(readFileSync('spec/wire/bytes.md', 'utf8'), bytesPage())
})

test('A frame whose names do not fit its fields is refused', (t) => {
  const frame = conversation[0]!.frames[0]!
  t.throws(() => annotate({ ...frame, fields: frame.fields.slice(1) }), {
    message: 'ConnectRequest: 7 fields are written, 6 are named',
  })
})

/** What servers said for the fields that differ from one to the next, by name; the last value counts. */
type Learned = Map<string, Buffer>

/** The bytes that a frame of the page has on this server: where a volatile field's value is known, that. */
function fill(bytes: Buffer, fields: readonly NamedField[], learned: Learned): Buffer {
  const filled = Buffer.from(bytes)
  for (const { name, start, end, note } of fields) {
    if (volatileFields.has(name) && note === '') learned.get(name)?.copy(filled, start, 0, end - start)
  }
  return filled
}

/** Plays the conversation; what comes back must be the page's bytes but for the volatile fields. */
async function play(t: ExecutionContext, port: number): Promise<void> {
  const learned: Learned = new Map()
  let reader: FrameReader | undefined
  for (const { title, opens, frames } of conversation) {
    if (opens) {
      await reader?.ended()
      reader = new FrameReader(createConnection({ port, host: '127.0.0.1', noDelay: true }))
    }
    for (const frame of frames) {
      const { bytes, fields } = annotate(frame)
      if (frame.from === 'client') {
        reader!.socket.write(fill(bytes, fields, learned))
        continue
      }
      const heard = await reader!.next(bytes.length)
      for (const { name, start, end, note } of fields) {
        if (volatileFields.has(name) && note === '') learned.set(name, heard.subarray(start, end))
      }
      t.is(heard.toString('hex'), fill(bytes, fields, learned).toString('hex'), `${title}: ${frame.says}`)
    }
  }
  await reader!.ended()
}

/** Reads a socket frame by frame. */
class FrameReader {
  private held = Buffer.alloc(0)
  private isEnded = false
  private wake: () => void = () => {}

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.held = Buffer.concat([this.held, bytes])
      this.wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isEnded = true
      this.wake()
    })
  }

  /** The next frame. Fails when the connection ends before it is there. `expected` bytes are for the message. */
  async next(expected: number): Promise<Buffer> {
    while (this.held.length < 4 || this.held.length < 4 + this.held.readInt32BE(0)) {
      if (this.isEnded) throw new Error(`the server closed where ${expected} bytes were due`)
      await this.more()
    }
    const length = 4 + this.held.readInt32BE(0)
    const frame = Buffer.from(this.held.subarray(0, length))
    this.held = this.held.subarray(length)
    return frame
  }

  /** Waits until the server closed the connection. */
  async ended(): Promise<void> {
    while (!this.isEnded) await this.more()
    if (this.held.length > 0) throw new Error(`${this.held.length} bytes more than the page shows`)
  }

  private more(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve))
  }
}

test('The conversation of spec/wire/bytes.md, on zoospec', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-bytes-'))
  const server = await startServer({ port: 0, dataDir })
  t.teardown(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  await play(t, server.port)
})

if (hasApache) {
  test('The conversation of spec/wire/bytes.md, on Apache ZooKeeper', async (t) => {
    const apache = await startApache()
    t.teardown(() => apache.stop())
    await play(t, apache.port)
  })
} else
  test.skip('spec/wire/bytes.md: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})

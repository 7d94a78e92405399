/**
 * What clients should not send, over real sockets: each gets the protocol's answer, or its connection closed and one clear
 * log line, while another client goes on being served.
 */
import test from 'ava'
import fc from 'fast-check'
import { ErrorCode } from '../../spec/vocabulary/index.js'
import { ConnectionClosed } from '../../src/client/events.js'
import { connectClient, openClient } from '../../src/runtime/client-socket.js'
import { JuteWriter, writeConnectRequest, writeRequest } from '../../src/wire/index.js'
import { request as anyRequest } from '../support/arbitraries.js'
import { asked, besideAnother, framed, hex, moment, onlyLine, open } from '../support/beside.js'

const closing: readonly [rule: string, what: string, bytes: Buffer, said: RegExp][] = [
  ['WIRE-16', 'a negative frame length', hex('ffffffff'), /frame length -1: must be 0 to 1048575/],
  ['WIRE-16', 'the most negative frame length', hex('80000000 00'), /frame length -2147483648/],
  ['WIRE-16', 'a frame of one byte more than jute.maxbuffer', hex('00100000'), /frame length 1048576/],
  ['WIRE-16', 'the largest frame length', hex('7fffffff'), /frame length 2147483647/],
  ['WIRE-17', 'a four-letter word after the handshake', Buffer.from('ruok'), /frame length 1920298859/],
  ['WIRE-40', 'an empty frame', hex('00000000'), /an int of 4 bytes, found 0 bytes left/],
  ['WIRE-40', 'a frame shorter than a header', hex('00000007 00000001 000000'), /an int of 4 bytes, found 3/],
  ['WIRE-43', 'an auth that ends within its scheme', asked(-4, 100, hex('00000000 00000009 61')), /found 9/],
  ['WIRE-43', 'a sasl without its token', asked(1, 102), /an int of 4 bytes, found 0/],
  ['WIRE-43', 'a sasl whose token is null', asked(1, 102, hex('ffffffff')), /token/],
]
for (const [rule, what, bytes, said] of closing) {
  test(`${rule}: ${what} closes the connection, and one line says why`, async (t) => {
    await besideAnother(t, async (scene) => {
      const client = await connectClient({ port: scene.port })
      client.sendRaw(bytes)
      await client.closed
      t.deepEqual(client.heard('reply'), [])
      onlyLine(t, scene, said)
    })
  })
}

test('WIRE-41: an unknown operation is answered by Unimplemented and the connection is closed', async (t) => {
  await besideAnother(t, async (scene) => {
    for (const type of [0, 10, 9999, -10, -12, 0x7fff_ffff]) {
      const client = await connectClient({ port: scene.port })
      const session = { sessionId: client.sessionId, passwd: client.passwd }
      client.sendRaw(asked(5, type))
      await client.closed
      t.deepEqual(
        client.heard('reply').map(({ reply }) => reply),
        [{ xid: 5, zxid: -1n, err: ErrorCode.Unimplemented }],
        String(type),
      )
      // The session stays.
      const again = await connectClient({ port: scene.port, ...session })
      t.is(again.sessionId, session.sessionId)
      await again.close()
    }
    t.true(scene.complaints().length > 0)
    for (const { message } of scene.complaints()) t.regex(message, /^request of unknown type/)
  })
})

const malformed: readonly [what: string, type: number, record: Buffer][] = [
  ['a getData without a record', 4, Buffer.alloc(0)],
  ['an exists that ends within its path', 3, hex('00000005 2f61')],
  ['a getData whose path has length -2', 4, hex('fffffffe 00')],
  ['a getChildren whose path claims 2 GB', 8, hex('7fffffff 2f')],
  ['a getData with a null path', 4, hex('ffffffff 00')],
  ['a create whose ACL claims 2^31-1 entries', 1, hex('00000002 2f78 ffffffff 7fffffff 00000000')],
  ['a setData without its version', 5, hex('00000002 2f78 00000000')],
  ['a multi without its end', 14, hex('00000002 00 ffffffff 00000002 2f78 00000000')],
  ['a multi with a read in it', 14, hex('00000004 00 ffffffff 00000002 2f78 00 ffffffff 01 ffffffff')],
  ['a setWatches that claims 2^31-1 paths', 101, hex('0000000000000000 7fffffff')],
]
for (const [what, type, record] of malformed) {
  test(`WIRE-42: ${what} is answered by MarshallingError, and the connection goes on`, async (t) => {
    await besideAnother(t, async (scene) => {
      const client = await connectClient({ port: scene.port })
      client.sendRaw(asked(7, type, record))
      const next = await client.request({ op: 'exists', path: '/', watch: false })
      t.is(next.err, 0)
      const [bad] = client.heard('reply')
      t.deepEqual([bad?.reply.xid, bad?.reply.err], [7, ErrorCode.MarshallingError])
      onlyLine(t, scene, /^malformed \w+ request: at byte \d+: expected .+, found .+/)
    })
  })
}

const notHandshakes: readonly [what: string, bytes: Buffer, said: RegExp][] = [
  ['a request before the handshake', asked(1, 4, hex('00000002 2f61 00')), /found \d+/],
  ['an empty first frame', hex('00000000'), /found 0 bytes left/],
  ['a handshake with a password longer than its frame', handshakeCut(4), /length of a buffer/],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /frame length 1195725856/],
  ['TLS', hex('16030100 f8010000f40303'), /frame length 369295616/],
  ['noise', hex('deadbeef deadbeef'), /frame length -559038737/],
]
for (const [what, bytes, said] of notHandshakes) {
  test(`WIRE-23: ${what} closes the connection, and one line says why`, async (t) => {
    await besideAnother(t, async (scene) => {
      const client = await openClient({ port: scene.port })
      client.sendRaw(bytes)
      await client.closed
      t.deepEqual(client.heard('connected'), [])
      onlyLine(t, scene, said)
    })
  })
}

/** A handshake's frame that is so many bytes short, and says so itself. */
function handshakeCut(missing: number): Buffer {
  const writer = new JuteWriter()
  writeConnectRequest(writer, {
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 5000,
    sessionId: 0n,
    passwd: new Uint8Array(16),
  })
  const bytes = writer.take()
  return framed(bytes.subarray(4, bytes.length - missing))
}

test('SESSION-42: a wrong password is refused like a session that never was, and one line says so', async (t) => {
  await besideAnother(t, async (scene) => {
    const owner = await connectClient({ port: scene.port })
    owner.destroy()
    await owner.closed
    const wrong = Buffer.from(owner.passwd)
    wrong[7]! ^= 1
    const thief = await connectClient({ port: scene.port, sessionId: owner.sessionId, passwd: wrong })
    t.is(thief.response?.timeOut, 0)
    t.is(thief.response?.sessionId, 0n)
    await thief.closed
    onlyLine(t, scene, /no such session, or a wrong password; connection closed/)
    const short = await connectClient({
      port: scene.port,
      sessionId: owner.sessionId,
      passwd: owner.passwd.subarray(0, 15),
    })
    t.is(short.response?.timeOut, 0)
    const stranger = await connectClient({ port: scene.port, sessionId: 0x1234n, passwd: owner.passwd })
    t.is(stranger.response?.timeOut, 0)
    // Nothing was taken from the owner.
    const again = await connectClient({
      port: scene.port,
      sessionId: owner.sessionId,
      passwd: owner.passwd,
    })
    t.is(again.sessionId, owner.sessionId)
  })
})

test('SESSION-47: a client that has seen a later zxid is turned away without a word', async (t) => {
  await besideAnother(t, async (scene) => {
    await t.throwsAsync(connectClient({ port: scene.port, lastZxidSeen: 1n << 40n }), {
      instanceOf: ConnectionClosed,
    })
    onlyLine(t, scene, /later zxid/)
  })
})

test('WIRE-19: a connection that says nothing, or half a handshake, is closed when its time is up', async (t) => {
  await besideAnother(
    t,
    async (scene) => {
      const silent = await openClient({ port: scene.port })
      const half = await openClient({ port: scene.port })
      half.sendRaw(hex('0000002c 00000000 0000'))
      await Promise.all([silent.closed, half.closed])
      const lines = scene.complaints()
      t.is(lines.length, 2)
      for (const { message } of lines) t.is(message, 'connection closed: no handshake came in time')
    },
    { config: { sessionlessCnxnTimeout: 150, tickTime: 100 } },
  )
})

test('WIRE-15: a client that sends byte by byte is served like any other', async (t) => {
  await besideAnother(t, async (scene) => {
    const client = await openClient({ port: scene.port })
    const writer = new JuteWriter()
    writer.raw(framed(handshakeCut(0).subarray(4)))
    writeRequest(writer, 1, { op: 'create', path: '/slow', data: Buffer.from('x'), acl: open, flags: 0 })
    writeRequest(writer, 2, { op: 'exists', path: '/slow', watch: false })
    for (const byte of writer.take()) {
      client.sendRaw(Buffer.of(byte))
      await moment()
    }
    const replies = await client.until('reply', 2)
    t.deepEqual(
      replies.map(({ reply }) => [reply.xid, reply.err]),
      [
        [1, 0],
        [2, 0],
      ],
    )
    t.deepEqual(scene.complaints(), [])
  })
})

test('WIRE-71: a client that stops in the middle of a frame is taken as gone; its session lives on', async (t) => {
  await besideAnother(t, async (scene) => {
    const client = await connectClient({ port: scene.port })
    await client.request({ op: 'create', path: '/mine', data: null, acl: open, flags: 1 })
    client.sendRaw(hex('00000040 00000002 00000001'))
    client.endSending()
    await client.closed
    const again = await connectClient({
      port: scene.port,
      sessionId: client.sessionId,
      passwd: client.passwd,
    })
    const mine = await again.request({ op: 'exists', path: '/mine', watch: false })
    t.is(mine.result?.op === 'exists' && mine.result.stat.ephemeralOwner, client.sessionId)
    t.deepEqual(scene.complaints(), [])
  })
})

test('WIRE-44, SERVICE-16: whatever a connection sends, it is answered or closed, and nobody else notices', async (t) => {
  await besideAnother(
    t,
    async (scene) => {
      await fc.assert(
        fc.asyncProperty(
          anyRequest,
          fc.nat(),
          fc.nat(255),
          fc.uint8Array({ maxLength: 40 }),
          async (request, at, byte, noise) => {
            const writer = new JuteWriter()
            writeRequest(writer, 1, request)
            const bytes = writer.take()
            bytes[at % bytes.length] = byte
            const client = await connectClient({ port: scene.port })
            client.sendRaw(bytes)
            client.sendRaw(noise)
            // Whatever it was, the end of what it says is the end of the connection.
            client.endSending()
            await client.closed
          },
        ),
        { numRuns: 150 },
      )
      t.deepEqual(
        scene.complaints().filter(({ level }) => level === 'error'),
        [],
      )
    },
    { config: { maxClientCnxns: 0 } },
  )
})

/** The client says what it is told and keeps what it hears, in order. */
import test from 'ava'
import { Client, type Link } from '../../src/client/client.js'
import { ConnectionClosed } from '../../src/client/events.js'
import { connectClient, openClient } from '../../src/runtime/client-socket.js'
import { JuteReader, JuteWriter, readConnectRequest, writeConnectResponse } from '../../src/wire/index.js'
import { writeNotification, writeReply } from '../../src/wire/index.js'
import { EventType } from '../../spec/vocabulary/index.js'
import { serveFor } from '../support/server.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

/** A client on a link that keeps what is sent. */
function linked() {
  const sent: Buffer[] = []
  const calls: string[] = []
  const link: Link = {
    send: (bytes) => void sent.push(Buffer.from(bytes)),
    end: () => void calls.push('end'),
    destroy: () => void calls.push('destroy'),
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
  }
  const writer = new JuteWriter()
  const client = new Client(link)
  const welcome = () => {
    writeConnectResponse(writer, {
      protocolVersion: 0,
      timeOut: 9000,
      sessionId: 7n,
      passwd: Buffer.alloc(16, 1),
      readOnly: false,
    })
    client.received(writer.take())
  }
  return { client, sent, calls, writer, welcome }
}

test('a handshake says what it is told, and is answered', async (t) => {
  const { client, sent, welcome } = linked()
  const answer = client.greet({ sessionId: 5n, timeOut: 1234 })
  const said = readConnectRequest(new JuteReader(sent[0]!.subarray(4)))
  t.is(said.sessionId, 5n)
  t.is(said.timeOut, 1234)
  welcome()
  t.is((await answer).timeOut, 9000)
  t.is(client.sessionId, 7n)
  t.deepEqual(client.passwd, Buffer.alloc(16, 1))
})

test('replies find their requests by xid, notifications keep their place, all are numbered', async (t) => {
  const { client, writer, welcome } = linked()
  void client.greet()
  welcome()
  const first = client.request({ op: 'delete', path: '/a', version: -1 })
  const auth = client.request({ op: 'auth', authType: 0, scheme: 'digest', auth: Buffer.from('a:b') })
  const ping = client.ping()
  // An auth reply may overtake; a notification comes between.
  writeReply(writer, { xid: -4, zxid: 0n, err: 0 })
  writeNotification(writer, { zxid: -1n, event: { type: EventType.NodeDeleted, state: 3, path: '/a' } })
  writeReply(writer, { xid: 1, zxid: 9n, err: -101 })
  writeReply(writer, { xid: -2, zxid: 9n, err: 0 })
  writeReply(writer, { xid: 77, zxid: -1n, err: -6 })
  const bytes = writer.take()
  client.received(bytes.subarray(0, 30))
  client.received(bytes.subarray(30))
  t.deepEqual(await first, { xid: 1, zxid: 9n, err: -101 })
  t.deepEqual((await auth).result, { op: 'auth' })
  t.is((await ping).zxid, 9n)
  t.deepEqual(
    client.events.map((event) => [event.sequence, event.type, event.type === 'reply' ? event.op : undefined]),
    [
      [0, 'connected', undefined],
      [1, 'reply', 'auth'],
      [2, 'notification', undefined],
      [3, 'reply', 'delete'],
      [4, 'reply', 'ping'],
      [5, 'reply', undefined],
    ],
  )
})

test("what waits is refused at the connection's end, and so is what is asked later", async (t) => {
  const { client, welcome } = linked()
  void client.greet()
  welcome()
  const waiting = client.request({ op: 'sync', path: '/' })
  const heard = client.until('notification')
  client.ended()
  await t.throwsAsync(waiting, { instanceOf: ConnectionClosed })
  await t.throwsAsync(heard, { instanceOf: ConnectionClosed })
  await t.throwsAsync(client.ping(), { instanceOf: ConnectionClosed })
  await client.close()
  t.is(client.events.at(-1)?.type, 'closed')
})

test('what can not be read ends the connection with the error', async (t) => {
  const { client, calls } = linked()
  const answer = client.greet()
  client.received(Buffer.from('00000002ffff', 'hex'))
  await t.throwsAsync(answer, { message: /at byte 0: expected an int of 4 bytes, found 2 bytes left/ })
  t.deepEqual(calls, ['destroy'])
  t.true(client.isClosed)
})

test('it talks to a server: create, watch, close, and the notification is heard', async (t) => {
  const { port } = await serveFor(t)
  const watcher = await connectClient({ port })
  const maker = await connectClient({ port, readOnly: false })
  await maker.request({ op: 'create', path: '/gone', data: Buffer.from('x'), acl: open, flags: 1 })
  const exists = await watcher.request({ op: 'exists', path: '/gone', watch: true })
  t.is(exists.result?.op === 'exists' && exists.result.stat.ephemeralOwner, maker.sessionId)
  await maker.close()
  const [event] = await watcher.until('notification')
  t.is(event?.notification.event.path, '/gone')
  watcher.destroy()
  await watcher.closed
  await t.throwsAsync(openClient({ port: 1 }), { message: /ECONNREFUSED/ })
})

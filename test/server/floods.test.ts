/** Too much of everything, over real sockets: replies that nobody reads, a thousand connections at once. */
import test from 'ava'
import type { Client } from '../../src/client/client.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { besideAnother, moment, open } from '../support/beside.js'

test('WIRE-81: a client that never reads costs bounded memory, and gets everything once it reads', async (t) => {
  await besideAnother(t, async (scene) => {
    const client = await connectClient({ port: scene.port })
    const size = 500_000
    const count = 400
    await client.request({ op: 'create', path: '/big', data: Buffer.alloc(size), acl: open, flags: 0 })
    const before = process.memoryUsage().arrayBuffers
    client.stopReading()
    for (let i = 0; i < count; i++) void client.request({ op: 'getData', path: '/big', watch: false })
    const connectionOf = () =>
      [...scene.core.connections.values()].find(({ sessionId }) => sessionId === client.sessionId)
    let waited = 0
    while (connectionOf()?.isReading !== false && waited++ < 5000) await moment()
    t.is(connectionOf()?.isReading, false, 'the server no longer reads from it')
    t.true(process.memoryUsage().arrayBuffers - before < (size * count) / 4)
    client.startReading()
    const replies = await client.until('reply', count + 1)
    t.true(replies.every(({ reply }) => reply.err === 0))
    t.deepEqual(
      replies.map(({ reply }) => reply.xid),
      Array.from({ length: count + 1 }, (_, i) => i + 1),
    )
    t.deepEqual(scene.complaints(), [])
  })
})

test('WIRE-18: a thousand connections at once from one address: sixty stand, the rest are closed', async (t) => {
  await besideAnother(t, async (scene) => {
    const clients = await many(scene.port, 1000)
    const standing = clients.filter((client) => client !== undefined)
    // The other client has one of the sixty.
    t.is(standing.length, 59)
    t.true(scene.complaints().length > 0 && scene.complaints().length < 100, 'lines about it are limited')
    t.regex(scene.complaints()[0]!.message, /connection refused: it has 60 connections already/)
    await Promise.all(standing.map((client) => client.close()))
  })
})

test('WIRE-18: a thousand connections at once are all served when that is allowed', async (t) => {
  await besideAnother(
    t,
    async (scene) => {
      const clients = await many(scene.port, 1000)
      t.is(clients.filter((client) => client !== undefined).length, 1000)
      t.is(new Set(clients.map((client) => client?.sessionId)).size, 1000)
      await Promise.all(clients.flatMap((client) => (client === undefined ? [] : [client.close()])))
      t.deepEqual(scene.complaints(), [])
    },
    // A machine that is busy with other things may take its time.
    { config: { maxClientCnxns: 0, sessionlessCnxnTimeout: 100_000 } },
  )
})

/** Connects at once; undefined for those that were turned away. */
function many(port: number, count: number): Promise<(Client | undefined)[]> {
  return Promise.all(
    Array.from({ length: count }, () => connectClient({ port, timeOut: 60_000 }).catch(() => undefined)),
  )
}

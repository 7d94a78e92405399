/** `zoospec ensemble` as a process: it serves, says who leads, and a client keeps its session when the leader is killed. */
import test from 'ava'
import { spawn } from 'node:child_process'
import { CreateMode, ErrorCode } from '../../spec/vocabulary/index.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import type { Client } from '../../src/client/client.js'
import { open } from '../support/bench.js'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** A client of whichever server takes it. */
async function anyClient(ports: readonly number[], hello = {}): Promise<Client> {
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    for (const port of ports) {
      const client = await connectClient({ port, timeOut: 20_000, ...hello }).catch(() => undefined)
      if (client !== undefined) return client
    }
    if (Date.now() > end) throw new Error('nobody serves')
  }
}

/** The first of three ports in a row that nobody has. */
async function threePorts(): Promise<number> {
  for (let first = 20_000 + (process.pid % 10_000); ; first += 3) {
    const taken = [first, first + 1, first + 2].map((port) => createServer().listen(port, '127.0.0.1'))
    const free = await Promise.all(
      taken.map(
        (server) =>
          new Promise<boolean>((resolve) => {
            server.once('listening', () => server.close(() => resolve(true)))
            server.once('error', () => resolve(false))
          }),
      ),
    )
    if (free.every(Boolean)) return first
  }
}

test('ensemble: three servers, whose leader is killed again and again; sessions and ephemerals live on', async (t) => {
  t.timeout(180_000)
  const first = await threePorts()
  const ports = [first, first + 1, first + 2]
  const child = spawn(process.execPath, [
    command,
    'ensemble',
    '3',
    '--client-port',
    String(first),
    '--kill-leader-every',
    '3s',
  ])
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  t.teardown(() => void child.kill('SIGKILL'))
  const client = await anyClient(ports)
  const { sessionId, passwd } = client
  const created = await client.request({
    op: 'create',
    path: '/mine',
    data: null,
    acl: open,
    flags: CreateMode.ephemeral,
  })
  t.is(created.err, ErrorCode.Ok)
  while (!/server \d is killed[^]*leads, epoch 2/.test(said)) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    if (child.exitCode !== null) t.fail(said)
  }
  client.destroy()
  const again = await anyClient(ports, { sessionId, passwd })
  t.is(again.sessionId, sessionId)
  t.is((await again.request({ op: 'exists', path: '/mine', watch: false })).err, ErrorCode.Ok)
  again.destroy()
  child.kill('SIGTERM')
  t.is(await ended, 0)
  t.regex(said, /server 3 starts: clients on 127\.0\.0\.1:\d+, data in /)
  t.regex(said, /connect to 127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+; Ctrl-C ends all/)
  t.regex(said, /all are asked to stop\n$/)
})

/** Apache's own bytes on the election port: a server of an ensemble of two, and this test as the other one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { ElectionStream } from '../../src/wire/peer/election-stream.js'
import { initialMessageBytes, type InitialMessage } from '../../src/wire/peer/initial-message.js'
import { notificationBytes, readNotification } from '../../src/wire/peer/notification.js'
import { apacheJar, isApacheInstalled } from './apache.js'
import { frame } from './bytes.js'

const host = '127.0.0.1'
const patience = 30_000

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

async function freePorts(count: number): Promise<number[]> {
  const taken = await Promise.all(Array.from({ length: count }, listening))
  for (const { server } of taken) await new Promise((resolve) => server.close(resolve))
  return taken.map(({ port }) => port)
}

/** Connects, as soon as the other side listens. */
async function connected(port: number): Promise<Socket> {
  for (const until = Date.now() + patience; ; await sleep(100)) {
    const socket = connect({ port, host })
    const error = await once(socket, 'connect').then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
    if (error === undefined) return socket
    if (Date.now() > until) throw error
  }
}

/** The first message from a socket that is as wanted. */
function firstMessage(socket: Socket, isWanted: (bytes: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = new ElectionStream(false, {
      initial: () => reject(new Error('an initial message where none belongs')),
      message: (bytes) => {
        if (isWanted(bytes)) resolve(Buffer.from(bytes))
      },
    })
    socket.on('data', (chunk: Buffer) => stream.push(chunk))
    socket.on('close', () => reject(new Error('closed')))
  })
}

const name = 'ELECTION-70 to ELECTION-73: the messages of Apache ZooKeeper are read, and ours are understood'
if (!isApacheInstalled) test.skip(`${name} (Debian: zookeeper, not installed)`, () => {})
else
  test(name, async (t) => {
    t.timeout(2 * patience)
    const folder = mkdtempSync(join(tmpdir(), 'zoospec-election-'))
    const { server, port: ourPort } = await listening()
    const [quorumPort, electionPort, ourPeerPort] = await freePorts(3)
    const config = [
      `server.1=${host}:${quorumPort}:${electionPort}:participant`,
      `server.2=${host}:${ourPeerPort}:${ourPort}:participant`,
    ]
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data', 'myid'), '1')
    const settings = ['tickTime=500', 'initLimit=10', 'syncLimit=5', `dataDir=${join(folder, 'data')}`]
    const file = join(folder, 'zoo.cfg')
    writeFileSync(file, [...settings, 'admin.enableServer=false', ...config, ''].join('\n'))
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
    const java = spawn('java', ['-cp', apacheJar, main, file], { stdio: 'ignore', cwd: folder })
    const sockets: Socket[] = []
    t.teardown(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      java.kill('SIGKILL')
      if (java.exitCode === null) await once(java, 'close')
      rmSync(folder, { recursive: true, force: true })
    })

    // The lesser sid says who it is, and closes.
    const [fromApache] = (await once(server, 'connection')) as [Socket]
    sockets.push(fromApache)
    const said: InitialMessage[] = []
    const accepted = new ElectionStream(true, {
      initial: (message) => said.push(message),
      message: () => t.fail(),
    })
    fromApache.on('data', (chunk: Buffer) => accepted.push(chunk))
    await once(fromApache, 'close')
    t.deepEqual(said, [{ sid: 1n, addresses: [{ host, port: electionPort! }] }])

    // The greater one connects, and that connection stays.
    const socket = await connected(electionPort!)
    sockets.push(socket)
    const first = firstMessage(socket, () => true)
    socket.write(initialMessageBytes({ sid: 2n, addresses: [{ host, port: ourPort }] }))
    const bytes = await first
    const vote = readNotification(bytes)
    t.like(vote, { state: 'LOOKING', leader: 1n, zxid: 0n, peerEpoch: 0n, version: 2 })
    t.true(vote.round > 0n)
    for (const line of config) t.true(vote.config?.includes(line), vote.config ?? 'no configuration')
    t.deepEqual(notificationBytes(vote), bytes)

    // A better vote in its own round: it takes it over, and says so.
    const isOurs = (message: Buffer): boolean => readNotification(message).leader === 2n
    const taken = firstMessage(socket, isOurs)
    const ours = { ...vote, leader: 2n, zxid: 0x1_0000_0003n, peerEpoch: 1n }
    socket.write(frame(notificationBytes(ours)))
    t.like(readNotification(await taken), { leader: 2n, zxid: ours.zxid, peerEpoch: 1n, round: vote.round })
  })

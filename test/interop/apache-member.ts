/** Apache's server as one of an ensemble of two, whose other member is a test: it is elected or elects, by the test's votes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ElectionStream } from '../../src/wire/peer/election-stream.js'
import { initialMessageBytes } from '../../src/wire/peer/initial-message.js'
import { type Notification, notificationBytes, readNotification } from '../../src/wire/peer/notification.js'
import { apacheJar } from './apache.js'
import { frame } from './bytes.js'

const host = '127.0.0.1'
/** Milliseconds that anything may take: the machine may be busy with other things. */
export const patience = 60_000

export interface ApacheMember {
  /** Its line of the configuration, and the test's. */
  readonly servers: readonly string[]
  readonly clientPort: number
  /** Where it listens for learners once it leads. */
  readonly quorumPort: number
  /** Where the test listens for learners: as server 2. */
  readonly ours: Server
  /** Votes, as server 2, on each vote of its own that it tells while it looks. */
  elect(vote: (its: Notification) => Pick<Notification, 'leader' | 'zxid' | 'peerEpoch'>): Promise<void>
  /** What it says of itself (`srvr`). */
  mode(): Promise<string>
  stop(): Promise<void>
}

/** Starts it as server 1, with an empty disk. */
export async function startMember(): Promise<ApacheMember> {
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-member-'))
  const ours = await listening()
  const { port: ourPort } = ours.address() as AddressInfo
  const [quorumPort, electionPort, clientPort, ourElectionPort] = await freePorts(4)
  const servers = [
    `server.1=${host}:${quorumPort}:${electionPort}:participant`,
    `server.2=${host}:${ourPort}:${ourElectionPort}:participant`,
  ]
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'myid'), '1')
  const settings = [
    ...['tickTime=500', 'initLimit=60', 'syncLimit=60', 'maxSessionTimeout=120000'],
    ...[`dataDir=${dataDir}`, `clientPort=${clientPort}`, `clientPortAddress=${host}`],
    'admin.enableServer=false',
  ]
  const file = join(folder, 'zoo.cfg')
  writeFileSync(file, [...settings, ...servers, ''].join('\n'))
  const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
  // The shell ends Java when this process is gone, however it goes: its standard input ends then.
  const script = '"$@" & java=$!; cat >/dev/null; kill -9 $java'
  const java = spawn('sh', ['-c', script, 'sh', 'java', '-Xmx256m', '-cp', apacheJar, main, file], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: folder,
  })
  const ended = once(java, 'close')
  const sockets: Socket[] = []
  return {
    servers,
    clientPort: clientPort!,
    quorumPort: quorumPort!,
    ours,
    async elect(vote) {
      const socket = await connected(electionPort!)
      sockets.push(socket)
      const stream = new ElectionStream(false, {
        initial: () => socket.destroy(new Error('an initial message where none belongs')),
        message: (bytes) => {
          const its = readNotification(bytes)
          if (its.state !== 'LOOKING') return
          socket.write(frame(notificationBytes({ ...its, ...vote(its) })))
        },
      })
      socket.on('data', (chunk: Buffer) => stream.push(chunk))
      socket.write(initialMessageBytes({ sid: 2n, addresses: [{ host, port: ourElectionPort! }] }))
    },
    mode: () => modeOf(clientPort!),
    async stop() {
      for (const socket of sockets) socket.destroy()
      java.stdin.end()
      await ended
      ours.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits for a condition; `what` is said where it does not come. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; ; await sleep(20)) {
    if (await isTrue()) return
    if (Date.now() > end) throw new Error(`in vain: ${what}`)
  }
}

/** Connects, as soon as the other side listens. */
export async function connected(port: number): Promise<Socket> {
  for (const end = Date.now() + patience; ; await sleep(100)) {
    const socket = connect({ port, host, noDelay: true })
    const error = await once(socket, 'connect').then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
    if (error === undefined) return socket.on('error', () => {})
    if (Date.now() > end) throw error
  }
}

async function listening(): Promise<Server> {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  return server
}

async function freePorts(count: number): Promise<number[]> {
  const taken = await Promise.all(Array.from({ length: count }, listening))
  const ports = taken.map((server) => (server.address() as AddressInfo).port)
  for (const server of taken) await new Promise((resolve) => server.close(resolve))
  return ports
}

function modeOf(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ port, host })
    socket.setTimeout(5000, () => socket.destroy())
    socket.on('connect', () => socket.write('srvr'))
    socket.on('data', (bytes) => (answer += bytes.toString()))
    socket.on('error', () => {})
    socket.on('close', () => resolve(/^Mode: (\w+)$/m.exec(answer)?.[1] ?? ''))
  })
}

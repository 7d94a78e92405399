/** Apache ZooKeeper itself, from Debian's package, on a free port and a folder of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const jars = '/usr/share/java'

/** Whether Apache's server and a Java to run it are installed. */
export const hasApache =
  existsSync(join(jars, 'zookeeper.jar')) && spawnSync('java', ['-version']).error === undefined

/** A server that runs. */
export interface Apache {
  readonly port: number
  stop(): Promise<void>
}

/** Starts it, and waits until it answers. `settings` are lines of zoo.cfg. */
export async function startApache(settings: readonly string[] = []): Promise<Apache> {
  const dir = mkdtempSync(join(tmpdir(), 'zoospec-apache-'))
  const port = await freePort()
  const config = join(dir, 'zoo.cfg')
  const lines = [
    `dataDir=${dir}`,
    `clientPort=${port}`,
    'clientPortAddress=127.0.0.1',
    'admin.enableServer=false',
    'tickTime=2000',
    ...settings,
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const wanted =
    /^(zookeeper|netty|slf4j-(api|nop)|jute|metrics-core|snappy|commons-(cli|io|lang))[\w.-]*\.jar$/
  const path = readdirSync(jars).filter((name) => wanted.test(name))
  // The shell ends Java when this process is gone, however it goes: its standard input ends then.
  const java = spawn(
    'sh',
    [
      '-c',
      '"$@" & java=$!; cat >/dev/null; kill -9 $java',
      'sh',
      'java',
      '-Xmx256m',
      '-cp',
      path.map((name) => join(jars, name)).join(':'),
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      config,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let output = ''
  java.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  java.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const ended = new Promise<void>((resolve) => java.on('close', () => resolve()))
  const stop = async (): Promise<void> => {
    java.stdin.end()
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 600; tries++) {
    if (await isServing(port)) return { port, stop }
    await sleep(50)
  }
  await stop()
  throw new Error(`Apache ZooKeeper does not start:\n${output}`)
}

/** Whether the server says of itself that it takes requests (`srvr`). */
function isServing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.setTimeout(2000, () => socket.destroy())
    socket.on('connect', () => socket.write('srvr'))
    socket.on('data', (bytes) => (answer += bytes.toString()))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer.includes('Mode: standalone')))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

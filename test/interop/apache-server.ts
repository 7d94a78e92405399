/** Apache ZooKeeper itself, from Debian's package, on a free port and a folder of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectClient } from '../../src/runtime/client-socket.js'

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
  const java = spawn(
    'java',
    [
      '-Xmx256m',
      '-cp',
      path.map((name) => join(jars, name)).join(':'),
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      config,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  java.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  java.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const ended = new Promise<void>((resolve) => java.on('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    java.kill('SIGKILL')
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 600 && java.exitCode === null; tries++) {
    try {
      await (await connectClient({ port })).close()
      return { port, stop }
    } catch {
      await sleep(50)
    }
  }
  await stop()
  throw new Error(`Apache ZooKeeper does not start:\n${output}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

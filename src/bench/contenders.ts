/**
 * The servers that are compared: each a process with a data directory of its own on the same disk, the same `zoo.cfg`.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Client } from '../client/client.js'
import { connectClient, openClient } from '../runtime/client-socket.js'

const jar = '/usr/share/java/zookeeper.jar'
const log4j = '/etc/zookeeper/conf'
const cli = fileURLToPath(new URL('../cli/main.js', import.meta.url))
const echo = fileURLToPath(new URL('./echo.js', import.meta.url))

/** Whether Debian's package of Apache ZooKeeper is there. */
export const hasApache = existsSync(jar)

export type ContenderName = 'apache' | 'zoospec'

/** A server that runs. */
export interface Contender {
  readonly name: ContenderName
  readonly port: number
  /** Milliseconds from the process's start to the first answered request. */
  readonly startMs: number
  /** Resident memory in bytes; of a JVM after a full collection, if `jcmd` is there. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** Starts a server on a folder (its data in `data`), and waits until it has answered a request. */
export async function startContender(name: ContenderName, folder: string): Promise<Contender> {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'zoo.cfg')
  writeFileSync(
    config,
    [
      'tickTime=2000',
      `dataDir=${join(folder, 'data')}`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'maxClientCnxns=0',
      'maxSessionTimeout=300000',
      // Apache's web page of commands; on a fixed port unless switched off.
      ...(name === 'apache' ? ['admin.enableServer=false'] : []),
      '',
    ].join('\n'),
  )
  const [command, args] = name === 'apache' ? apache(folder, config) : zoospec(config)
  const output = openSync(join(folder, 'output.txt'), 'a')
  const began = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', output, output], cwd: folder })
  closeSync(output)
  await answered(child, port, join(folder, 'output.txt'))
  const startMs = performance.now() - began
  return {
    name,
    port,
    startMs,
    memory: () => residentAfterCollection(name, child.pid!),
    stop: () => end(child),
  }
}

/** As Debian's `zkServer.sh start` starts it: the JVM's own defaults, JMX for this machine, log4j to a file. */
export function apache(folder: string, config: string): [string, string[]] {
  return [
    'java',
    [
      `-Dzookeeper.log.dir=${folder}`,
      '-Dzookeeper.root.logger=INFO,ROLLINGFILE',
      '-XX:+HeapDumpOnOutOfMemoryError',
      '-XX:OnOutOfMemoryError=kill -9 %p',
      '-cp',
      `${log4j}:${jar}`,
      '-Dcom.sun.management.jmxremote',
      '-Dcom.sun.management.jmxremote.local.only=true',
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      config,
    ],
  ]
}

export function zoospec(config: string): [string, string[]] {
  return [process.execPath, [cli, 'serve', config]]
}

/** Starts the responder that does nothing. */
export async function startEcho(): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort()
  const child = spawn(process.execPath, [echo, String(port)], { stdio: 'ignore' })
  for (let i = 0; i < 400; i++) {
    const client = await connectClient({ port }).catch(() => undefined)
    if (client !== undefined) {
      client.destroy()
      return { port, stop: () => end(child) }
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await end(child)
  throw new Error('the echo did not start')
}

/**
 * Tries until a handshake and a request are answered. Tries overlap: Apache can lose a connection that comes while it
 * starts, and never answers on it.
 */
async function answered(child: ChildProcess, port: number, output: string): Promise<void> {
  let isGone = false
  child.once('exit', () => (isGone = true))
  child.once('error', () => (isGone = true))
  const tries = new Set<Client>()
  let isAnswered = false
  const attempt = async () => {
    const client = await openClient({ port })
    tries.add(client)
    await client.greet()
    await client.request({ op: 'exists', path: '/', watch: false })
    isAnswered = true
    await client.close()
    tries.delete(client)
  }
  while (!isAnswered) {
    if (isGone) throw new Error(`a server did not start:\n${readFileSync(output, 'utf8').slice(-2000)}`)
    const one = attempt().catch(() => {})
    await Promise.race([one, new Promise((resolve) => setTimeout(resolve, 20))])
    if (!isAnswered) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  for (const client of tries) client.destroy()
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  child.kill('SIGTERM')
  await gone
  clearTimeout(timer)
}

/** Resident memory in bytes; of a JVM after a full collection, if `jcmd` is there. */
export async function residentAfterCollection(name: ContenderName, pid: number): Promise<number> {
  if (name === 'apache') {
    try {
      await promisify(execFile)('jcmd', [String(pid), 'GC.run'])
    } catch {
      // A JRE without jcmd: its memory is taken as it is.
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024
}

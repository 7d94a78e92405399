/** An ensemble on loopback, each server a process of its own: for a look at one, and for a show. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface LocalEnsembleOptions {
  readonly size: number
  /** The first server's port for clients; the others have the next ones. */
  readonly clientPort: number
  /** Milliseconds. */
  readonly tickTime: number
  /** Each server has a folder in it. */
  readonly folder: string
}

/** A server of the ensemble, whether it runs or not. */
export interface LocalMember {
  readonly sid: number
  readonly clientPort: number
  readonly folder: string
  readonly configFile: string
}

/** What a server says it is; no mode while it has no leader, or doesn't run. */
export interface MemberMode {
  readonly sid: number
  readonly mode: string | undefined
  readonly epoch: number
}

const command = fileURLToPath(new URL('../cli/main.js', import.meta.url))

export class LocalEnsemble {
  private readonly running = new Map<number, ChildProcess>()
  private onEnd: (sid: number, why: string) => void = () => {}

  private constructor(readonly members: readonly LocalMember[]) {}

  /** Writes what the servers are told. None of them runs yet. */
  static async make({ size, clientPort, tickTime, folder }: LocalEnsembleOptions): Promise<LocalEnsemble> {
    const ports = await freePorts(2 * size)
    const servers = Array.from(
      { length: size },
      (_, at) =>
        `server.${at + 1}=127.0.0.1:${ports[2 * at]}:${ports[2 * at + 1]};127.0.0.1:${clientPort + at}`,
    )
    const members = servers.map((_, at): LocalMember => {
      const sid = at + 1
      const own = join(folder, String(sid))
      return { sid, clientPort: clientPort + at, folder: own, configFile: join(own, 'zoo.cfg') }
    })
    for (const { sid, folder: own, configFile } of members) {
      mkdirSync(own, { recursive: true })
      writeFileSync(join(own, 'myid'), `${sid}\n`)
      const lines = [
        `tickTime=${tickTime}`,
        'initLimit=10',
        'syncLimit=5',
        `dataDir=${own}`,
        '4lw.commands.whitelist=*',
        ...servers,
      ]
      writeFileSync(configFile, `${lines.join('\n')}\n`)
    }
    return new LocalEnsemble(members)
  }

  /** What a client is told to connect to. */
  get connectString(): string {
    return this.members.map(({ clientPort }) => `127.0.0.1:${clientPort}`).join(',')
  }

  /** `onEnd` is told of a server that ends without having been asked. */
  startAll(onEnd: (sid: number, why: string) => void): void {
    this.onEnd = onEnd
    for (const { sid } of this.members) this.start(sid)
  }

  start(sid: number): void {
    const { configFile } = this.members[sid - 1]!
    const child = spawn(process.execPath, [command, 'serve', configFile, '--log-level', 'warn'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // Ctrl-C is for this process, which ends them in order
    })
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)))
    child.once('close', (code, signal) => {
      if (this.running.get(sid) !== child) return
      this.running.delete(sid)
      this.onEnd(sid, said.trim() === '' ? (signal ?? `exit code ${code}`) : said.trim())
    })
    this.running.set(sid, child)
  }

  /** Ends a server as a crash would. */
  kill(sid: number): Promise<void> {
    return this.end(sid, 'SIGKILL')
  }

  /** Stops all that run. */
  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ sid }) => this.end(sid, 'SIGTERM')))
  }

  modes(): Promise<MemberMode[]> {
    return Promise.all(
      this.members.map(async ({ sid, clientPort }): Promise<MemberMode> => {
        const answer = this.running.has(sid) ? await ask(clientPort, 'srvr') : ''
        const zxid = BigInt(/^Zxid: (0x[0-9a-f]+)$/m.exec(answer)?.[1] ?? 0)
        return { sid, mode: /^Mode: (\w+)$/m.exec(answer)?.[1], epoch: Number(zxid >> 32n) }
      }),
    )
  }

  private async end(sid: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.running.get(sid)
    this.running.delete(sid)
    if (child === undefined) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
    await ended
  }
}

/** What a server of this machine answers to a four-letter word; nothing where it can't be asked. */
export function ask(port: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(word))
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString()))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

/** Ports of loopback that nobody has. */
export async function freePorts(count: number): Promise<number[]> {
  const taken = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = taken.map((server) => (server.address() as AddressInfo).port)
  for (const server of taken) await new Promise((resolve) => server.close(resolve))
  return ports
}

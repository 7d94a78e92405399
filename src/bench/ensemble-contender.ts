/** Three servers of a kind, each a process of its own, on the same disk and with the same `zoo.cfg`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, freePorts } from '../runtime/local-ensemble.js'
import { apache, type ContenderName, end, residentAfterCollection, zoospec } from './contenders.js'

const size = 3
const tickTime = 1000
/** Milliseconds that anything may take. */
const patience = 120_000

export class EnsembleContender {
  private readonly children = new Map<number, ChildProcess>()
  private constructor(
    readonly name: ContenderName,
    private readonly folder: string,
    private readonly taken: readonly number[],
  ) {}

  /** Starts them, and waits until all serve. */
  static async start(name: ContenderName, folder: string): Promise<EnsembleContender> {
    const contender = new EnsembleContender(name, folder, await freePorts(3 * size))
    for (const sid of contender.sids) contender.startServer(sid)
    await contender.leader()
    return contender
  }

  get sids(): readonly number[] {
    return Array.from({ length: size }, (_, at) => at + 1)
  }

  get ports(): readonly number[] {
    return this.sids.map((sid) => this.portOf(sid))
  }

  portOf(sid: number): number {
    return this.taken[3 * (sid - 1)]!
  }

  startServer(sid: number): void {
    const folder = join(this.folder, String(sid))
    const data = join(folder, 'data')
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'myid'), `${sid}\n`)
    const config = join(folder, 'zoo.cfg')
    const servers = this.sids.map(
      (of) => `server.${of}=127.0.0.1:${this.taken[3 * of - 2]}:${this.taken[3 * of - 1]}`,
    )
    const lines = [
      `tickTime=${tickTime}`,
      'initLimit=60',
      'syncLimit=20',
      `dataDir=${data}`,
      `clientPort=${this.portOf(sid)}`,
      'clientPortAddress=127.0.0.1',
      'maxClientCnxns=0',
      'maxSessionTimeout=300000',
      '4lw.commands.whitelist=srvr',
      ...(this.name === 'apache' ? ['admin.enableServer=false'] : []),
      ...servers,
    ]
    writeFileSync(config, `${lines.join('\n')}\n`)
    const [command, args] = this.name === 'apache' ? apache(folder, config) : zoospec(config)
    this.children.set(sid, spawn(command, args, { stdio: 'ignore', cwd: folder }))
  }

  /** Ends a server: as a crash would, or as it is asked to. */
  async endServer(sid: number, isCrash: boolean): Promise<void> {
    const child = this.children.get(sid)!
    this.children.delete(sid)
    if (isCrash) child.kill('SIGKILL')
    await end(child)
  }

  /** Who leads, once all that run serve. */
  async leader(): Promise<number> {
    for (const until = Date.now() + patience; ; await pause(50)) {
      const running = [...this.children.keys()]
      const modes = await Promise.all(running.map((sid) => this.told(sid, 'Mode')))
      const leader = running[modes.indexOf('leader')]
      if (leader !== undefined && !modes.includes(undefined)) return leader
      if (Date.now() > until) throw new Error(`${this.name}: no leader: ${modes.join()}`)
    }
  }

  /** Waits until a server has all that another has. */
  async caughtUp(sid: number, other: number): Promise<void> {
    const wanted = BigInt((await this.told(other, 'Zxid')) ?? 0)
    for (const until = Date.now() + patience; ; await pause(20)) {
      const [mode, zxid] = [await this.told(sid, 'Mode'), await this.told(sid, 'Zxid')]
      if (mode !== undefined && BigInt(zxid ?? 0) >= wanted) return
      if (Date.now() > until) throw new Error(`${this.name}: server ${sid} does not catch up`)
    }
  }

  /** Bytes of each server that runs. */
  memory(): Promise<number[]> {
    return Promise.all(
      [...this.children.values()].map((child) => residentAfterCollection(this.name, child.pid!)),
    )
  }

  async stop(): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => end(child)))
  }

  private async told(sid: number, field: string): Promise<string | undefined> {
    return new RegExp(`^${field}: (\\w+)$`, 'm').exec(await ask(this.portOf(sid), 'srvr'))?.[1]
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Ensembles of Apache's servers and ours, each a process of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { service } from '../../spec/service/standard-service.js'
import { validateTrace } from '../../src/conform/check-trace.js'
import { explain } from '../../src/conform/format-rejection.js'
import { ask, freePorts } from '../../src/runtime/local-ensemble.js'
import { apacheJar } from './apache.js'
import type { QuorumProxies } from './quorum-proxy.js'

export type Kind = 'apache' | 'zoospec'

interface Ports {
  readonly client: number
  readonly quorum: number
  readonly election: number
}

const command = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
/** Milliseconds that anything may take on a busy machine. */
const patience = 60_000

/** A server that was killed may have left half a line. */
async function demandAccepted(file: string): Promise<void> {
  if (!existsSync(file)) return // killed before it began
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const { rejection } = await validateTrace(service, lines)
  if (rejection !== undefined) throw new Error(`${file}: ${explain(rejection)}`)
}

export class MixedEnsemble {
  private readonly folder = mkdtempSync(join(tmpdir(), 'zoospec-mixed-'))
  private readonly running = new Map<number, ChildProcess>()
  private readonly traces: string[] = []
  private constructor(
    private readonly kinds: readonly Kind[],
    private readonly ports: readonly Ports[],
    private readonly settings: readonly string[],
    private readonly proxies: QuorumProxies | undefined,
  ) {}

  /** An ensemble of servers 1, 2, ..., of these kinds; none of them runs yet. With proxies, learners connect through them. */
  static async of(
    kinds: readonly Kind[],
    settings: readonly string[] = [],
    proxies?: QuorumProxies,
  ): Promise<MixedEnsemble> {
    const taken = await freePorts(3 * kinds.length)
    const ports = kinds.map((_, at) => ({
      client: taken[3 * at]!,
      quorum: taken[3 * at + 1]!,
      election: taken[3 * at + 2]!,
    }))
    await proxies?.open(ports.map(({ quorum }) => quorum))
    return new MixedEnsemble(kinds, ports, settings, proxies)
  }

  get sids(): readonly number[] {
    return this.kinds.map((_, at) => at + 1)
  }

  clientPort(sid: number): number {
    return this.ports[sid - 1]!.client
  }

  start(sid: number): void {
    const dataDir = join(this.folder, String(sid))
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(join(dataDir, 'myid'), `${sid}\n`)
    const file = join(this.folder, `${sid}.cfg`)
    const servers = this.ports.map(
      ({ quorum, election }, at) =>
        `server.${at + 1}=127.0.0.1:${this.proxies?.portOf(sid, at + 1) ?? quorum}:${election}`,
    )
    const lines = [
      'tickTime=1000',
      'initLimit=20',
      'syncLimit=10',
      `dataDir=${dataDir}`,
      `clientPort=${this.clientPort(sid)}`,
      'clientPortAddress=127.0.0.1',
      'admin.enableServer=false',
      '4lw.commands.whitelist=*',
      ...servers,
      ...this.settings,
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    const child =
      this.kinds[sid - 1] === 'apache'
        ? spawn(
            '/usr/bin/java',
            ['-cp', apacheJar, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', file],
            {
              stdio: 'ignore',
            },
          )
        : spawn(process.execPath, [command, 'serve', file, '--trace', this.nextTrace(sid)], {
            stdio: 'ignore',
          })
    this.running.set(sid, child)
  }

  /** A server's folder of logs and snapshots. */
  dataOf(sid: number): string {
    return join(this.folder, String(sid), 'version-2')
  }

  startAll(): void {
    for (const sid of this.sids) this.start(sid)
  }

  /** Ends a server as a crash would. */
  async kill(sid: number): Promise<void> {
    const child = this.running.get(sid)
    this.running.delete(sid)
    // One that has ended by itself closes no more.
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** Takes a server's disk away; it must not run. */
  wipe(sid: number): void {
    rmSync(join(this.folder, String(sid)), { recursive: true, force: true })
  }

  /** Ends all, and demands that the spec allows what each of our servers did, and what the others told it. */
  async stop(): Promise<void> {
    await Promise.all(this.sids.map((sid) => this.kill(sid)))
    this.proxies?.close()
    try {
      for (const file of this.traces) await demandAccepted(file)
    } finally {
      rmSync(this.folder, { recursive: true, force: true })
    }
  }

  private nextTrace(sid: number): string {
    const file = join(this.folder, `${sid}-${this.traces.length}.ndjson`)
    this.traces.push(file)
    return file
  }

  /** The mode that a server tells; undefined while it doesn't serve. */
  async mode(sid: number): Promise<string | undefined> {
    const answer = await ask(this.clientPort(sid), 'srvr')
    return /^Mode: (\w+)$/m.exec(answer)?.[1]
  }

  /** Waits until these servers serve, one of them as the leader; gives the leader. */
  async untilServing(...sids: readonly number[]): Promise<number> {
    for (const end = Date.now() + patience; ; await sleep(100)) {
      const modes = await Promise.all(sids.map((sid) => this.mode(sid)))
      const leader = sids[modes.indexOf('leader')]
      if (leader !== undefined && modes.every((mode) => mode !== undefined)) return leader
      if (Date.now() > end) throw new Error(`no leader among ${sids.join()}: ${modes.join()}`)
    }
  }
}

/** Members of an ensemble in this process, on real sockets and files; who leads, a test says. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/platform/clock.js'
import { type Logger, silent } from '../../src/platform/logger.js'
import { freePorts } from '../../src/runtime/local-ensemble.js'
import { SystemClock } from '../../src/runtime/system-clock.js'
import { outsideOf } from '../../src/runtime/server.js'
import { SocketPeerNetwork } from '../../src/runtime/socket-peer-network.js'
import { QuorumVerifier } from '../../src/quorum/quorum-verifier.js'
import { defaultConfig, type ServerConfig } from '../../src/server/config/config.js'
import { type ElectionService, EnsembleServer } from '../../src/server/ensemble/ensemble-server.js'

export class Members {
  readonly servers = new Map<bigint, EnsembleServer>()
  /** What each looked for a leader with, while it looks. */
  readonly looking = new Map<bigint, { readonly zxid: bigint; readonly epoch: number }>()
  private readonly decide = new Map<bigint, (leader: bigint) => void>()
  /** Whom each was told last. */
  private readonly leaders = new Map<bigint, bigint>()
  private readonly ports = new Map<bigint, number>()
  private readonly folder = mkdtempSync(join(tmpdir(), 'zoospec-members-'))

  constructor(
    private readonly size: number,
    private readonly observers: readonly bigint[] = [],
    private readonly config: Partial<ServerConfig> = {},
    private readonly logger: Logger = silent,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  async startAll(): Promise<void> {
    const ports = await freePorts(this.size)
    ports.forEach((port, at) => this.ports.set(BigInt(at + 1), port))
    for (const sid of this.ports.keys()) await this.start(sid)
  }

  async start(sid: bigint): Promise<void> {
    const config: ServerConfig = {
      ...defaultConfig(),
      tickTime: 500,
      initLimit: 20,
      syncLimit: 20,
      clientPort: 0,
      clientPortAddress: '127.0.0.1',
      dataDir: join(this.folder, String(sid)),
      ...this.config,
    }
    const voters = [...this.ports.keys()].filter((each) => !this.observers.includes(each))
    const addressOf = (of: bigint) => ({ host: '127.0.0.1', port: this.ports.get(of)! })
    const election: ElectionService = {
      look: (vote) => void this.looking.set(sid, vote),
      established: () => {},
      close: async () => {},
    }
    const server = new EnsembleServer(
      {
        ...outsideOf(config),
        clock: this.clock,
        network: new SocketPeerNetwork(),
        elect: async (decided) => {
          this.decide.set(sid, decided)
          return election
        },
      },
      {
        config,
        logger: this.logger,
        members: {
          sid,
          isObserver: this.observers.includes(sid),
          quorums: new QuorumVerifier({ voters, groups: new Map(), weights: new Map() }),
          configText: 'version=0',
          ownQuorumAddresses: [addressOf(sid)],
          quorumAddressesOf: (of) => [addressOf(of)],
        },
      },
    )
    await server.start()
    this.servers.set(sid, server)
  }

  /** The election: these servers take that one for their leader. */
  elect(leader: bigint, ...learners: bigint[]): void {
    for (const sid of [leader, ...learners]) {
      this.leaders.set(sid, leader)
      this.looking.delete(sid)
      this.decide.get(sid)!(leader)
    }
  }

  /** As an election would: whoever came too late to its leader, and looks again, is told it again. */
  electAgain(...sids: readonly bigint[]): void {
    for (const sid of sids) {
      const leader = this.leaders.get(sid)
      if (leader === undefined || !this.looking.delete(sid)) continue
      this.decide.get(sid)!(leader)
    }
  }

  /** Where a server listens for learners while it leads. */
  quorumPort(sid: bigint): number {
    return this.ports.get(sid)!
  }

  /** The files of a server's folder. */
  files(sid: bigint): readonly string[] {
    return readdirSync(join(this.folder, String(sid), 'version-2'))
  }

  async crash(sid: bigint): Promise<void> {
    await this.servers.get(sid)!.kill()
    this.servers.delete(sid)
    this.looking.delete(sid)
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Waits until something holds. Throws what was to hold after 30 seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

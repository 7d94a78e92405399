/** A whole ensemble on simulated machines, its clients, and the judges that look on. One schedule, one run. */
import type { Zxid } from '../../../spec/vocabulary/index.js'
import type { Logger } from '../../platform/logger.js'
import { Random } from '../../random/random.js'
import type { EstablishedWith } from '../../server/ensemble/role.js'
import { readConfig } from '../../server/config/read-config.js'
import { sessionTimeouts } from '../../server/config/config.js'
import { StorageError } from '../../storage/errors.js'
import type { Transaction } from '../../tree/txn.js'
import { EventQueue } from './event-queue.js'
import type { Schedule } from './fault.js'
import { Changes } from './judge/changes.js'
import { ClientHistory, type Shared } from './judge/client-history.js'
import { CommitOrder } from './judge/commit-order.js'
import { DurableQuorum } from './judge/durable-quorum.js'
import { SpecOrder } from './judge/spec-order.js'
import { Violation } from './judge/violation.js'
import { MemberValidator } from '../../conform/member-validator.js'
import type { TraceEvent } from '../../trace/trace-event.js'
import { Reached } from './reached.js'
import { SimulatedNetwork } from './network.js'
import { SimulatedClient } from './simulated-client.js'
import { SimulatedMember } from './simulated-member.js'

/** Streams of the seed; 1 is the schedule's. */
const streams = { network: 2, members: 100, clients: 1000 }

export class SimulatedEnsemble {
  readonly queue = new EventQueue()
  readonly network: SimulatedNetwork
  readonly members: readonly SimulatedMember[]
  readonly clients: SimulatedClient[] = []
  readonly order: SpecOrder
  /** What no rule allows; the first of it. */
  violation: Violation | undefined
  private readonly turns = new Map<string, MemberValidator>()
  readonly reached = new Reached()
  readonly counts = { commits: 0, elections: 0, failures: 0 }
  readonly shared: Shared
  private readonly commits: CommitOrder
  private readonly disks = new DurableQuorum(() => this.members.slice(0, this.schedule.servers))
  private readonly histories = new Map<bigint, ClientHistory>()
  private readonly hosts: readonly string[]
  private clientsBegun = 0

  constructor(
    readonly schedule: Schedule,
    logger?: (sid: bigint) => Logger,
  ) {
    const { seed, servers, observers } = schedule
    this.network = new SimulatedNetwork(this.queue, new Random(seed, streams.network))
    const sids = Array.from({ length: servers + observers }, (_, at) => at + 1)
    this.hosts = sids.map((sid) => `server${sid}`)
    const { config, ensemble } = readConfig(configFile(sids, servers), 'zoo.cfg')
    const { min, max } = sessionTimeouts(config)
    const { skipAcl, extendedTypes, enforceQuota, superDigest, tickTime } = config
    this.order = new SpecOrder({
      settings: {
        ...{ skipAcl, extendedTypes, enforceQuota, superDigest, tickTime },
        neverUsedInterval: config.containerMaxNeverUsedIntervalMs,
        minSessionTimeout: min,
        maxSessionTimeout: max,
      },
      requestOf: (session, xid) => this.histories.get(session)?.requestOf(xid),
      served: (session, reply) => this.histories.get(session)?.served(reply),
      ended: (session) => this.histories.delete(session),
      changed: (kind, path, zxid) => this.shared.changes.add(kind, path, zxid),
    })
    const counts = { unjudged: 0, judged: 0, answered: 0, expired: 0 }
    this.shared = { order: this.order, changes: new Changes(), acknowledged: 0n, ...counts }
    this.commits = new CommitOrder((transaction) => {
      this.counts.commits++
      this.order.take(transaction)
    })
    this.members = sids.map(
      (sid) =>
        new SimulatedMember({
          sid: BigInt(sid),
          host: this.hosts[sid - 1]!,
          network: this.network,
          random: new Random(seed, streams.members + sid),
          ensemble: ensemble!,
          config,
          ...(logger === undefined ? {} : { logger: logger(BigInt(sid)) }),
          appended: (...of) => this.judge(() => this.commits.appended(...of)),
          committed: (...of) => this.committed(...of),
          established: (...of) => this.established(...of),
          turned: (event) => this.turned(event),
          failed: (of, error) => this.failed(of, error),
        }),
    )
  }

  /** Everything that a judge says stops the simulation, wherever it is said. */
  judge(work: () => void): void {
    if (this.violation !== undefined) return
    try {
      work()
    } catch (error) {
      this.violation = error instanceof Violation ? error : new Violation('none', describe(error))
    }
  }

  start(): void {
    for (const member of this.members) member.start()
    for (let count = 0; count < this.schedule.clients; count++) this.addClient()
  }

  async runUntil(time: number): Promise<void> {
    if (this.violation !== undefined) return
    try {
      await this.queue.runUntil(time, () => {
        this.reached.look(this.members)
        return this.violation !== undefined
      })
    } catch (error) {
      this.judge(() => {
        throw error
      })
    }
  }

  member(sid: number): SimulatedMember {
    return this.members[sid - 1]!
  }

  host(sid: number): string {
    return this.hosts[sid - 1]!
  }

  addClient(): SimulatedClient {
    const number = ++this.clientsBegun
    const name = `client${number}`
    const client = new SimulatedClient({
      name,
      network: this.network.of(name),
      queue: this.queue,
      random: new Random(this.schedule.seed, streams.clients + number),
      hosts: this.hosts,
      port: clientPort,
      timeOut: 4000,
      pace: 400,
      historyOf: (session) => {
        const history = new ClientHistory(session, this.shared)
        this.histories.set(session, history)
        return history
      },
      judge: (work) => this.judge(work),
    })
    this.clients.push(client)
    client.start()
    return client
  }

  private committed(sid: bigint, transaction: Transaction, after: Zxid): void {
    this.judge(() => {
      const { last } = this.commits
      this.commits.committed(sid, transaction, after)
      if (this.commits.last > last) this.disks.committed(this.commits.last)
    })
  }

  private established(sid: bigint, epoch: number, isLeader: boolean, data: EstablishedWith): void {
    this.judge(() => {
      if (!isLeader) {
        this.commits.serves(sid, data)
        return this.disks.serves(sid, epoch)
      }
      this.counts.elections++
      this.commits.leads(sid, epoch, data)
      this.disks.leads(sid, epoch, this.commits.last)
    })
  }

  /** Every turn of every server is one that the spec's machines allow. */
  private turned(event: TraceEvent): void {
    this.judge(() => {
      // A server's first event begins a new process.
      if (event.seq === 1) this.turns.set(event.server, new MemberValidator())
      const rejection = this.turns.get(event.server)?.accept(event)
      if (rejection === undefined) return
      const { rule, why, allowed } = rejection
      throw new Violation(rule, `${why}; the spec has ${allowed.join(', ')}`)
    })
  }

  /** A server has stopped on its own: only a disk that is full, or was torn, is a reason. Somebody starts it again. */
  private failed(sid: bigint, error: Error): void {
    this.counts.failures++
    const member = this.member(Number(sid))
    if (!member.hasFailedToWrite && !(error instanceof StorageError && member.repair())) {
      const where = error instanceof StorageError ? `${error.file}: ${error.message}` : describe(error)
      this.judge(() => {
        throw new Violation('BROADCAST-80', `server ${sid} stops on its own: ${where}`)
      })
    }
    this.queue.after(1000, () => {
      if (!member.isUp) member.start()
    })
  }
}

const clientPort = 2181

/** Small ticks: more happens in an hour. */
function configFile(sids: readonly number[], voters: number): string {
  const lines = sids.map(
    (sid) =>
      `server.${sid}=server${sid}:2888:3888:${sid <= voters ? 'participant' : 'observer'};${clientPort}`,
  )
  return [
    'dataDir=/data',
    `clientPort=${clientPort}`,
    'tickTime=200',
    'initLimit=15',
    'syncLimit=10',
    'snapCount=200',
    'preAllocSize=64',
    '4lw.commands.whitelist=*',
    ...lines,
  ].join('\n')
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

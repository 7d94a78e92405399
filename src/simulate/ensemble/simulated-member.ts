/** A machine that runs a member of an ensemble: what is on its disk outlives a crash, nothing else does. */
import type { Zxid } from '../../../spec/vocabulary/index.js'
import { silent, type Logger } from '../../platform/logger.js'
import type { Random } from '../../random/random.js'
import { nodeHash } from '../../runtime/hash.js'
import { defaultConfig, type ServerConfig } from '../../server/config/config.js'
import type { EnsembleConfig } from '../../server/config/ensemble-config.js'
import { openElection } from '../../server/ensemble/election-service.js'
import { EnsembleServer } from '../../server/ensemble/ensemble-server.js'
import { membershipOf } from '../../server/ensemble/membership.js'
import { MemberTrace } from '../../server/ensemble/member-trace.js'
import type { EstablishedWith, MemberEvents } from '../../server/ensemble/role.js'
import { StorageError } from '../../storage/errors.js'
import type { TraceEvent, Tracer } from '../../trace/trace-event.js'
import type { Transaction } from '../../tree/txn.js'
import { SimulatedDisk } from '../simulated-disk.js'
import type { CrashKind } from '../simulated-file.js'
import { ClientPort } from './client-port.js'
import { type ClockError, MachineClock } from './machine-clock.js'
import type { SimulatedNetwork } from './network.js'

/** A crash after which nothing is left that was not synced. */
const nothingKept = { part: () => 0 }

const unused = () => {
  throw new Error('nothing of this kind is simulated')
}

/** What a crash leaves: all that was written (the server is killed), or what chance leaves of it (the machine goes down). */
export type Crash = 'kill' | CrashKind

export interface SimulatedMemberOptions {
  readonly sid: bigint
  readonly host: string
  readonly network: SimulatedNetwork
  readonly random: Random
  readonly ensemble: EnsembleConfig
  readonly config: Partial<ServerConfig>
  readonly logger?: Logger
  readonly appended: (sid: bigint, transaction: Transaction, after: Zxid) => void
  readonly committed: (sid: bigint, transaction: Transaction, after: Zxid) => void
  /** A leader has a quorum, or a learner begins to serve. */
  readonly established: (sid: bigint, epoch: number, isLeader: boolean, data: EstablishedWith) => void
  /** A turn of one of its roles, as a trace has it. */
  readonly turned: (event: TraceEvent) => void
  /** The server has stopped on its own. */
  readonly failed: (sid: bigint, error: Error) => void
}

export class SimulatedMember {
  readonly clockError: ClockError = { rate: 1, ahead: 0 }
  server: EnsembleServer | undefined
  disk = new SimulatedDisk()
  /** How much longer a sync takes than usual. */
  diskFactor = 1
  isDiskFull = false
  /** The server that runs, or ran last, has met a full disk: it may take a moment to stop, and the disk may have room by then. */
  hasFailedToWrite = false
  /** The machine goes down at a disk operation: so many from now; `down` is told. */
  private crashIn: { operations: number; readonly down: () => void } | undefined
  private clock: MachineClock
  /** Milliseconds that a sync takes at most: some disks are slow all the time. */
  private readonly syncTime: number
  /** What is left of the disk where all that was being written at the last crash is cut off. */
  private cutOff: SimulatedDisk | undefined

  constructor(readonly options: SimulatedMemberOptions) {
    this.clock = new MachineClock(options.network.queue, this.clockError)
    this.syncTime = [3, 3, 15, 60][options.random.below(4)]!
  }

  get sid(): bigint {
    return this.options.sid
  }

  get host(): string {
    return this.options.host
  }

  get isUp(): boolean {
    return this.server !== undefined
  }

  start(): void {
    const { network, host, random, ensemble, config, logger = silent, sid, failed } = this.options
    network.join(host)
    this.hasFailedToWrite = false
    const { disk } = this
    const clock = (this.clock = new MachineClock(network.queue, this.clockError))
    this.watchDisk(disk)
    const own = network.of(host)
    const trace = this.traceOf(clock)
    const whole = { ...defaultConfig(), dataDir: '/data', clientPort: 2181, ...config }
    const server: EnsembleServer = new EnsembleServer(
      {
        disk,
        clock,
        listener: new ClientPort(own),
        random: () => random.part(),
        hash: nodeHash,
        compression: { gzip: unused, gunzip: unused, compressBlock: unused, uncompressBlock: unused },
        process: { id: 1, version: 'simulated', environment: () => [], fileDescriptors: unused },
        network: own,
        elect: (decided) => openElection({ sid, ensemble, network: own, clock, logger, trace }, decided),
      },
      {
        config: whole,
        logger,
        members: membershipOf(sid, ensemble),
        events: this.events(() => server),
        trace,
      },
    )
    this.server = server
    const ended = (error: unknown) => {
      if (this.server !== server) return
      // Once it runs, what was cut off is not what it has.
      if (!(error instanceof StorageError)) this.cutOff = undefined
      this.leave(false)
      this.disk.afterKill()
      failed(sid, error as Error)
    }
    server.start().then(() => (this.cutOff = undefined), ended)
    server.stopped.catch(ended)
  }

  /** The server is gone at once; with its machine, unless it is only killed. */
  crash(kind: Crash): void {
    if (!this.isUp) return
    this.leave(kind !== 'kill')
    const { disk } = this
    if (kind === 'kill') return disk.afterKill()
    this.disk = disk.afterCrash(this.options.random, kind)
    // Whoever finds a hole in what was being written may cut it off, and has what was durable.
    if (kind === 'scattered') this.cutOff = disk.afterCrash(nothingKept, 'ordered')
  }

  /** The server can't read what a crash has left: it is cut where the server says so. @returns whether that is all it takes */
  repair(): boolean {
    const { cutOff } = this
    if (cutOff === undefined) return false
    this.disk = cutOff
    this.cutOff = undefined
    return true
  }

  /** The machine goes down right before its `operation`-th disk operation from now. */
  crashAtDisk(operation: number, down: () => void): void {
    this.crashIn = { operations: operation, down }
  }

  /** Such a crash is not to come any more. */
  disarm(): void {
    this.crashIn = undefined
  }

  /** The machine comes back with an empty disk. */
  wipe(): void {
    this.crash('kill')
    this.disk = new SimulatedDisk()
  }

  private leave(isOff: boolean): void {
    this.server = undefined
    this.crashIn = undefined
    this.clock.stop()
    this.options.network.leave(this.host, isOff)
  }

  private watchDisk(disk: SimulatedDisk): void {
    const { network, random } = this.options
    disk.syncBegins = () => {
      const { server } = this
      network.queue.after((0.2 + random.part() * this.syncTime) * this.diskFactor, () => {
        if (this.disk === disk && this.server === server) disk.finishSync()
      })
    }
    disk.fault = (operation, path) => {
      const { crashIn } = this
      if (crashIn !== undefined && --crashIn.operations === 0) {
        this.crash('scattered')
        crashIn.down()
      }
      if (!this.isDiskFull || !(operation === 'append' || operation === 'create')) return
      this.hasFailedToWrite = true
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${operation} '${path}'`), {
        code: 'ENOSPC',
      })
    }
  }

  private traceOf(clock: MachineClock): MemberTrace {
    const { sid, turned } = this.options
    const server = `server.${sid}`
    let seq = 0
    // Of a server that is gone nothing more is told.
    const tracer: Tracer = (event) => {
      if (this.clock === clock && this.isUp) turned({ seq: ++seq, server, ...event })
    }
    return new MemberTrace(tracer, () => clock.now(), sid)
  }

  private events(serverOf: () => EnsembleServer): MemberEvents {
    const { sid, appended, committed, established } = this.options
    return {
      appended: (transaction, after) => {
        if (this.server === serverOf()) appended(sid, transaction, after)
      },
      committed: (transaction, after) => {
        if (this.server === serverOf()) committed(sid, transaction, after)
      },
      established: (epoch, role, data) => {
        if (this.server === serverOf()) established(sid, epoch, role === 'leading', data)
      },
    }
  }
}

/**
 * A member of an ensemble, over whatever is outside of it: reads its disk, takes part in elections, leads or learns, serves
 * clients while there is a leader, and stops.
 */
import type { Leaving } from '../../broadcast/leaving.js'
import { Turns } from '../../broadcast/turns.js'
import { compile } from '../../machine/compile.js'
import type { Cancel } from '../../platform/clock.js'
import type { Logger } from '../../platform/logger.js'
import { StorageError } from '../../storage/errors.js'
import { FolderClaim } from '../../storage/folder-claim.js'
import { SessionIds } from '../../session/session-ids.js'
import { type Folders, foldersOf, makeFolders } from '../../storage/folders.js'
import { hex } from '../../storage/names.js'
import type { DataTree } from '../../tree/data-tree.js'
import { assemble } from '../assemble.js'
import type { ServerConfig } from '../config/config.js'
import { ServerCore } from '../core.js'
import type { Outside } from '../outside.js'
import type { ProposerParts } from '../replication/proposer.js'
import type { Replication } from '../replication/replication.js'
import { ClientGate } from './client-gate.js'
import { LeaderService } from './leader-service.js'
import { LearnerService } from './learner-service.js'
import { MemberData } from './member-data.js'
import { type MemberContext, type MemberEvent, memberMachine } from './member-machine.js'
import { NotServing } from './not-serving.js'
import type { MemberTrace } from './member-trace.js'
import type { PeerNetwork } from '../../platform/peer-network.js'
import { memberInspection } from './member-inspection.js'
import type { MemberEvents, Membership, Role, RoleParts } from './role.js'

/** A server's part in elections. */
export interface ElectionService {
  /** Looks for a leader; `decided` is called with its sid. */
  look(vote: { readonly zxid: bigint; readonly epoch: number }): void
  /** A leader is established, or this server is up to date with one (ELECTION-58). */
  established(epoch: number): void
  close(): Promise<void>
}

/** What a member needs from outside besides what every server needs. */
export interface EnsembleOutside extends Outside {
  readonly network: PeerNetwork
  /** Opens the election port. Rejects when it can't be had. */
  elect(decided: (leader: bigint) => void): Promise<ElectionService>
}

export interface EnsembleOptions {
  readonly config: ServerConfig
  readonly members: Membership
  readonly logger: Logger
  readonly events?: MemberEvents
  /** Told of every turn of its roles. */
  readonly trace?: MemberTrace
}

const life = compile(memberMachine)
const hour = 3_600_000
/** Bytes that a packet may have beyond what a client may send: a multi's transaction is longer than its request. */
const packetRoom = 1 << 20

export class EnsembleServer implements MemberContext {
  readonly stopped: Promise<void>
  port = 0
  private readonly folders: Folders
  private readonly claim = new FolderClaim()
  private readonly notServing: NotServing
  private readonly ids: SessionIds
  private readonly gate: ClientGate
  private readonly timers: Cancel[] = []
  private data!: MemberData
  private election: ElectionService | undefined
  private role: Role | undefined
  private at = life.initial
  private readonly turns = new Turns()
  private leader = -1n
  private leaving: (Leaving & { readonly startsOver?: boolean }) | undefined
  private startsOver = false
  private failure: Error | undefined
  private finish!: { resolve: () => void; reject: (error: unknown) => void }

  constructor(
    private readonly outside: EnsembleOutside,
    private readonly options: EnsembleOptions,
  ) {
    const { config } = options
    this.folders = foldersOf(config.dataDir, config.dataLogDir)
    this.ids = new SessionIds(Number(options.members.sid), outside.clock.now())
    this.notServing = new NotServing(outside.listener, config)
    this.gate = new ClientGate(this.notServing)
    this.stopped = new Promise((resolve, reject) => (this.finish = { resolve, reject }))
    this.stopped.catch(() => {}) // whoever waits hears of it; nobody has to
  }

  /** What the server is: a state of its machine, or what it does while it has a leader. */
  get mode(): string {
    return this.serving ?? life.stateName(this.at)
  }

  /** What it does for clients; undefined while it serves none. */
  get serving(): Role['name'] | undefined {
    return this.role?.core === undefined ? undefined : this.role.name
  }

  /** The state of its machine, or of its role's. */
  get state(): string {
    const { role } = this
    return role === undefined ? life.stateName(this.at) : `${role.name}.${role.state}`
  }

  /** Serves clients, while there is a leader. */
  get core(): ServerCore | undefined {
    return this.role?.core
  }

  /** Its disk is read. */
  get isStarted(): boolean {
    return this.election !== undefined
  }

  /** The epochs on its disk, once it is started. */
  get epochs(): { readonly accepted: number; readonly current: number } {
    return this.data.epochs
  }

  /** What it has applied. */
  get tree(): DataTree {
    return this.data.tree
  }

  /** Rejects when the data can't be read, or a port can't be had. */
  async start(): Promise<void> {
    const { config, logger, members } = this.options
    const { disk, listener } = this.outside
    makeFolders(disk, this.folders)
    await this.claim.take(disk, this.folders, logger)
    try {
      this.data = new MemberData({
        outside: this.outside,
        config,
        folders: this.folders,
        logger,
        onLogged: (zxid) => this.role?.logged(zxid),
        onFailure: (error) => this.fail(error),
        onAppend: this.options.events?.appended,
      })
      this.data.load()
      await this.data.saveFirstSnapshot()
      this.election = await this.outside.elect((leader) => this.elected(leader))
      const { clientPort, clientPortAddress, clientPortListenBacklog } = config
      this.port = await listener.listen(this.gate, clientPort, clientPortAddress, clientPortListenBacklog)
    } catch (error) {
      await this.election?.close()
      this.claim.release()
      throw error
    }
    logger.info({ sid: String(members.sid), port: this.port, data: this.folders.snapshots }, 'member starts')
    this.keepTime()
    this.turn({ type: 'STARTED' })
  }

  async stop(): Promise<void> {
    this.turn({ type: 'STOP' })
    return this.stopped
  }

  /** Drops everything at once, as a crash would. */
  async kill(): Promise<void> {
    this.clearTimers()
    this.turn({ type: 'KILL' })
    this.data.abandon()
    await this.election?.close()
    this.outside.listener.destroy()
    this.role?.giveUp('killed')
    this.claim.release()
    await this.outside.listener.closed(0)
    this.finish.resolve()
  }

  // --- what the machine names ---

  isLeader(): boolean {
    return this.leader === this.options.members.sid
  }

  look(): void {
    this.role = undefined
    const { tree, epochs } = this.data
    this.options.logger.info({ zxid: hex(tree.lastProcessedZxid), epoch: epochs.current }, 'looking')
    this.election!.look({ zxid: tree.lastProcessedZxid, epoch: epochs.current })
  }

  lead(): void {
    this.begin(new LeaderService(this.parts()))
  }

  learn(): void {
    this.begin(new LearnerService(this.parts(), this.leader, this.startsOver))
  }

  leaveRole(): void {
    this.role!.giveUp('the server stops')
  }

  settle(): void {
    const { database, why, startsOver = false } = this.leaving!
    this.startsOver = startsOver
    this.options.logger.info({ role: this.role!.name }, `role left: ${why}`)
    this.endServing()
    this.data.settle(database).then(
      () => this.turn({ type: 'SETTLED' }),
      (error: unknown) => this.fail(error),
    )
  }

  close(): void {
    this.end().catch((error: unknown) => this.finish.reject(error))
  }

  reportFailure(): void {
    const { failure } = this
    const about = failure instanceof StorageError ? { file: failure.file } : { err: failure }
    this.options.logger.error(
      about,
      `${failure!.message}; the server leaves the ensemble, nothing acknowledged is lost`,
    )
  }

  // --- roles ---

  private elected(leader: bigint): void {
    this.leader = leader
    this.turn({ type: 'ELECTED' })
  }

  private begin(role: Role): void {
    this.role = role
    void role.start()
  }

  private parts(): RoleParts {
    const { config, members, logger, events, trace } = this.options
    const { network, clock } = this.outside
    return {
      config,
      members,
      network,
      clock,
      logger,
      trace,
      data: this.data,
      packetLimit: config.juteMaxBuffer + packetRoom,
      serve: (replicate) => this.serve(replicate),
      established: (epoch) => {
        const { tree, committedLog } = this.data
        events?.established(epoch, this.role!.name, {
          lastZxid: tree.lastProcessedZxid,
          recent: committedLog.toArray(),
        })
        this.election!.established(epoch)
      },
      committed: (transaction) => events?.committed(transaction, this.data.tree.lastProcessedZxid),
      fail: (error) => this.fail(error),
      left: (leaving) => {
        this.leaving = leaving
        this.turn({ type: 'LEFT' })
      },
    }
  }

  private serve(replicate: (proposer: ProposerParts) => Replication): ServerCore {
    const { config, logger, members } = this.options
    const { clock, hash, listener } = this.outside
    const { tree } = this.data
    tree.setConfig(Buffer.from(members.configText), clock.now())
    const { state, sessions } = assemble(config, hash, tree, this.data.sessions, clock.now(), this.ids)
    const inspection = memberInspection(
      this,
      { outside: this.outside, folders: this.folders, sid: members.sid },
      state,
      sessions,
    )
    const core: ServerCore = new ServerCore({
      config,
      state,
      sessions,
      replication: replicate({
        state,
        sessions,
        now: () => core.now(),
        reconfigEnabled: config.reconfigEnabled,
        sid: members.sid,
      }),
      transport: listener,
      logger,
      now: () => clock.now(),
      inspection,
    })
    this.data.serveSessions(() => sessions.entries())
    this.gate.open(core)
    return core
  }

  private endServing(): void {
    const core = this.role?.core
    this.gate.shut()
    if (core === undefined) return
    core.stop()
    core.closeAll()
    core.flush()
    this.data.endSessions()
  }

  // --- time and the end ---

  private keepTime(): void {
    const { config } = this.options
    const { clock } = this.outside
    const each = Math.max(10, Math.min(config.tickTime / 8, 250))
    this.every(each, () => {
      this.notServing.tick(clock.elapsed())
      this.role?.tick(clock.elapsed())
      this.core?.tick()
    })
    this.every(config.containerCheckIntervalMs, () => this.core?.reap())
    if (config.purgeInterval === 0) return
    this.data.purge()
    this.every(config.purgeInterval * hour, () => this.data.purge())
  }

  private every(interval: number, action: () => void): void {
    this.timers.push(
      this.outside.clock.every(interval, () => {
        action()
        this.core?.flush()
      }),
    )
  }

  private fail(error: unknown): void {
    if (this.failure !== undefined) return
    this.failure = error instanceof Error ? error : new Error(String(error))
    this.role?.logFailed(this.failure.message)
    this.turn({ type: 'FAIL' })
  }

  private async end(): Promise<void> {
    this.clearTimers()
    this.endServing()
    await this.election?.close()
    this.outside.listener.stopAccepting()
    await this.outside.listener.closed(2000)
    await this.data.close()
    this.claim.release()
    if (this.failure === undefined) this.finish.resolve()
    else this.finish.reject(this.failure)
  }

  /** What an event's actions bring about is a turn of its own, after this one. */
  private turn(event: MemberEvent): void {
    this.turns.take(() => {
      this.at = life.step(this.at, this, event)
    })
  }

  private clearTimers(): void {
    for (const cancel of this.timers.splice(0)) cancel()
  }
}
